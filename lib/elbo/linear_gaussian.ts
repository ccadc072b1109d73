import { LOG_2PI } from "../math/stable.ts";
import * as check from "../math/check.ts";
import { apply, dot, matmul, outer, scale, subtract, transpose } from "../math/linalg.ts";
import type { Matrix, Vector } from "../math/types.ts";
import { diagonalNormal, klNormal, type Normal, normal } from "../math/normal.ts";
import { type EncoderFamily, linearEncoder } from "./linear_encoder.ts";
import { spectralForm } from "./spectral_form.ts";

/** Derivatives of a number by the parameters of a linear Gaussian model. */
export interface ThetaGradient {
  /** D × K. */
  W: number[][];
  /** D components. */
  b: number[];
  /** By log σ², not by σ². */
  logSigma2: number;
}

/**
 * z ~ N(0, I_K), x | z ~ N(W z + b, σ² I_D): probabilistic PCA (Tipping & Bishop 1999), the VAE whose
 * posterior N(Λ⁻¹ Wᵀ(x − b)/σ², Λ⁻¹), Λ = I + WᵀW/σ², is known. All numbers are in nats.
 *
 * Any D and K ≥ 1 and any W will do: only Λ (K × K) is inverted, never W Wᵀ.
 *
 * @param theta.W D × K
 * @param theta.b D components
 * @param theta.sigma2 σ² > 0, the variance of the noise
 * @throws RangeError for a variance that is not positive, or shapes that disagree
 */
