import type { Complex } from "./types.ts";

/** Sweeps allowed for each eigenvalue; two or three are usual. */
const SWEEPS = 60;

/**
 * The roots of det(A − λI) of a real square matrix by Francis's implicit double-shift QR algorithm on its
 * Hessenberg form. Works in place. Own code because ml-matrix 6.15 never returns from some small matrices
 * (many 3 × 3 skew-symmetric ones, among them).
 *
 * @param A n × n, balanced, entries of order 1
 * @throws RangeError where the sweeps do not converge
 * @source Golub & Van Loan, Matrix Computations, section 7.5
 */
export function francisEigenvalues(A: number[][]): Complex[] {
  const H = hessenberg(A), found: Complex[] = [];
  const norm = Math.hypot(...H.flat());
  let high = H.length - 1, sweeps = 0;
  while (high >= 0) {
    const low = blockStart(H, high, norm * Math.floor(sweeps / 10));
    if (low === high) {
      found.push({ re: H[high][high], im: 0 });
    } else if (low === high - 1) {
      found.push(...twoByTwo(H[low][low], H[low][high], H[high][low], H[high][high]));
    } else {
      if (++sweeps > SWEEPS) {
        throw new RangeError(
          `Cannot take eigenvalues: expected the QR algorithm to converge, got ${SWEEPS} sweeps without`,
        );
      }
      sweep(H, low, high, sweeps);
      continue;
    }
    high = low - 1;
    sweeps = 0;
  }
  return found;
}

/** Reflects away everything below the first subdiagonal, by similarity. */
function hessenberg(A: number[][]): number[][] {
  for (let k = 0; k + 2 < A.length; k++) {
    const column = A.slice(k + 1).map((row) => row[k]);
    if (column.slice(1).some((x) => x !== 0)) reflect(A, column, k + 1, 0, A.length - 1);
    for (let i = k + 2; i < A.length; i++) A[i][k] = 0;
  }
  return A;
}

/**
 * H ← P H P with the reflection P = I − β v vᵀ that maps `x` to a multiple of e₁, acting on the rows and
 * columns from `first` on; only rows and columns low … high are touched.
 */
function reflect(H: number[][], x: number[], first: number, low: number, high: number): void {
  const largest = Math.max(...x.map(Math.abs));
  if (largest === 0) return;
  const v = x.map((y) => y / largest), length = Math.hypot(...v);
  v[0] += v[0] < 0 ? -length : length;
  const beta = 2 / v.reduce((sum, y) => sum + y * y, 0);
  for (let j = low; j <= high; j++) {
    const c = beta * v.reduce((sum, y, i) => sum + y * H[first + i][j], 0);
    v.forEach((y, i) => H[first + i][j] -= c * y);
  }
  for (let i = low; i <= high; i++) {
    const c = beta * v.reduce((sum, y, j) => sum + y * H[i][first + j], 0);
    v.forEach((y, j) => H[i][first + j] -= c * y);
  }
}

/**
 * The first row of the last block that no negligible subdiagonal entry cuts. Negligible beside its diagonal
 * neighbours, which keeps small eigenvalues of graded matrices; beside `norm` once that has failed for long
 * (a multiple of the identity plus rounding stirs its own rounding for ever).
 */
function blockStart(H: number[][], high: number, norm: number): number {
  for (let k = high; k > 0; k--) {
    const beside = Math.max(Math.abs(H[k][k]) + Math.abs(H[k - 1][k - 1]), norm);
    if (Math.abs(H[k][k - 1]) <= Number.EPSILON * beside) {
      H[k][k - 1] = 0;
      return k;
    }
  }
  return 0;
}

/** re ± i im, or re twice. */
type Shift = Complex;

/**
 * The eigenvalues of the last 2 × 2 block; of two real ones the one nearer to the corner, twice: where all are near 1
 * or −1, say, the first column of (H − 1)(H + 1) would be nothing but rounding.
 */
function shiftOf(H: number[][], high: number): Shift {
  const [a, b, c, d] = [H[high - 1][high - 1], H[high - 1][high], H[high][high - 1], H[high][high]];
  const [first, second] = twoByTwo(a, b, c, d);
  return first.im !== 0 || Math.abs(first.re - d) <= Math.abs(second.re - d) ? first : second;
}

/** A shift off all patterns, now and then: beside the first corner and the last by turns. */
function aside(H: number[][], low: number, high: number, sweeps: number): Shift {
  const at = sweeps % 20 === 10 ? low : high, next = at === low ? low + 1 : high - 1;
  const off = Math.abs(H[Math.max(at, next)][Math.min(at, next)]) +
    Math.abs(at === low ? H[low + 2][low + 1] : H[high - 1][high - 2]);
  return { re: H[at][at] + 0.75 * off, im: Math.sqrt(0.4375) * off };
}

/** One double-shift sweep on the block low … high, of at least three rows. */
function sweep(H: number[][], low: number, high: number, sweeps: number): void {
  const { re, im } = sweeps % 10 === 0 ? aside(H, low, high, sweeps) : shiftOf(H, high);
  // The first column of (H − re)² + im², its differences taken before they are squared.
  const h = H[low][low] - re, g = H[low + 1][low];
  let bulge = [
    h * h + im * im + H[low][low + 1] * g,
    g * (h + (H[low + 1][low + 1] - re)),
    g * H[low + 2][low + 1],
  ];
  for (let k = low; k < high; k++) {
    reflect(H, bulge, k, low, high);
    if (k > low) { for (let i = k + 1; i <= Math.min(k + 2, high); i++) H[i][k - 1] = 0; }
    bulge = [1, 2, 3].filter((i) => k + i <= high).map((i) => H[k + i][k]);
  }
}

/** λ² − (a + d) λ + ad − bc = 0, without cancellation. */
function twoByTwo(a: number, b: number, c: number, d: number): Complex[] {
  const p = (a - d) / 2, discriminant = p * p + b * c;
  if (discriminant < 0) {
    const im = Math.sqrt(-discriminant);
    return [{ re: d + p, im }, { re: d + p, im: -im }];
  }
  const z = p + (p < 0 ? -1 : 1) * Math.sqrt(discriminant);
  return [{ re: d + z, im: 0 }, { re: z === 0 ? d : d - b * c / z, im: 0 }];
}
