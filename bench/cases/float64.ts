import { plus, product, productWithTranspose, transposeTimes } from "lib/math/dense.ts";
import { expm } from "lib/math/linalg.ts";
import { lambdaMin } from "lib/simsiam/mod.ts";
import { uniforms } from "../numbers.ts";

/** rows × columns numbers in [−½, ½), the same in every language. */
export function matrix(rows: number, columns: number, seed: number): number[][] {
  const u = uniforms(rows * columns, seed);
  return Array.from(
    { length: rows },
    (_, i) => Array.from({ length: columns }, (_, j) => u[i * columns + j] - 0.5),
  );
}

const transpose = (A: number[][]) => A[0].map((_, j) => A.map((row) => row[j]));

/** S Sᵀ / n + shift I: symmetric, positive definite for shift > 0. */
export function gram(n: number, seed: number, shift: number): number[][] {
  const S = matrix(n, n, seed), G = product(S, transpose(S));
  return G.map((row, i) => row.map((x, j) => x / n + (i === j ? shift : 0)));
}

const sum = (A: number[][]) => A.reduce((s, row) => s + row.reduce((t, x) => t + x, 0), 0);

/** 10⁶ simultaneous steps of d ← d + α g, g ← g − α d on two floats. */
export function ganScalar(): () => number {
  return () => {
    let d = 1, g = 0.5;
    const alpha = 1e-4;
    for (let k = 0; k < 1_000_000; k++) {
      const next = d + alpha * g;
      g -= alpha * d;
      d = next;
    }
    return d + g;
  };
}

/** 10⁴ such steps on vectors of 64. */
export function ganVector(): () => number {
  const start = uniforms(128, 1);
  return () => {
    const d = start.slice(0, 64), g = start.slice(64), alpha = 1e-3;
    for (let k = 0; k < 10_000; k++) {
      for (let i = 0; i < 64; i++) {
        const next = d[i] + alpha * g[i];
        g[i] -= alpha * d[i];
        d[i] = next;
      }
    }
    return d.reduce((s, x) => s + x, 0) + g.reduce((s, x) => s + x, 0);
  };
}

/** Ten classical Runge–Kutta steps of Ẇ_p = (W X − W_p W C) Wᵀ, Ẇ = W_pᵀ (W X − W_p W C) with n = 32. */
export function simsiamRk4(): () => number {
  const n = 32, h = 0.01, X = gram(n, 1, 0.5), start = [matrix(n, n, 2), matrix(n, n, 3)];
  const C = X.map((row, i) => row.map((x, j) => i === j ? x + 0.25 : x));
  const slope = ([W, Wp]: number[][][]) => {
    const R = plus(product(W, X), product(Wp, product(W, C)), -1);
    return [transposeTimes(Wp, R), productWithTranspose(R, W)];
  };
  const after = (y: number[][][], c: number, k: number[][][]) => y.map((part, i) => plus(part, k[i], c));
  return () => {
    let y = start;
    for (let step = 0; step < 10; step++) {
      const k1 = slope(y), k2 = slope(after(y, h / 2, k1)), k3 = slope(after(y, h / 2, k2));
      const k4 = slope(after(y, h, k3));
      for (const [c, k] of [[1, k1], [2, k2], [2, k3], [1, k4]] as const) y = after(y, c * h / 6, k);
    }
    return sum(y[0]) + sum(y[1]);
  };
}

/** λ_min of the 1024 × 1024 curvature, from its structure. */
export function lambdaMinCase(): () => number {
  const n = 32, Wp = matrix(n, n, 1), X = gram(n, 2, 0.1), Xprime = gram(n, 3, 0.1);
  return () => lambdaMin({ Wp, X, Xprime });
}

/** e^A of a 32 × 32 matrix. */
export function expmCase(): () => number {
  const A = matrix(32, 32, 1);
  return () => sum(expm(A));
}