export function linearGaussian(theta: { W: Matrix; b: Vector; sigma2: number }) {
  const making = "make a linear Gaussian model";
  const given = check.object(making, "theta", theta);
  const W = check.matrix(making, "W", given.W), D = W.length, K = W[0].length;
  const b = check.finiteVector(making, "b", given.b, D);
  const sigma2 = check.positive(making, "sigma2", given.sigma2), sigma = Math.sqrt(sigma2);
  const logNoise = D * (LOG_2PI + Math.log(sigma2));
  const U = W.map((row) => row.map((value) => value / sigma));
  const { directions, posteriorCov } = spectralForm(W, sigma2);
  /** Λⱼⱼ = 1 + ‖column j of W‖²/σ². */
  const precisions = U[0].map((_, j) =>
    check.finite(making, `Λ[${j}][${j}]`, 1 + squaredNorm(U.map((row) => row[j])))
  );

  /** x − b. */
  const centred = (doing: string, x: Vector) =>
    check.finiteVector(doing, "x", x, D).map((value, i) => value - b[i]);
  const checked = (doing: string, q: Normal) => normal(doing, "q", q, K);
  const posteriorMean = (residual: Vector) => {
    const shares = directions.map(({ left, gain }) => gain * dot(left, residual));
    return Array.from(
      { length: K },
      (_, j) => directions.reduce((sum, { right }, k) => sum + shares[k] * right[j], 0),
    );
  };
  const residualAt = (residual: Vector, z: Vector) => {
    const image = apply(W, z);
    return residual.map((value, i) => value - image[i]);
  };
  /** E_q ‖x − W z − b‖² / σ² = (‖x − W m − b‖² + tr(W S Wᵀ)) / σ². */
  const expectedError = (residual: Vector, q: Normal) =>
    squaredNorm(residualAt(residual, q.mean).map((value) => value / sigma)) +
    matmul(U, q.cov).reduce((sum, row, i) => sum + row.reduce((part, v, j) => part + v * U[i][j], 0), 0);
  const secondMoment = (q: Normal) => squaredNorm(q.mean) + q.cov.reduce((sum, row, j) => sum + row[j], 0);
  const standard: Normal = { mean: new Array(K).fill(0), cov: precisions.map((_, j) => unit(K, j)) };

  const model = {
    /**
     * log p(x) = log N(x; b, W Wᵀ + σ² I)
     *
     * Stable form, W = Σ sₖ uₖ vₖᵀ: −½ Σₖ [log 2π(sₖ² + σ²) + (uₖᵀ(x − b))²/(sₖ² + σ²)], and the same with s = 0 for
     * the directions that W does not reach.
     *
     * @param x D components
     */
    logMarginal(x: Vector): number {
      const residual = centred("take the log marginal", x);
      let sum = D * LOG_2PI, outside = residual;
      for (const { left, variance } of directions) {
        const share = dot(left, residual);
        sum += Math.log(variance) + share * (share / variance);
        outside = outside.map((value, i) => value - share * left[i]);
      }
      const free = D - directions.length;
      if (free > 0) sum += free * Math.log(sigma2) + squaredNorm(outside.map((value) => value / sigma));
      return -sum / 2;
    },

    /** p(z | x) = N(Λ⁻¹ Wᵀ(x − b)/σ², Λ⁻¹); x of D components. */
    posterior(x: Vector): { mean: number[]; cov: number[][] } {
      return {
        mean: posteriorMean(centred("take the posterior", x)),
        cov: posteriorCov.map((row) => [...row]),
      };
    },

    /**
     * E_q log p(x | z) = −½ [D log 2πσ² + (‖x − W m − b‖² + tr(W S Wᵀ))/σ²], q = N(m, S)
     *
     * @param x D components
     * @param q normal on R^K
     */
    reconstruction(x: Vector, q: Normal): number {
      const doing = "take the reconstruction term";
      return -(logNoise + expectedError(centred(doing, x), checked(doing, q))) / 2;
    },

    /** E_q log p(x | z) p(z): the expected complete data log likelihood. */
    ecll(x: Vector, q: Normal): number {
      const prior = -(K * LOG_2PI + secondMoment(checked("take the ECLL", q))) / 2;
      return model.reconstruction(x, q) + prior;
    },

    /** L[q] = E_q log p(x | z) − KL(q ‖ N(0, I)). */
    elbo(x: Vector, q: Normal): number {
      return model.reconstruction(x, q) - klNormal(q, standard);
    },

    /** KL(q ‖ p(z | x)) = log p(x) − L[q]. */
    klPosterior(x: Vector, q: Normal): number {
      return klNormal(checked("take the KL to the posterior", q), model.posterior(x));
    },

    /**
     * ∂L/∂m = Wᵀ(x − b − W m)/σ² − m and ∂L/∂log sⱼ² = ½ (1 − Λⱼⱼ sⱼ²), q = N(m, diag s²)
     *
     * @param x D components
     * @param q.mean m, K components
     * @param q.logVar log s², K components
     * @throws RangeError where exp(logVar) overflows
     */
    gradElbo(x: Vector, q: { mean: Vector; logVar: Vector }): { mean: number[]; logVar: number[] } {
      const doing = "differentiate the ELBO", { mean, logVar } = check.object(doing, "q", q);
      const m = check.finiteVector(doing, "q.mean", mean, K);
      const v = check.finiteVector(doing, "q.logVar", logVar, K);
      const variance = v.map((value, j) => check.finite(doing, `exp(q.logVar[${j}])`, Math.exp(value)));
      const error = residualAt(centred(doing, x), m).map((value) => value / sigma);
      return {
        mean: apply(transpose(U), error).map((slope, j) => slope - m[j]),
        logVar: variance.map((s2, j) => (1 - precisions[j] * s2) / 2),
      };
    },

    /**
     * ∂L/∂W = ((x − b − W m) mᵀ − W S)/σ², ∂L/∂b = (x − b − W m)/σ²,
     * ∂L/∂log σ² = ½ [(‖x − b − W m‖² + tr(W S Wᵀ))/σ² − D]: the gradient by θ of the ELBO, and of the ECLL,
     * since H(q) is free of θ
     */
    gradTheta(x: Vector, q: Normal): ThetaGradient {
      const doing = "differentiate the ELBO", residual = centred(doing, x), Q = checked(doing, q);
      const error = residualAt(residual, Q.mean).map((value) => value / sigma2);
      return {
        W: subtract(outer(error, Q.mean), matmul(scale(1 / sigma2, W), Q.cov)),
        b: error,
        logSigma2: (expectedError(residual, Q) - D) / 2,
      };
    },

    /** ∇_θ log p(x) = ∇_θ L[q] at q = p(z | x) held fixed (Fisher's identity). */
    gradLogMarginal(x: Vector): ThetaGradient {
      return model.gradTheta(x, model.posterior(x));
    },

    /** q*ᵢ = N(μ, diag(1/Λⱼⱼ)), the best diagonal q for this x; it loses `bestDiagonal(posterior).gap`. */
    fitPosterior(x: Vector): { mean: number[]; cov: number[][] } {
      return diagonalNormal({
        mean: posteriorMean(centred("fit the posterior", x)),
        variance: precisions.map((value) => 1 / value),
      });
    },

    /**
     * x ↦ N(m(x), diag(1/Λⱼⱼ)), with m the member of `family` that maximises Σᵢ L(xᵢ); it loses
     * ½ (m(x) − μ)ᵀ Λ (m(x) − μ) more than `fitPosterior`
     *
     * @param xs n ≥ 1 points of D components
     * @param family "constant" m = a | "gain" m = g Wᵀ(x − b) | "linear" m = A x | "affine" m = A x + a
     */
    fitEncoder(xs: Matrix, family: EncoderFamily): (x: Vector) => { mean: number[]; cov: number[][] } {
      const points = check.matrix("fit an encoder", "xs", xs, { columns: D });
      const targets = points.map((x) => model.posterior(x).mean);
      const gain = (x: Vector) => apply(transpose(W), x.map((value, i) => value - b[i]));
      const metric = matmul(transpose(U), U).map((row, j) =>
        row.map((value, k) => j === k ? precisions[j] : value)
      );
      const mean = linearEncoder({ points, targets, metric, gain }, family);
      const variance = precisions.map((value) => 1 / value);
      return (x) => diagonalNormal({ mean: mean(check.finiteVector("encode", "x", x, D)), variance });
    },
  };
  return model;
}

const squaredNorm = (v: Vector) => v.reduce((sum, x) => sum + x * x, 0);
const unit = (n: number, j: number) => Array.from({ length: n }, (_, k) => j === k ? 1 : 0);
