import { EigenvalueDecomposition, Matrix as Dense, SingularValueDecomposition } from "ml-matrix";
import { francisEigenvalues } from "./francis.ts";
import type { Complex, Matrix } from "./types.ts";

/**
 * Decompositions of matrices that are known to be well formed (rows of one length, finite entries): ml-matrix
 * behind a scaling that keeps it from overflow. `lib/math/linalg.ts` is the checked face.
 */

/** S = V diag(values) Vᵀ. */
export interface SymmetricSpectrum {
  /** Eigenvalues, ascending. */
  readonly values: number[];
  /** V: column k is the unit eigenvector of values[k]. */
  readonly vectors: number[][];
}

/** S = V diag(λ) Vᵀ for a symmetric S, λ ascending. */
export function symmetricSpectrum(S: Matrix): SymmetricSpectrum {
  const unit = powerOfTwo(S);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    dense(S, unit),
    { assumeSymmetric: true },
  );
  return { values: realEigenvalues.map((x) => x * unit), vectors: eigenvectorMatrix.to2DArray() };
}

/** Square roots of the eigenvalues of AᵀA, descending; min(rows, columns) of them. */
export function singularSpectrum(A: Matrix): number[] {
  const unit = powerOfTwo(A);
  const { diagonal } = new SingularValueDecomposition(dense(A, unit), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return diagonal.slice(0, Math.min(A.length, A[0].length)).map((x) => Math.abs(x) * unit)
    .sort((a, b) => b - a);
}

/**
 * All n roots of det(A − λI), by falling real part, then falling imaginary part.
 *
 * A is first split into its irreducible diagonal blocks (i and j share one when each reaches the other along
 * non-zero entries), so triangular matrices give their diagonal exactly; every block is balanced.
 */
export function spectrum(A: Matrix): Complex[] {
  const all = irreducibleBlocks(A).flatMap((block) => {
    const B = block.map((i) => block.map((j) => A[i][j]));
    if (B.length === 1) return [{ re: B[0][0], im: 0 }];
    // Balanced first: what a scaling by the largest entry would round to 0 may decide (1e200 opposite 1e-200).
    const balanced = balance(B), unit = powerOfTwo(balanced);
    const scaled = balanced.map((row) => row.map((x) => x / unit));
    return francisEigenvalues(scaled).map(({ re, im }) => ({ re: re * unit, im: im * unit }));
  });
  return all.sort((a, b) => b.re - a.re || b.im - a.im);
}

/** Strongly connected components of the graph i → j where Aᵢⱼ ≠ 0 (Warshall's closure). */
function irreducibleBlocks(A: Matrix): number[][] {
  const reach = A.map((row, i) => row.map((x, j) => x !== 0 || i === j));
  for (let k = 0; k < A.length; k++) {
    for (const row of reach) {
      if (row[k]) reach[k].forEach((further, j) => row[j] ||= further);
    }
  }
  const blocks: number[][] = [];
  A.forEach((_, i) => {
    const block = blocks.find(([first]) => reach[i][first] && reach[first][i]);
    if (block) block.push(i);
    else blocks.push([i]);
  });
  return blocks;
}

/** D⁻¹ A D with D of powers of two, so that rows and columns have like norms (Parlett & Reinsch 1969). */
function balance(A: number[][]): number[][] {
  const n = A.length;
  for (let done = false; !done;) {
    done = true;
    for (let i = 0; i < n; i++) {
      let column = 0, row = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        column += Math.abs(A[j][i]);
        row += Math.abs(A[i][j]);
      }
      if (column === 0 || row === 0) continue;
      const factor = 2 ** Math.round((Math.log2(row) - Math.log2(column)) / 2);
      if (!(column * factor + row / factor < 0.95 * (column + row))) continue;
      done = false;
      for (let j = 0; j < n; j++) {
        A[i][j] /= factor;
        A[j][i] *= factor;
      }
    }
  }
  return A;
}

/** The power of two at or below the largest |entry|; 1 for the zero matrix. */
function powerOfTwo(A: Matrix): number {
  const largest = A.reduce((m, row) => row.reduce((n, x) => Math.max(n, Math.abs(x)), m), 0);
  return largest === 0 ? 1 : 2 ** Math.max(-1022, Math.floor(Math.log2(largest)));
}

const dense = (A: Matrix, unit: number) => new Dense(A.map((row) => row.map((x) => x / unit)));
