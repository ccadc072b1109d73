type Column = readonly number[];

/** A symmetric operator H, an easy inverse near its own, and the accuracy asked for. */
export interface SymmetricOperator {
  readonly size: number;
  /** H v. */
  apply(v: Column): number[];
  /** K⁻¹ v, K positive definite, ‖K − H‖ well below the tolerance. */
  invert(v: Column): number[];
  /** Absolute accuracy asked of the eigenvalue. */
  readonly tolerance: number;
}

/** The first look at the answer comes after so many steps, the next after 1.5 times as many. */
const FIRST_LOOK = 12;
/** From here on an answer that has come to rest counts. */
const ENOUGH = 60;
const MOST_STEPS = 1300;

/**
 * min vᵀ H v / vᵀ v, by Lanczos's method on K⁻¹, whose largest eigenvalue belongs to the smallest of K ≈ H;
 * the answer is the Rayleigh quotient of H itself.
 *
 * It ends when the residual ‖H v − θ v‖, within which an eigenvalue must lie, is a tenth of the tolerance; or,
 * as eigenvalues packed closely above the smallest keep the residual up long after θ has settled, when half as
 * many steps again have gained less than half of that.
 *
 * @throws RangeError where neither happens
 * @source Golub & Van Loan, Matrix Computations, chapter 10
 */
export function smallestEigenvalue({ size, apply, invert, tolerance }: SymmetricOperator): number {
  const basis = [normalised(invert(genericVector(size)))];
  const diagonal: number[] = [], beside: number[] = [];
  let before = Infinity;
  const last = Math.min(MOST_STEPS, size);
  for (let look = Math.min(FIRST_LOOK, last);;) {
    const q = basis[diagonal.length], next = invert(q), length = Math.sqrt(dot(next, next));
    diagonal.push(dot(q, next));
    // The recurrence takes out two vectors; the others too, or rounding brings found ones back.
    subtract(next, q, dot(q, next));
    if (diagonal.length > 1) subtract(next, basis[diagonal.length - 2], beside[diagonal.length - 2]);
    for (const p of basis) subtract(next, p, dot(p, next));
    const rest = Math.sqrt(dot(next, next)), closed = rest <= 1e-14 * length;
    if (closed || diagonal.length === look) {
      // Once more through K⁻¹: what is left of large eigenvalues weighs heavily in H.
      const v = normalised(invert(combination(basis, topEigenvector(diagonal, beside)))), image = apply(v);
      const theta = dot(v, image);
      subtract(image, v, theta);
      const residual = Math.sqrt(dot(image, image));
      const settled = diagonal.length > ENOUGH && Math.abs(before - theta) <= tolerance / 20;
      if (residual <= tolerance / 10 || settled) return theta;
      if (closed || look === last) throw unsettled(theta, residual, tolerance, look);
      before = theta;
      look = Math.min(Math.ceil(1.5 * look), last);
    }
    beside.push(rest);
    basis.push(next.map((x) => x / rest));
  }
}

/**
 * The eigenvector of the largest eigenvalue of a symmetric tridiagonal matrix T: bisection by whether σI − T
 * is positive definite, then inverse iteration, where elimination needs no pivoting.
 */
function topEigenvector(diagonal: Column, beside: Column): number[] {
  const n = diagonal.length, off = (i: number) => i < 0 || i >= n - 1 ? 0 : Math.abs(beside[i]);
  let below = Math.max(...diagonal);
  let above = Math.max(...diagonal.map((x, i) => x + off(i - 1) + off(i))) * (1 + 1e-15);
  for (let middle = (below + above) / 2; middle > below && middle < above; middle = (below + above) / 2) {
    if (pivots(diagonal, beside, middle) === null) below = middle;
    else above = middle;
  }
  const d = pivots(diagonal, beside, above);
  if (d === null) return diagonal.map((x) => x === below ? 1 : 0);
  let v = diagonal.map((_, i) => 1 + i % 3 / 8);
  for (let round = 0; round < 4; round++) {
    for (let i = 1; i < n; i++) v[i] += beside[i - 1] / d[i - 1] * v[i - 1];
    v[n - 1] /= d[n - 1];
    for (let i = n - 2; i >= 0; i--) v[i] = (v[i] + beside[i] * v[i + 1]) / d[i];
    v = normalised(v);
  }
  return v;
}

/** D of σI − T = L D Lᵀ; null unless all of D is positive. */
function pivots(diagonal: Column, beside: Column, sigma: number): number[] | null {
  const d: number[] = [];
  for (let i = 0; i < diagonal.length; i++) {
    const pivot = sigma - diagonal[i] - (i > 0 ? beside[i - 1] ** 2 / d[i - 1] : 0);
    if (!(pivot > 0)) return null;
    d.push(pivot);
  }
  return d;
}

/** A start in general position: a structured one may lie in a subspace that H maps into itself. */
function genericVector(size: number): number[] {
  return Array.from({ length: size }, (_, i) => ((i + 1) * 0.618033988749895) % 1 - 0.5);
}

function unsettled(theta: number, residual: number, tolerance: number, steps: number): RangeError {
  return new RangeError(
    `Cannot find the smallest eigenvalue: expected it to settle within ${tolerance}, got ${theta} with a residual of ${residual} after ${steps} steps`,
  );
}

function combination(columns: readonly Column[], weights: Column): number[] {
  const out = new Array<number>(columns[0].length).fill(0);
  weights.forEach((weight, k) => subtract(out, columns[k], -weight));
  return out;
}

/** v ← v − c q, in place. */
function subtract(v: number[], q: Column, c: number): void {
  for (let i = 0; i < v.length; i++) v[i] -= c * q[i];
}

/** v / ‖v‖, without overflow. */
function normalised(v: Column): number[] {
  const largest = v.reduce((m, x) => Math.max(m, Math.abs(x)), 0), w = v.map((x) => x / largest);
  const length = Math.sqrt(dot(w, w));
  return w.map((x) => x / length);
}

// Four sums at a time: one alone waits for each addition to end.
function dot(a: Column, b: Column): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (; i < a.length; i++) s0 += a[i] * b[i];
  return s0 + s1 + s2 + s3;
}
