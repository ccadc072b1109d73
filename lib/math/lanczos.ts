import { combine, dot, dots, type Flat, flat, write } from "./flat/matrix.ts";
import { frame, numbers } from "./flat/memory.ts";

type Column = readonly number[];

/**
 * A symmetric operator H on rows × columns matrices (a vector, folded), an easy inverse near its own, and the
 * accuracy asked for. All of it runs within a frame; padding that is 0 must stay 0.
 */
export interface SymmetricOperator {
  readonly rows: number;
  readonly columns: number;
  /** into = H v. */
  apply(into: Flat, v: Flat): void;
  /** into = K⁻¹ v, K positive definite, ‖K − H‖ well below the tolerance. */
  invert(into: Flat, v: Flat): void;
  /** Absolute accuracy asked of the eigenvalue. */
  readonly tolerance: number;
}

/** The first look at the answer comes after so many steps, the next no later than after 1.5 times as many. */
const FIRST_LOOK = 12, NEXT_LOOK = 1.5;
/** From here on an answer that has come to rest counts: over half as many steps again. */
const ENOUGH = 60, REST = 1.5;
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
export function smallestEigenvalue(H: SymmetricOperator): number {
  const { rows, columns, tolerance } = H, last = Math.min(MOST_STEPS, rows * columns);
  const next = flat(rows, columns), image = flat(rows, columns), basis = orthonormal(rows, columns);
  write(next, genericMatrix(rows, columns));
  H.invert(image, next);
  basis.append(image, length(image));
  const diagonal: number[] = [], beside: number[] = [], lost = orthogonality(rows * columns, last);
  let rested = { theta: Infinity, steps: 0 }, before = { residual: Infinity, steps: 0 };
  for (let look = Math.min(FIRST_LOOK, last);;) {
    const steps = diagonal.length + 1, q = basis.vectors[steps - 1];
    H.invert(next, q);
    const size = length(next), along = dot(q, next);
    diagonal.push(along);
    if (steps === 1) combine(next, 1, next, -along, q);
    else combine(next, 1, next, -along, q, -beside[steps - 2], basis.vectors[steps - 2]);
    if (lost(diagonal, beside, length(next))) basis.takeOut(next);
    const rest = length(next), closed = rest <= 1e-14 * size;
    if (closed || steps === look) {
      const { theta, residual } = rayleigh(H, basis.combination(topEigenvector(diagonal, beside)), image);
      if (residual <= tolerance / 10) return theta;
      if (steps >= REST * rested.steps) {
        if (steps > ENOUGH && Math.abs(rested.theta - theta) <= tolerance / 20) return theta;
        rested = { theta, steps };
      }
      if (closed || look === last) throw unsettled(theta, residual, tolerance, look);
      look = Math.min(nextLook({ residual, steps }, before, tolerance / 10), last);
      before = { residual, steps };
    }
    beside.push(rest);
    basis.append(next, rest);
  }
}

interface Look {
  readonly residual: number;
  readonly steps: number;
}

/** Two thirds of the way to where the residual, falling as between two looks, would meet its goal: it falls faster. */
function nextLook(now: Look, before: Look, goal: number): number {
  const fall = Math.log(before.residual / now.residual) / (now.steps - before.steps);
  const left = fall > 0 ? 2 / 3 * Math.log(now.residual / goal) / fall : Infinity;
  return now.steps + Math.max(2, Math.ceil(Math.min(left, (NEXT_LOOK - 1) * now.steps)));
}

/** Half the digits: products of the basis up to this size leave the eigenvalues all of theirs (Simon 1984). */
const SEMI = 2 ** -26;

/**
 * Whether the next vector has lost its orthogonality to the basis, and has to be given it back; asked once a
 * step. The three-term recurrence takes out two vectors only, and rounding brings back those of eigenvalues
 * already found. How much follows the same recurrence: βⱼ₊₁ ωⱼ₊₁ₖ = βₖ₊₁ ωⱼₖ₊₁ + (αₖ − αⱼ) ωⱼₖ + βₖ ωⱼₖ₋₁ −
 * βⱼ ωⱼ₋₁ₖ, ω = qⱼ·qₖ, to which each step adds its rounding. Two vectors in a row are mended, as two go on.
 *
 * @source Simon, Mathematics of Computation 42 (1984) 115
 */
function orthogonality(size: number, most: number) {
  const noise = Number.EPSILON * Math.sqrt(size);
  let before = new Float64Array(most + 1), now = before.slice(), next = before.slice(), again = false;
  now[0] = 1;
  return (alpha: Column, beta: Column, rest: number): boolean => {
    const j = alpha.length - 1;
    let worst = 0;
    for (let k = 0; k < j; k++) {
      const back = k > 0 ? beta[k - 1] * now[k - 1] : 0;
      const grown = beta[k] * now[k + 1] + (alpha[k] - alpha[j]) * now[k] + back - beta[j - 1] * before[k];
      next[k] = (grown + (grown < 0 ? -noise : noise) * alpha[0]) / rest;
      worst = Math.max(worst, Math.abs(next[k]));
    }
    const mend = again || !(worst < SEMI);
    again = mend && !again;
    if (mend) next.fill(noise, 0, j);
    next[j] = noise;
    next[j + 1] = 1;
    [before, now, next] = [now, next, before];
    return mend;
  };
}

