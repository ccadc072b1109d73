import { describeShape, isFiniteValue, type Order, type Value, violation } from "../math/difference.ts";
import { messageOf } from "./claim.ts";
import { plain } from "./verdict.ts";

/** What is wrong with a sentence of the source, read with good will. Where it is merely brief nothing is wrong. */
export type Fault = "false" | "ambiguous" | "slip of the pen";

/** A sentence of the source as something that can be run, on instances of a kind of its own. */
export interface Sentence<I> {
  /** Where it stands: the question's number and the place, "1.1, the last sentence". */
  where: string;
  fault: Fault;
  /** The sentence in our words, for a reader without the source; mathematics between $…$. */
  text: string;
  /** What the sentence supposes of an instance (default: nothing). */
  supposes?(at: I): boolean;
  /** Its two sides by the names under which a reader sees their values, left side first. */
  sides: Readonly<Record<string, (at: I) => Value>>;
  /** How it says they stand to each other (default "="). */
  relation?: Order;
  /** An instance for which the sentence is false, and one for which it is true. */
  counterexample: I;
  example: I;
  /** What a reader is told of the counterexample beside the two sides. */
  shown?(at: I): Readonly<Record<string, unknown>>;
}

/** A sentence of the source with its refutation, not yet tried. */
export interface Erratum {
  readonly where: string;
  readonly fault: Fault;
  readonly text: string;
  /** The counterexample as a reader sees it, and why it is none where it is none. */
  refute(bound: number): { refutedBy: unknown; because?: string };
}

/**
 * What the source says and what refutes it. The numbers shown are the numbers compared; the same comparison must
 * find the sentence true for `example`, so that it is this sentence which fails for `counterexample` and no other.
 * Sides of different shapes, or not finite, refute nothing.
 */
export function erratum<I>(sentence: Sentence<I>): Erratum {
  const { where, fault, text } = sentence;
  const names = Object.keys(sentence.sides);
  if (names.length !== 2) {
    throw new TypeError(`Cannot run the sentence of ${where}: expected two sides, got ${names.length}`);
  }
  return {
    where,
    fault,
    text,
    refute: (bound) => {
      const { counterexample, example, shown } = sentence;
      const against = offAt(sentence, counterexample), agrees = offAt(sentence, example);
      const because = typeof against === "string"
        ? `the counterexample does not refute the printed statement: ${against}`
        : !(against > bound)
        ? "the counterexample does not refute the printed statement: it is true there"
        : typeof agrees === "string"
        ? `the printed statement is not what is compared: where it is true, ${agrees}`
        : !(agrees <= bound)
        ? `the printed statement is not what is compared: where it is true the sides differ by ${agrees}`
        : undefined;
      if (typeof against === "string") return { refutedBy: plain(counterexample), because };
      const values = names.map((name) => [name, sentence.sides[name](counterexample)]);
      return {
        refutedBy: plain({ ...shown?.(counterexample), ...Object.fromEntries(values) }),
        ...(because ? { because } : {}),
      };
    },
  };
}

/** By how much the sentence fails at an instance; in words where that can't be said. */
function offAt<I>({ supposes, sides, relation = "=" }: Sentence<I>, at: I): number | string {
  let left: Value, right: Value;
  try {
    if (supposes && !supposes(at)) return "what the sentence supposes is not the case";
    [left, right] = Object.values(sides).map((side) => side(at));
  } catch (cause) {
    return `it can't be computed: ${messageOf(cause)}`;
  }
  if (describeShape(left) !== describeShape(right)) {
    return `its sides are ${describeShape(left)} and ${describeShape(right)}`;
  }
  if (!isFiniteValue(left) || !isFiniteValue(right)) return "a side is not finite";
  return violation(left, right, relation);
}
