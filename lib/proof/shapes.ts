import { type Dim, isScalar, type Shape } from "./tree.ts";

/** The size of an identity matrix that its place has not told yet. */
const UNKNOWN: Dim = "?";
export const unknown: Shape = { rows: UNKNOWN, cols: UNKNOWN, symmetric: true };

export const isUnknown = ({ rows }: Shape): boolean => rows === UNKNOWN;

/** n · m of two sizes: numbers are multiplied, names are put in order: "n1*n2". */
export function times(a: Dim, b: Dim): Dim {
  const all = [a, b].flatMap((dim) => String(dim).split("*"));
  const number = all.filter(isDigits).reduce((product, x) => product * Number(x), 1);
  const names = all.filter((x) => !isDigits(x)).sort();
  return names.length === 0 ? number : [...number === 1 ? [] : [String(number)], ...names].join("*");
}

/** n / m of two sizes; undefined where m is no factor of n. */
export function over(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return a % b === 0 ? a / b : undefined;
  const left = String(a).split("*");
  for (const name of String(b).split("*")) {
    const k = left.indexOf(name);
    if (k < 0) return undefined;
    left.splice(k, 1);
  }
  return left.length === 0 ? 1 : left.every((x) => !isDigits(x)) ? left.join("*") : undefined;
}

const isDigits = (text: string) => /^\d+$/.test(text);

/** The shape of A B, or undefined where the sizes do not fit; an identity of unknown size fits everywhere. */
export function productShape(a: Shape, b: Shape): Shape | undefined {
  if (isScalar(a)) return b;
  if (isScalar(b)) return a;
  if (isUnknown(a)) return plainShape(b);
  if (isUnknown(b)) return plainShape(a);
  return a.cols === b.rows ? { rows: a.rows, cols: b.cols } : undefined;
}

/** The shape of A ⊗ B; unknown where one is an I that the terms beside it may tell, undefined where nothing can. */
export function kronShape(a: Shape, b: Shape): Shape | undefined {
  if (!isUnknown(a) && !isUnknown(b)) return { rows: times(a.rows, b.rows), cols: times(a.cols, b.cols) };
  const told = isUnknown(a) ? b : a;
  return isUnknown(told) || told.rows !== told.cols ? undefined : unknown;
}

export const plainShape = ({ rows, cols }: Shape): Shape => ({ rows, cols });

/** "a number", "n2 × n1", "a vector of n1". */
export function shapeWords(shape: Shape): string {
  if (isScalar(shape)) return "a number";
  if (isUnknown(shape)) return "an identity matrix";
  return shape.cols === 1 ? `a vector of ${shape.rows}` : `${shape.rows} × ${shape.cols}`;
}

/** Kind as a notation declares it: "scalar", "n1", "n2 x n1", "n1 x n1 symmetric", "2 x 2". */
export function shapeOf(kind: string): Shape | undefined {
  if (kind === "scalar") return { rows: 1, cols: 1 };
  const match = /^\s*(\w+)(?:\s*[x×]\s*(\w+))?(\s+symmetric)?\s*$/.exec(kind);
  if (!match) return undefined;
  const [rows, cols] = [match[1], match[2] ?? "1"].map((word) =>
    /^[1-9]\d*$/.test(word) ? Number(word) : word
  );
  if (typeof rows === "string" && !/^[A-Za-z_]/.test(rows)) return undefined;
  if (typeof cols === "string" && !/^[A-Za-z_]/.test(cols)) return undefined;
  if (match[3] && rows !== cols) return undefined;
  return match[3] ? { rows, cols, symmetric: true } : { rows, cols };
}
