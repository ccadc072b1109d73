import type { Value } from "../math/difference.ts";
import { Misread } from "./reading.ts";

/** A relation between what was given and what is right that names the kind of slip. */
export interface Relation {
  readonly name: string;
  readonly says: string;
  /** The right value, if the slip was made; undefined where it can't have been. */
  readonly undo: (given: Value, index: number) => Value | undefined;
}

/** How many of the values must be wrong before they can show a relation. */
const MOSTLY = 0.8;

/** What a value in a telling relation to what is right must agree to, once the relation is undone. */
export const RELATED = 1e-9;

type Numbers = number | readonly Numbers[];
const isNumbers = (v: unknown): v is Numbers =>
  typeof v === "number" || Array.isArray(v) && v.every(isNumbers);
export const isRows = (v: unknown): v is number[][] =>
  Array.isArray(v) && v.length > 0 && v.every((row) => Array.isArray(row) && row.length === v[0].length);
const isList = (v: unknown): v is number[] =>
  Array.isArray(v) && v.length > 1 && v.every((x) => typeof x === "number");

/** Entry by entry; records of complex numbers too, where the map is linear. */
export const each = (f: (x: number) => number) => (given: Value): Value | undefined => {
  const go = (v: Numbers): Numbers => typeof v === "number" ? f(v) : v.map(go);
  return isNumbers(given) ? go(given) as Value : undefined;
};
export const scaled = (c: number) => (given: Value): Value | undefined => {
  const go = (v: unknown): unknown => {
    if (typeof v === "number") return c * v;
    if (Array.isArray(v)) return v.map(go);
    if (typeof v === "object" && v !== null && "re" in v && "im" in v) return { re: go(v.re), im: go(v.im) };
    throw new Misread("not a number");
  };
  try {
    return go(given) as Value;
  } catch {
    return undefined;
  }
};
interface Complex {
  readonly re: number;
  readonly im: number;
}
/** Of two complex numbers. */
const ofPair = (f: (x: Complex, y: Complex) => readonly Complex[] | undefined) => (given: Value) => {
  const isPair = Array.isArray(given) && given.length === 2 &&
    given.every((z) => typeof z === "object" && z !== null && "re" in z && "im" in z);
  return isPair ? f(...given as unknown as [Complex, Complex]) as Value | undefined : undefined;
};
/** a ± b i for the real a ± b. */
export const imaginary = ofPair((x, y) => {
  const mean = (x.re + y.re) / 2, half = (x.re - y.re) / 2;
  return x.im === 0 && y.im === 0 ? [{ re: mean, im: half }, { re: mean, im: -half }] : undefined;
});
/** b + a i for a + b i. */
export const exchanged = ofPair((...both) => both.map(({ re, im }) => ({ re: im, im: re })));
/** Rows for columns. */
export const turned = (given: Value): Value | undefined =>
  isRows(given) ? given[0].map((_, j) => given.map((row) => row[j])) : undefined;
const rowsReversed = (given: Value): Value | undefined =>
  isRows(given) && given.length > 1 ? given.toReversed() : undefined;
const columnsReversed = (given: Value): Value | undefined =>
  isRows(given) && given[0].length > 1 ? given.map((row) => row.toReversed()) : undefined;
const positive = (f: (x: number) => number) => each((x) => x > 0 ? f(x) : NaN);

const factors = [2, 3, 4, 5, 6, 8, 10, 12, 16, 100, 1000, Math.PI, 2 * Math.PI, Math.SQRT2, Math.E];

