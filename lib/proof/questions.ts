import { worth } from "../course/year.ts";
import { difference, type Value } from "../math/difference.ts";
import { once } from "../math/once.ts";
import { answers } from "./answer.ts";
import type { Misconception, ProofQuestion, Question, Slips, ValueQuestion } from "./question.ts";
import { readMatrix, readNumber, readVector } from "./reading.ts";
import { plain } from "./verdict.ts";

/** What is filled in: what the course says of the name, and what is known to go wrong. */
type Filled = "name" | "question" | "points" | "shares" | "seed" | "misconceptions" | "slips";
/** What a record may leave out. */
type Default = "ask" | "holds" | "evidence" | "read" | "error" | "hint";
type Small<Q> = Omit<Q, Filled | Default> & Partial<Pick<Q, Default & keyof Q>>;

/** A question as a subject says it: in short an instance, and what is right there. */
export type Said =
  | Small<ProofQuestion<unknown>>
  | Small<ValueQuestion<unknown>> & {
    /** What a right answer gives by the definitions: from it follow the form that is read and the error. */
    reference?(instance: unknown): Value;
  };

/** What a subject knows of wrong answers, by the answer's name. */
interface Known {
  readonly misconceptions?: Readonly<Record<string, readonly Misconception[]>>;
  readonly slips?: Readonly<Record<string, Slips>>;
}

/**
 * The questions of a subject by the names that students define: each gets its points from data/course.json, and the
 * misconceptions and slips of its name. Left out, `evidence` is "closed form", `arguments` are the instance, and with
 * a `reference` the form, the error, and the sentences follow from it.
 *
 * @throws RangeError for a name that is not in data/course.json
 */
export function questions({ misconceptions = {}, slips = {} }: Known, said: Readonly<Record<string, Said>>) {
  return answers(
    ...Object.entries(said).map(([name, own]): Question => {
      const { reference } = own as { reference?(instance: unknown): Value };
      return {
        evidence: "closed form",
        ...worth(name),
        misconceptions: misconceptions[name] ?? [],
        ...slips[name] && { slips: slips[name] },
        ...reference && byReference(name, once(reference)),
        ...own,
      } as Question;
    }),
  );
}

const byReference = (name: string, reference: (instance: unknown) => Value) => ({
  ask: `Define \`${name}\` in the cell above.`,
  holds: "Agrees with the definition, however it is written.",
  arguments: (instance: unknown) => [instance],
  read: (raw: unknown, instance: unknown) => readLike(raw, reference(instance)),
  error: (given: Value, instance: unknown) => difference(given, reference(instance)),
  hint: (instance: unknown, given: Value) =>
    `For ${shown(instance)} it gives ${
      shown(given)
    }, by the definition something else. Do this case by hand.`,
});

/** An answer in the form of a right one: a number, a list or rows. */
function readLike(raw: unknown, right: Value): Value {
  if (!Array.isArray(right)) return readNumber(raw);
  return Array.isArray(right[0])
    ? readMatrix(raw, right.length, right[0].length)
    : readVector(raw, right.length);
}

const shown = (value: unknown) =>
  `\`${
    JSON.stringify(plain(value), (_, x) => typeof x === "number" ? Number(x.toPrecision(4)) : x).slice(0, 120)
  }\``;
