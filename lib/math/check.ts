import { describe, isList } from "./describe.ts";
import { lowerFactor } from "./lu.ts";
import { symmetricSpectrum } from "./spectrum.ts";

export { describe, isList };

// Checks of what comes from outside. Each takes what is being done ("invert a matrix"), the argument's name and
// the argument. It returns the value, an array as a fresh plain copy, or throws "Cannot <doing>: expected …,
// got …": a TypeError for a wrong type, a RangeError for a wrong value or shape.

/** Asymmetry, and negative eigenvalues, that pass for rounding, relative to the norm. */
const SYMMETRY_TOLERANCE = 1e-9;
/** How far from 1 the sum of a probability vector may be. */
const SUM_TOLERANCE = 1e-9;

/** A finite number. */
export function finite(doing: string, name: string, value: unknown): number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${doing}: expected a finite number ${name}, got ${describe(value)}`);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot ${doing}: expected a finite number ${name}, got ${value}`);
  }
  return value;
}

/** A number, infinite ones too, but not NaN. */
export function number(doing: string, name: string, value: unknown): number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${doing}: expected a number ${name}, got ${describe(value)}`);
  }
  if (!Number.isNaN(value)) return value;
  throw new RangeError(`Cannot ${doing}: expected a number ${name}, got NaN`);
}

/** A finite number > 0. */
export function positive(doing: string, name: string, value: unknown): number {
  const x = finite(doing, name, value);
  if (x > 0) return x;
  throw new RangeError(`Cannot ${doing}: expected a positive ${name}, got ${describe(x)}`);
}

/** A finite number ≥ 0. */
export function nonNegative(doing: string, name: string, value: unknown): number {
  const x = finite(doing, name, value);
  if (x >= 0) return x;
  throw new RangeError(`Cannot ${doing}: expected ${name} not to be negative, got ${x}`);
}

/** A whole number in from … to (by default any). */
export function integer(
  doing: string,
  name: string,
  value: unknown,
  { from = -Infinity, to = Infinity }: { from?: number; to?: number } = {},
): number {
  if (Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to) {
    return value as number;
  }
  const range = from > -Infinity && to < Infinity
    ? ` in ${from} … ${to}`
    : from > -Infinity
    ? ` of at least ${from}`
    : to < Infinity
    ? ` of at most ${to}`
    : "";
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${doing}: expected a whole number ${name}${range}, got ${describe(value)}`);
  }
  const finite = value < 0 && from >= 0 ? "finite, non-negative" : "finite";
  throw new RangeError(
    `Cannot ${doing}: expected a ${finite} whole number ${name}${range}, got ${describe(value)}`,
  );
}

/** true or false, nothing like them. */
export function boolean(doing: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`Cannot ${doing}: expected ${name} to be true or false, got ${describe(value)}`);
}

/** One of the allowed values, which the error lists. */
export function oneOf<T>(doing: string, name: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  const kinds = allowed.map(describe).join(" | ");
  const Fault = allowed.some((kind) => typeof kind === typeof value) ? RangeError : TypeError;
  throw new Fault(`Cannot ${doing}: expected ${name} to be ${kinds}, got ${describe(value)}`);
}

/** A function. */
export function callable<F>(doing: string, name: string, value: F): F {
  if (typeof value === "function") return value;
  throw new TypeError(`Cannot ${doing}: expected a function ${name}, got ${describe(value)}`);
}

/** A function, or nothing. */
export function callback(doing: string, name: string, value: unknown): void {
  if (value !== undefined) callable(doing, name, value);
}

/** An AbortSignal, or nothing. */
export function signal(doing: string, value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw new TypeError(`Cannot ${doing}: expected an AbortSignal signal, got ${describe(value)}`);
}

/** An object whose fields can be read (not null, not an array): check this before destructuring. */
export function object<T>(doing: string, name: string, value: T): T & object {
  if (typeof value === "object" && value !== null && !isList(value)) return value;
  throw new TypeError(`Cannot ${doing}: expected an object ${name}, got ${describe(value)}`);
}

/** A list of at least one element, whatever they are. */
export function list(doing: string, name: string, value: unknown): unknown[] {
  if (!isList(value)) {
    throw new TypeError(`Cannot ${doing}: expected an array ${name}, got ${describe(value)}`);
  }
  if (value.length === 0) {
    throw new RangeError(`Cannot ${doing}: expected at least one element in ${name}, got none`);
  }
  return Array.from(value);
}

/** Finite numbers, at least one, of the given length where one is asked for. */
export function finiteVector(doing: string, name: string, value: unknown, length?: number): number[] {
  const v = copied(doing, name, value);
  if (length === undefined || v.length === length) return v;
  throw new RangeError(`Cannot ${doing}: expected ${name} of ${length} components, got ${v.length}`);
}

/** A plain copy of a list of finite numbers; row: its place in a matrix, which only an error spells out. */
function copied(doing: string, name: string, value: unknown, row?: number): number[] {
  const called = () => row === undefined ? name : `${name}[${row}]`;
  if (!isList(value) || value.length === 0) list(doing, called(), value);
  const from = value as ArrayLike<number>, n = from.length, v = new Array<number>(n);
  for (let i = 0; i < n; i++) {
    const x = from[i];
    if (!Number.isFinite(x)) finite(doing, `${called()}[${i}]`, x);
    v[i] = x;
  }
  return v;
}

