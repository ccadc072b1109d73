import * as check from "../../math/check.ts";
import type { Field } from "../../math/field.ts";

/** A discrete model over any field: prior of K entries, likelihood[z][x] of K × M. */
export interface DiscreteTable<T> {
  readonly prior: readonly T[];
  readonly likelihood: readonly (readonly T[])[];
}

export type DiscreteModelOver<T> = ReturnType<typeof discreteModelOver<T>>;

/**
 * The discrete model by the four operations alone: over rationals every identity between its terms is exact.
 *
 * Logarithms are not rational, but their exponentials are. With q_z = n_z / N for whole n_z, each term of the
 * evidence is a sum Σ n_z/N · log r_z, so that its e^{N ·} is the rational Π r_z^{n_z}. Sums of terms become
 * products: e^{N log p(x)} = e^{N L} · e^{N KL(q ‖ posterior)}. Over dual numbers slope / (N · value) of such a
 * power is the derivative of the term.
 *
 * @param field e.g. `rationals`, `dualOver(rationals)`
 * @param table positive entries; that rows sum to 1 is left to the caller (a table that does not is unnormalised)
 * @throws RangeError for shapes that disagree
 */
export function discreteModelOver<T>(field: Field<T>, table: DiscreteTable<T>) {
  const making = "make a discrete model";
  const { prior: p, likelihood: rows } = check.object(making, "table", table);
  const prior = check.list(making, "prior", p) as T[], K = prior.length;
  const likelihood = check.list(making, "likelihood", rows).map((row, z) =>
    check.list(making, `likelihood[${z}]`, row) as T[]
  );
  const M = likelihood[0].length, { mul, div } = field;
  if (likelihood.length !== K || likelihood.some((row) => row.length !== M)) {
    const lengths = likelihood.map((row) => row.length).join(", ");
    throw new RangeError(
      `Cannot ${making}: expected a likelihood of ${K} rows of one length, got rows of ${lengths}`,
    );
  }
  const index = (x: number) => check.integer("read the table", "x", x, { from: 0, to: M - 1 });
  /** Π f(z)^{n_z}; states without weight are not asked. */
  const powers = (counts: readonly number[], f: (z: number) => T) =>
    wholeWeights(counts, K).reduce(
      (product, n, z) => n === 0 ? product : mul(product, power(field, f(z), n)),
      field.one,
    );
  const q = (counts: readonly number[], z: number) => div(field.of(counts[z]), field.of(total(counts)));

  const model = {
    /** p(x, z) = p(x | z) p(z) for every z. */
    joint: (x: number): T[] => likelihood.map((row, z) => mul(row[index(x)], prior[z])),
    /** p(x) = Σ_z p(x | z) p(z). */
    marginal: (x: number): T => model.joint(x).reduce(field.add, field.zero),
    /** p(z | x) = p(x | z) p(z) / p(x) for every z. */
    posterior: (x: number): T[] => model.joint(x).map((joint) => div(joint, model.marginal(x))),
    /** p(x | z) p(z) / p(z | x) for every z: p(x) each time (Bayes). */
    bayesRatios: (x: number): T[] => model.posterior(x).map((post, z) => div(model.joint(x)[z], post)),
    /** e^{N log p(x)} = p(x)^N, N = Σ counts. */
    expMarginal: (x: number, counts: readonly number[]): T => powers(counts, () => model.marginal(x)),
    /** e^{N E_q log p(x | z)}. */
    expReconstruction: (x: number, counts: readonly number[]): T =>
      powers(counts, (z) => likelihood[z][index(x)]),
    /** e^{N E_q log p(x | z) p(z)}. */
    expEcll: (x: number, counts: readonly number[]): T => powers(counts, (z) => model.joint(x)[z]),
    /** e^{N L[q]} = e^{N E_q log p(x | z)} / e^{N KL(q ‖ p(z))}. */
    expElbo: (x: number, counts: readonly number[]): T =>
      div(model.expReconstruction(x, counts), model.expKlPrior(counts)),
    /** e^{N KL(q ‖ p(z))}. */
    expKlPrior: (counts: readonly number[]): T => powers(counts, (z) => div(q(counts, z), prior[z])),
    /** e^{N KL(q ‖ p(z | x))}. */
    expKlPosterior: (x: number, counts: readonly number[]): T =>
      powers(counts, (z) => div(q(counts, z), model.posterior(x)[z])),
    /** e^{N H(q)}. */
    expEntropy: (counts: readonly number[]): T => powers(counts, (z) => div(field.one, q(counts, z))),
  };
  return model;
}

const total = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0);

function wholeWeights(counts: readonly number[], K: number): number[] {
  const doing = "weigh the states";
  const n = check.finiteVector(doing, "counts", counts, K).map((c, z) =>
    check.integer(doing, `counts[${z}]`, c, { from: 0 })
  );
  check.integer(doing, "sum of the counts", total(n), { from: 1 });
  return n;
}

/** base^n by squaring, n ≥ 1. */
function power<T>(field: Field<T>, base: T, n: number): T {
  if (n === 1) return base;
  const half = power(field, base, Math.floor(n / 2)), square = field.mul(half, half);
  return n % 2 === 0 ? square : field.mul(square, base);
}