/** θ = vᵀ H v and ‖H v − θ v‖ for v = K⁻¹ u: what is left of large eigenvalues in u weighs heavily in H. */
function rayleigh({ apply, invert }: SymmetricOperator, u: Flat, image: Flat) {
  return frame(() => {
    const v = flat(u.rows, u.columns);
    invert(v, u);
    combine(v, 1 / length(v), v);
    apply(image, v);
    const theta = dot(v, image);
    combine(image, 1, image, -theta, v);
    return { theta, residual: length(image) };
  });
}

/** Vectors come in chunks of so many: memory is taken as the basis grows, and four are met at a time. */
const CHUNK = 32;

/** A growing orthonormal basis of rows × columns matrices. */
function orthonormal(rows: number, columns: number) {
  const vectors: Flat[] = [], chunks: Flat[] = [], products = flat(1, 4), sum = flat(rows, columns);
  const size = Math.ceil(rows / 8) * 8 * sum.stride / 8,
    row = { ...sum, rows: 1, columns: size, stride: 8 * size };
  const inRow = (v: Flat): Flat => ({ ...row, at: v.at });
  return {
    vectors,
    /** Adds v / length. */
    append(v: Flat, length: number) {
      const place = vectors.length % CHUNK;
      if (place === 0) chunks.push(flat(CHUNK, size));
      const added = { ...sum, at: chunks[chunks.length - 1].at + place * row.stride };
      combine(added, 1 / length, v);
      vectors.push(added);
    },
    /** v ← v − Σ q (q·v), all products taken of the same v. */
    takeOut(v: Flat) {
      const four = inRow(v), taken: number[] = [];
      for (let i = 0; i < vectors.length; i += 4) {
        dots(products, four, chunks[Math.floor(i / CHUNK)], i % CHUNK);
        taken.push(...numbers().subarray(products.at / 8, products.at / 8 + 4));
      }
      addAll(v, taken, -1);
    },
    /** Σ weightₖ qₖ, good until the next call. */
    combination(weights: ArrayLike<number>): Flat {
      combine(sum, 0, vectors[0]);
      addAll(sum, weights, 1);
      return sum;
    },
  };

  function addAll(v: Flat, factors: ArrayLike<number>, sign: number) {
    const factor = (k: number) => k < vectors.length ? sign * factors[k] : 0;
    const q = (k: number) => vectors[Math.min(k, vectors.length - 1)];
    for (let i = 0; i < vectors.length; i += 4) {
      const [j, k, l] = [i + 1, i + 2, i + 3];
      combine(v, 1, v, factor(i), q(i), factor(j), q(j), factor(k), q(k), factor(l), q(l));
    }
  }
}

/**
 * The eigenvector of the largest eigenvalue of a symmetric tridiagonal matrix T: bisection by whether σI − T
 * is positive definite, then inverse iteration, where elimination needs no pivoting.
 */
function topEigenvector(diagonal: Column, beside: Column): Float64Array {
  const n = diagonal.length, off = (i: number) => i < 0 || i >= n - 1 ? 0 : Math.abs(beside[i]);
  let below = Math.max(...diagonal);
  let above = Math.max(...diagonal.map((x, i) => x + off(i - 1) + off(i))) * (1 + 1e-15);
  const d = new Float64Array(n), largest = diagonal.indexOf(below);
  for (let middle = (below + above) / 2; middle > below && middle < above; middle = (below + above) / 2) {
    if (pivots(d, diagonal, beside, middle)) above = middle;
    else below = middle;
  }
  if (!pivots(d, diagonal, beside, above)) return new Float64Array(n).fill(1, largest, largest + 1);
  const v = Float64Array.from(diagonal, (_, i) => 1 + i % 3 / 8);
  for (let round = 0; round < 4; round++) {
    for (let i = 1; i < n; i++) v[i] += beside[i - 1] / d[i - 1] * v[i - 1];
    v[n - 1] /= d[n - 1];
    for (let i = n - 2; i >= 0; i--) v[i] = (v[i] + beside[i] * v[i + 1]) / d[i];
    normalise(v);
  }
  return v;
}

/** d = D of σI − T = L D Lᵀ; false unless all of D is positive. */
function pivots(d: Float64Array, diagonal: Column, beside: Column, sigma: number): boolean {
  for (let i = 0; i < d.length; i++) {
    d[i] = sigma - diagonal[i] - (i > 0 ? beside[i - 1] * beside[i - 1] / d[i - 1] : 0);
    if (!(d[i] > 0)) return false;
  }
  return true;
}

/** A start in general position: a structured one may lie in a subspace that H maps into itself. */
function genericMatrix(rows: number, columns: number): number[][] {
  const entry = (i: number) => ((i + 1) * 0.618033988749895) % 1 - 0.5;
  return Array.from(
    { length: rows },
    (_, i) => Array.from({ length: columns }, (_, j) => entry(i * columns + j)),
  );
}

function unsettled(theta: number, residual: number, tolerance: number, steps: number): RangeError {
  return new RangeError(
    `Cannot find the smallest eigenvalue: expected it to settle within ${tolerance}, got ${theta} with a residual of ${residual} after ${steps} steps`,
  );
}

/** v ← v / ‖v‖, without overflow. */
function normalise(v: Float64Array): void {
  let largest = 0, sum = 0;
  for (let i = 0; i < v.length; i++) largest = Math.max(largest, Math.abs(v[i]));
  for (let i = 0; i < v.length; i++) sum += (v[i] /= largest) * v[i];
  const size = Math.sqrt(sum);
  for (let i = 0; i < v.length; i++) v[i] /= size;
}

const length = (v: Flat): number => Math.sqrt(dot(v, v));