/** Rows of finite numbers, all of one length, at least 1 × 1; rows × columns where these are asked for. */
export function matrix(
  doing: string,
  name: string,
  value: unknown,
  shape: { rows?: number; columns?: number } = {},
): number[][] {
  const A = list(doing, name, value).map((row, i) => copied(doing, name, row, i));
  const columns = A[0].length;
  const ragged = A.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new RangeError(
      `Cannot ${doing}: expected rows of one length in ${name}, got ${columns} and ${A[ragged].length}`,
    );
  }
  if (A.length !== (shape.rows ?? A.length) || columns !== (shape.columns ?? columns)) {
    const wanted = `${shape.rows ?? "any"} × ${shape.columns ?? "any"}`;
    throw new RangeError(`Cannot ${doing}: expected ${name} to be ${wanted}, got ${A.length} × ${columns}`);
  }
  return A;
}

/** A square matrix, of size n × n where n is given. */
export function squareMatrix(doing: string, name: string, value: unknown, n?: number): number[][] {
  const A = matrix(doing, name, value);
  if (A.length !== A[0].length) {
    throw new RangeError(
      `Cannot ${doing}: expected a square matrix ${name}, got ${A.length} × ${A[0].length}`,
    );
  }
  return n === undefined ? A : matrix(doing, name, A, { rows: n, columns: n });
}

/** How symmetry is judged: n, the size asked for; scale, the norm rounding is measured against, if not S's own. */
interface Symmetry {
  readonly n?: number;
  /** A function is called only where there is something to judge: a norm may cost more than the check. */
  readonly scale?: number | (() => number);
}

const normOf = (scale: Symmetry["scale"]) => typeof scale === "function" ? scale() : scale;

/** ½(S + Sᵀ), once ‖S − Sᵀ‖ ≤ 1e-9 ‖S‖ (or 1e-9 `scale`) is established. */
export function symmetric(
  doing: string,
  name: string,
  value: unknown,
  { n, scale }: Symmetry = {},
): number[][] {
  const S = squareMatrix(doing, name, value, n);
  let worst = 0, i = 0, j = 0;
  for (let k = 0; k < S.length; k++) {
    for (let l = k + 1; l < S.length; l++) {
      const difference = Math.abs(S[k][l] - S[l][k]);
      if (difference > worst) [worst, i, j] = [difference, k, l];
    }
  }
  if (worst === 0) return S;
  const norm = normOf(scale) ?? Math.hypot(...S.map((row) => Math.hypot(...row)));
  if (worst > SYMMETRY_TOLERANCE * norm) {
    throw new RangeError(
      `Cannot ${doing}: expected a symmetric matrix ${name}, got ${S[i][j]} at [${i}, ${j}] and ${
        S[j][i]
      } at [${j}, ${i}]`,
    );
  }
  return S.map((row, i) => row.map((x, j) => x + (S[j][i] - x) / 2));
}

/** As `symmetric`, with no eigenvalue below −1e-9 of the norm. */
export function positiveSemidefinite(
  doing: string,
  name: string,
  value: unknown,
  symmetry: Symmetry = {},
): number[][] {
  const S = symmetric(doing, name, value, symmetry);
  // A Cholesky factor settles most cases, in a twentieth of the spectrum's time.
  if (lowerFactor(S).refused === undefined) return S;
  const { values } = symmetricSpectrum(S);
  const norm = normOf(symmetry.scale) ?? Math.max(-values[0], values[values.length - 1]);
  if (values[0] < -SYMMETRY_TOLERANCE * norm) {
    throw new RangeError(
      `Cannot ${doing}: expected a positive semidefinite matrix ${name}, got the eigenvalue ${values[0]}`,
    );
  }
  return S;
}

/** A result, once no overflow has made Infinity or NaN of it. */
export function finiteResult<R extends number | number[] | number[][]>(doing: string, result: R): R {
  if (typeof result === "number" && Number.isFinite(result)) return result;
  const wrong = firstNotFinite(result);
  if (wrong === undefined) return result;
  throw new RangeError(`Cannot ${doing}: expected a finite result, got ${wrong} (an overflow)`);
}

function firstNotFinite(result: number | number[] | number[][]): number | undefined {
  if (typeof result === "number") return Number.isFinite(result) ? undefined : result;
  for (const part of result) {
    const wrong = typeof part === "number" ? (Number.isFinite(part) ? undefined : part) : notFiniteIn(part);
    if (wrong !== undefined) return wrong;
  }
}

function notFiniteIn(row: number[]): number | undefined {
  for (let i = 0; i < row.length; i++) if (!Number.isFinite(row[i])) return row[i];
}

/** Probabilities: none negative, their sum within 1e-9 of 1. */
export function probabilities(doing: string, name: string, value: unknown, length?: number): number[] {
  const p = finiteVector(doing, name, value, length);
  const wrong = p.findIndex((x) => x < 0);
  if (wrong >= 0) {
    throw new RangeError(
      `Cannot ${doing}: expected no negative probability in ${name}, got ${p[wrong]} at [${wrong}]`,
    );
  }
  const sum = p.reduce((total, x) => total + x, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) {
    // What a softmax in float32 leaves is off by 1e-8 and meant as a probability vector.
    const advice = Math.abs(sum - 1) < 1e-4 ? " (rounded? renormalise: divide by the sum)" : "";
    throw new RangeError(
      `Cannot ${doing}: expected ${name} to sum to 1 (within 1e-9), got ${sum}${advice}`,
    );
  }
  return p;
}