/** From the most telling to the least. */
export const relations: readonly Relation[] = [
  {
    name: "sign",
    says: "The size is right, the sign is not.",
    undo: scaled(-1),
  },
  ...[1, -1].flatMap((sign): Relation[] => {
    const turned = sign < 0 ? " The sign is turned as well." : "";
    return [
      {
        name: "bits",
        says:
          `This is measured in bits: the logarithm is taken to base 2. Here every logarithm is natural.${turned}`,
        undo: scaled(sign * Math.LN2),
      },
      {
        name: "base 10",
        says: `The logarithm is taken to base 10. Here every logarithm is natural.${turned}`,
        undo: scaled(sign * Math.LN10),
      },
    ];
  }),
  {
    name: "degrees",
    says: "An angle is measured in degrees. Angles here are in radians.",
    undo: scaled(Math.PI / 180),
  },
  ...factors.flatMap((c) => [c, 1 / c, -c, -1 / c]).map((c): Relation => ({
    name: "constant factor",
    says: `It is off by one constant factor, the same every time${
      c < 0 ? ", and the sign is turned" : ""
    }: where did it get lost, or come in?`,
    undo: scaled(c),
  })),
  {
    name: "transposed",
    says: "The result is transposed: rows and columns have changed places.",
    undo: turned,
  },
  {
    name: "transposed, sign turned",
    says: "The result is transposed, and its sign is turned.",
    undo: (given) => isRows(given) ? scaled(-1)(turned(given)!) : undefined,
  },
  {
    name: "stacked by rows",
    says: "The entries fit a vector that stacks rows; here vec stacks columns.",
    undo: () => undefined,
  },
  {
    name: "reciprocal",
    says: "This is the reciprocal of what is asked.",
    undo: each((x) => 1 / x),
  },
  {
    name: "logarithm left on",
    says: "This is the logarithm of what is asked.",
    undo: each(Math.exp),
  },
  {
    name: "logarithm undone",
    says: "The exponential was taken of what is asked.",
    undo: positive(Math.log),
  },
  {
    name: "squared",
    says: "This is the square of what is asked.",
    undo: positive(Math.sqrt),
  },
  {
    name: "root taken",
    says: "A root was taken once too often.",
    undo: each((x) => x >= 0 ? x * x : NaN),
  },
  {
    name: "complement",
    says: "This is the complement: it and what is asked add up to 1.",
    undo: each((x) => 1 - x),
  },
  {
    name: "supplement",
    says: "This is the other angle: it and what is asked add up to half a turn.",
    undo: each((x) => Math.PI - x),
  },
  {
    name: "period",
    says: "A full turn was divided by what is asked.",
    undo: each((x) => 2 * Math.PI / x),
  },
  ...[-1, 1].map((off): Relation => ({
    name: "off by one",
    says: "It is off by exactly 1 every time.",
    undo: each((x) => x + off),
  })),
  {
    name: "order of the entries",
    says: "The entries are right and stand in another order.",
    undo: (given) => isList(given) ? given.toReversed() : undefined,
  },
  {
    name: "order of the rows",
    says: "The rows are right and stand in another order.",
    undo: rowsReversed,
  },
  {
    name: "order of the columns",
    says: "The columns are right and stand in another order.",
    undo: columnsReversed,
  },
  {
    name: "order of rows and columns",
    says: "Rows and columns are right and stand in another order: in which order are the variables listed?",
    undo: (given) =>
      isRows(given) && given.length > 1 ? rowsReversed(given.map((row) => row.toReversed())) : undefined,
  },
];

/** Entry (i, j) of vec by rows stands where vec by columns has (j, i): both sides of a square matrix are reordered. */
export function restacked(given: Value, rows: number): Value | undefined {
  if (!isRows(given) || given.length !== given[0].length || given.length % rows !== 0) return undefined;
  const columns = given.length / rows;
  const place = (k: number) => (k % rows) * columns + Math.floor(k / rows);
  return given.map((row, i) => row.map((_, j) => given[place(i)][place(j)]));
}

/**
 * The relation in which all given values stand to what is right, if one of the list is such.
 *
 * @param list what is tried, from the most telling to the least
 * @param holds whether a value would be right on instance i
 */
export function relationOf(
  given: readonly Value[],
  holds: (value: Value, index: number) => boolean,
  list: readonly Relation[] = relations,
): Relation | undefined {
  // where a value is right all the same, as 0 is with either sign, it says nothing
  const silent = given.map((value, i) => attempt(() => holds(value, i)));
  const isTelling = silent.filter((said) => !said).length >= Math.max(1, MOSTLY * given.length);
  const all = (undo: (value: Value, index: number) => Value | undefined) =>
    isTelling && given.every((value, i) => {
      const undone = undo(value, i);
      return undone !== undefined && attempt(() => holds(undone, i)) || silent[i];
    });
  for (const relation of list) {
    if (relation.name === "stacked by rows" ? all(anyStacking(holds)) : all(relation.undo)) return relation;
  }
  // of a short list one number alone may be off
  const [first] = given,
    isShort = Array.isArray(first) && first.length > 1 && first.length <= 4 &&
      first.every((x) => typeof x === "number" || typeof x === "string");
  const length = isShort ? first.length : 0;
  for (let k = 0; k < length; k++) {
    for (const relation of list) {
      const alone = (value: Value, index: number) => {
        const numbers = value as readonly number[], undone = relation.undo(numbers[k], index);
        return undone === undefined ? undefined : numbers.map((x, i) => i === k ? undone as number : x);
      };
      if (all(alone)) {
        return { ...relation, says: `All but one number are right. Of that one: ${relation.says}` };
      }
    }
  }
  const isLost = given.every((value, i) => silent[i] || attempt(() => holds(scaled(-1)(value)!, i)));
  return list === relations && isLost
    ? {
      name: "sign lost",
      says: "The size is right every time, the sign only sometimes.",
      undo: () => undefined,
    }
    : undefined;
}

const anyStacking = (holds: (value: Value, index: number) => boolean) => (value: Value, i: number) => {
  const size = Array.isArray(value) ? value.length : 0;
  // one row, or one column, is stacked alike in both ways
  for (let rows = 2; rows < size; rows++) {
    const undone = restacked(value, rows);
    if (undone !== undefined && attempt(() => holds(undone, i))) return undone;
  }
  return undefined;
};

function attempt(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}
