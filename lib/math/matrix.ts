import * as check from "./check.ts";
import { product, timesVector } from "./dense.ts";
import type { Matrix, Vector } from "./types.ts";

/** The n × n identity. */
export function identity(n: number): number[][] {
  const size = check.integer("make an identity matrix", "size", n, { from: 1 });
  return diagonal(new Array<number>(size).fill(1));
}

/** The matrix with `entries` on its diagonal. */
export function diagonal(entries: Vector): number[][] {
  const d = check.finiteVector("make a diagonal matrix", "entries", entries);
  return d.map((x, i) => d.map((_, j) => i === j ? x : 0));
}

/**
 * (A B)ᵢⱼ = Σₖ Aᵢₖ Bₖⱼ.
 *
 * @param A m × k
 * @param B k × n
 * @throws RangeError for shapes that do not fit, TypeError for what is no matrix
 */
export function matmul(A: Matrix, B: Matrix): number[][] {
  const P = check.matrix("multiply matrices", "A", A), Q = check.matrix("multiply matrices", "B", B);
  if (P[0].length !== Q.length) throw misfit("multiply", P, Q);
  return check.finiteResult("multiply matrices", product(P, Q));
}

/** (A v)ᵢ = Σⱼ Aᵢⱼ vⱼ; v has as many components as A columns. */
export function apply(A: Matrix, v: Vector): number[] {
  const P = check.matrix("apply a matrix", "A", A);
  const x = check.finiteVector("apply a matrix", "v", v, P[0].length);
  return check.finiteResult("apply a matrix", timesVector(P, x));
}

/** (Aᵀ)ᵢⱼ = Aⱼᵢ. */
export function transpose(A: Matrix): number[][] {
  const P = check.matrix("transpose a matrix", "A", A);
  return P[0].map((_, j) => P.map((row) => row[j]));
}

/** A + B, of one shape. */
export function add(A: Matrix, B: Matrix): number[][] {
  const [P, Q] = alike("add", A, B);
  return P.map((row, i) => row.map((x, j) => x + Q[i][j]));
}

/** A − B, of one shape. */
export function subtract(A: Matrix, B: Matrix): number[][] {
  const [P, Q] = alike("subtract", A, B);
  return P.map((row, i) => row.map((x, j) => x - Q[i][j]));
}

/** c A. */
export function scale(c: number, A: Matrix): number[][] {
  const factor = check.finite("scale a matrix", "factor", c);
  return check.matrix("scale a matrix", "A", A).map((row) => row.map((x) => factor * x));
}

/** tr A = Σᵢ Aᵢᵢ; A square. */
export function trace(A: Matrix): number {
  return check.squareMatrix("take the trace", "A", A).reduce((sum, row, i) => sum + row[i], 0);
}

/** a·b = Σᵢ aᵢ bᵢ. */
export function dot(a: Vector, b: Vector): number {
  const p = check.finiteVector("take a dot product", "a", a);
  const q = check.finiteVector("take a dot product", "b", b, p.length);
  return check.finiteResult("take a dot product", p.reduce((sum, x, i) => sum + x * q[i], 0));
}

/** ‖v‖₂ = √Σ vᵢ², without overflow. */
export function norm(v: Vector): number {
  return length(check.finiteVector("take a norm", "v", v));
}

/** (a bᵀ)ᵢⱼ = aᵢ bⱼ. */
export function outer(a: Vector, b: Vector): number[][] {
  const p = check.finiteVector("take an outer product", "a", a);
  const q = check.finiteVector("take an outer product", "b", b);
  return p.map((x) => q.map((y) => x * y));
}

/**
 * A ⊗ B: the block matrix with blocks Aᵢⱼ B, so that vec(B V Aᵀ) = (A ⊗ B) vec V.
 *
 * @param A m × n
 * @param B p × q
 * @returns m p × n q
 */
export function kron(A: Matrix, B: Matrix): number[][] {
  const P = check.matrix("take a Kronecker product", "A", A);
  const Q = check.matrix("take a Kronecker product", "B", B);
  return P.flatMap((left) => Q.map((right) => left.flatMap((x) => right.map((y) => x * y))));
}

/** vec A: the columns of A, one below the other. */
export function vec(A: Matrix): number[] {
  return transpose(A).flat();
}

/** The matrix with `rows` rows whose columns, one below the other, are v. */
export function unvec(v: Vector, rows: number): number[][] {
  const entries = check.finiteVector("fold a vector", "v", v);
  const height = check.integer("fold a vector", "rows", rows, { from: 1 });
  if (entries.length % height !== 0) {
    throw new RangeError(
      `Cannot fold a vector: expected whole columns of ${height} rows, got ${entries.length} components`,
    );
  }
  return Array.from(
    { length: height },
    (_, i) => Array.from({ length: entries.length / height }, (_, j) => entries[i + j * height]),
  );
}

/** ‖A‖_F = √Σ Aᵢⱼ², without overflow. */
export function frobenius(A: Matrix): number {
  return length(check.matrix("take a norm", "A", A).flat());
}

// Divided by the largest entry first: squares of 1e200 would overflow.
function length(v: number[]): number {
  const largest = v.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  return largest === 0 ? 0 : largest * Math.sqrt(v.reduce((sum, x) => sum + (x / largest) ** 2, 0));
}

function alike(doing: string, A: Matrix, B: Matrix): [number[][], number[][]] {
  const P = check.matrix(`${doing} matrices`, "A", A), Q = check.matrix(`${doing} matrices`, "B", B);
  if (P.length !== Q.length || P[0].length !== Q[0].length) throw misfit(doing, P, Q);
  return [P, Q];
}

function misfit(doing: string, A: Matrix, B: Matrix): RangeError {
  const shape = (M: Matrix) => `${M.length} × ${M[0].length}`;
  return new RangeError(
    `Cannot ${doing} matrices: expected shapes that fit, got ${shape(A)} and ${shape(B)}`,
  );
}
