/** Every misconception of the five questions as the text of an answer cell that has it. */
import { isProof, type Question, questionCases } from "lib/proof/question.ts";
import { scalars, type Value } from "lib/math/difference.ts";
import { questionsOf } from "../../tools/editions/prints.ts";
import { notebooks } from "./course.ts";

export interface Mistake {
  notebook: string;
  answer: string;
  /** The misconception's name. */
  name: string;
  /** The cell: a table of what the misconception gives on the instances of the seed it was made for. */
  code: string;
}

/**
 * All mistakes, in the course's order. What a misconception computes with stands in lib, which a submission does not
 * have; what it gives, instance by instance, is all that a judgement sees.
 */
export async function mistakes(seed: number): Promise<Mistake[]> {
  const lists = await Promise.all(
    notebooks.map(async (notebook) =>
      (await questionsOf(notebook.slice(3))).flatMap((question) =>
        question.misconceptions.flatMap((known): Mistake[] =>
          "answer" in known
            ? [{
              notebook,
              answer: question.name,
              name: known.name,
              code: cellOf({ ...question, seed }, known.answer as (...args: readonly unknown[]) => unknown),
            }]
            : []
        )
      )
    ),
  );
  return lists.flat();
}

function cellOf(question: Question, wrong: (...args: readonly unknown[]) => unknown): string {
  const { name } = question, cases = questionCases(question);
  if (isProof(question)) {
    const above = cases.map((instance) => question.first(instance));
    const below = cases.map((instance, i) => moved(above[i], wrong(instance) as Value));
    return `${name} = [
  { because: "as asked", value: ${turns(above)} },
  { because: "so it goes on", value: ${turns(below)} },
];`;
  }
  if (!question.arguments) return `${name} = ${textOf(wrong())};`;
  return `${name} = ${turns(cases.map((instance) => wrong(...question.arguments!(instance))))};`;
}

/** A function that gives these values one after the other, and then again. */
const turns = (values: readonly unknown[]) =>
  `((n, all) => () => all[n++ % all.length])(0, ${textOf(values)})`;

/** A line's value, off by a gap. */
function moved(value: Value, gap: Value): Value {
  const offs = scalars(gap).map(Number);
  return Array.isArray(value) ? value.map((x, i) => Number(x) + offs[i]) : Number(value) + offs[0];
}

/** Plain data as TypeScript. */
function textOf(value: unknown): string {
  if (typeof value === "number") {
    return Number.isFinite(value) ? String(Number(value.toPrecision(13))) : String(value);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    return `[${Array.from(value as unknown[], textOf).join()}]`;
  }
  return `{${Object.entries(value).map(([key, x]) => `${JSON.stringify(key)}: ${textOf(x)}`).join()}}`;
}
