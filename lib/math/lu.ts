/** P A = L U with partial pivoting: what `luSolve` needs. */
interface Factors {
  /** L below the diagonal (its own diagonal is 1), U on and above it. */
  readonly rows: readonly (readonly number[])[];
  /** Row i of P A is row order[i] of A. */
  readonly order: readonly number[];
}

/** P A = L U by elimination with partial pivoting; null at a pivot of exactly zero. A is not changed. */
export function luFactor(A: readonly (readonly number[])[]): Factors | null {
  const n = A.length, rows = A.map((row) => [...row]), order = rows.map((_, i) => i);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    if (rows[pivot][k] === 0) return null;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    [order[k], order[pivot]] = [order[pivot], order[k]];
    const top = rows[k];
    for (let i = k + 1; i < n; i++) {
      const row = rows[i], factor = row[k] / top[k];
      row[k] = factor;
      if (factor !== 0) { for (let j = k + 1; j < n; j++) row[j] -= factor * top[j]; }
    }
  }
  return { rows, order };
}

/** The x with A x = b: L y = P b downwards, U x = y upwards. */
export function luSolve({ rows, order }: Factors, b: readonly number[]): number[] {
  const x = order.map((i) => b[i]);
  for (let i = 0; i < x.length; i++) {
    const row = rows[i];
    let rest = x[i];
    for (let j = 0; j < i; j++) rest -= row[j] * x[j];
    x[i] = rest;
  }
  for (let i = x.length - 1; i >= 0; i--) {
    const row = rows[i];
    let rest = x[i];
    for (let j = i + 1; j < x.length; j++) rest -= row[j] * x[j];
    x[i] = rest / row[i];
  }
  return x;
}

/** S = L Lᵀ, as far as it goes. */
interface LowerFactor {
  /** Lower triangular, its diagonal positive. */
  readonly L: number[][];
  /** The first pivot that is no larger than n ε Sᵢᵢ, where elimination ended: S is not positive definite. */
  readonly refused?: { readonly pivot: number; readonly row: number };
}

/** S = L Lᵀ for a symmetric S, of which the lower half is read. */
export function lowerFactor(S: readonly (readonly number[])[]): LowerFactor {
  const n = S.length, L = S.map(() => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++) {
    const row = L[i];
    for (let j = 0; j <= i; j++) {
      const other = L[j];
      let rest = S[i][j];
      for (let k = 0; k < j; k++) rest -= row[k] * other[k];
      if (i !== j) row[j] = rest / other[j];
      else if (rest > n * Number.EPSILON * S[i][i]) row[i] = Math.sqrt(rest);
      else return { L, refused: { pivot: rest, row: i } };
    }
  }
  return { L };
}
