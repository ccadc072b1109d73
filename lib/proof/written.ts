import { type Collected, type Outcome, wordsOf } from "./collect.ts";
import { type Formula, formula } from "./formula.ts";
import { notation } from "./notation.ts";
import { askedOf, type Question } from "./question.ts";
import { formOf } from "./reading.ts";

/**
 * An answer that is written as a formula: what it is worth on every instance, and how it is typeset where it can be
 * read at all.
 */
export function readWritten(question: Question, text: string): { collected: Collected; tex?: string } {
  const { calls, ask } = askedOf(question), { written } = question;
  const fault = (sentence: string) => ({ collected: { kind: "fault" as const, sentence } });
  if (!written) return fault(`Expected a function here, got ${formOf(text)}. ${ask}`);
  let made: Formula;
  try {
    made = formula(text, notation(written.notation));
  } catch (cause) {
    return fault(wordsOf(cause).replace(/^Cannot read the formula: e/, "This is no formula yet: e"));
  }
  const values = calls.map((args): Outcome => {
    const scope = written.names.map((name, k) => name === null ? args[k] : { [name]: args[k] });
    try {
      return { value: made.value(Object.assign({}, ...scope)) };
    } catch (cause) {
      return { fault: wordsOf(cause) };
    }
  });
  return { collected: { kind: "values", values }, tex: made.tex };
}
