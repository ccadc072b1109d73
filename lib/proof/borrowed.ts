import { inverse, matmul, transpose } from "../math/linalg.ts";
import type { Value } from "../math/difference.ts";
import { each, isRows, type Relation, restacked } from "./relations.ts";

/** Relations in which a wrong value stands to what is right by something that the question hands over. */

const term = "Something that is given is added, or taken off, where it does not belong.";
const factor = "One factor is missing, or is one too many.";
const counted =
  "It is off by a factor that grows with how many there are: is a mean taken for a sum, or a sum for a mean?";
const added = "A term is one too many, or is missing.";

/** What an argument holds on every instance, by where it stands: numbers, counts of lists, matrices. */
function partsOf(args: readonly unknown[]): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (value: unknown, path: string) => {
    if (typeof value === "number" || isRows(value)) found.set(path, value);
    if (Array.isArray(value)) found.set(`${path}.length`, value.length);
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) visit(inner, `${path}.${name}`);
    }
  };
  args.forEach((value, k) => visit(value, String(k)));
  return found;
}

/** @param argsOf what the answer was called with on an instance */
export function borrowed(argsOf: (index: number) => readonly unknown[], instances: number): Relation[] {
  const parts = Array.from({ length: instances }, (_, i) => partsOf(argsOf(i)));
  return [...parts[0].entries()].flatMap(([path, first]): Relation[] => {
    const at = (i: number) => parts[i].get(path);
    if (typeof first === "number") return ofNumber(path.endsWith(".length"), (i) => at(i) as number);
    return ofMatrix((i) => at(i) as number[][]);
  });
}

function ofNumber(isCount: boolean, at: (i: number) => number): Relation[] {
  const map = (f: (x: number, a: number) => number) => (given: Value, i: number) =>
    each((x) => f(x, at(i)))(given);
  const factors = [
    (x: number, a: number) => x * a,
    (x: number, a: number) => x / a,
    (x: number, a: number) => -x * a,
    (x: number, a: number) => -x / a,
  ];
  if (isCount) {
    const byCount = [
      ...factors.slice(0, 2),
      (x: number, a: number) => x * Math.log(a),
      (x: number, a: number) => x / Math.log(a),
    ];
    return byCount.map((f) => ({ name: "mean or sum", says: counted, undo: map(f) }));
  }
  const terms = [
    (x: number, a: number) => x - a,
    (x: number, a: number) => x + a,
    (x: number, a: number) => a - x,
    (x: number, a: number) => -a - x,
  ];
  return [
    ...terms.map((f) => ({ name: "something given added", says: term, undo: map(f) })),
    ...factors.map((f) => ({ name: "a factor too many or too few", says: factor, undo: map(f) })),
  ];
}

function ofMatrix(at: (i: number) => number[][]): Relation[] {
  const forms: ((M: number[][]) => readonly number[][])[] = [
    (M) => M,
    (M) => M.map((row, i) => row.map((_, j) => Number(i === j))),
    (M) => transpose(M),
    (M) => matmul(transpose(M), M),
    (M) => matmul(M, transpose(M)),
  ];
  const with1 = (f: (given: number[][], M: readonly number[][]) => readonly (readonly number[])[]) =>
    forms.map((form) => (given: Value, i: number): Value | undefined => {
      if (!isRows(given)) return undefined;
      try {
        return f(given, form(at(i)));
      } catch {
        return undefined; // shapes that do not fit, or no inverse
      }
    });
  const combined = (c: number) =>
    with1((G, M) => {
      if (M.length !== G.length || M[0].length !== G[0].length) throw new RangeError();
      return G.map((row, r) => row.map((x, k) => x + c * M[r][k]));
    });
  return [
    {
      name: "stacked by rows",
      says: "The entries fit a vector that stacks rows; here vec stacks columns.",
      undo: (given: Value, i: number) => restacked(given, at(i).length),
    },
    ...[
      ...with1((G, M) => matmul(G, M)),
      ...with1((G, M) => matmul(M, G)),
      ...with1((G, M) => matmul(G, inverse(M))),
      ...with1((G, M) => matmul(inverse(M), G)),
    ].map((undo) => ({ name: "a factor too many or too few", says: factor, undo })),
    ...[-1, 1, -2, 2].flatMap(combined).map((undo) => ({ name: "something given added", says: added, undo })),
  ];
}
