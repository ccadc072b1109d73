import assert from "node:assert/strict";
import {
  discreteModel,
  discreteModelOver,
  iwae,
  iwaeBound,
  linearGaussian,
  meanField,
  nonlinearModel,
} from "lib/elbo/mod.ts";
import { rationals } from "lib/math/exact.ts";
import type { Normal } from "lib/math/normal.ts";

/** Values of the wrong kind, for a place where a finite number belongs. */
const notNumbers: unknown[] = [undefined, null, "1", {}, [1], NaN, Infinity, -Infinity];
const notVectors: unknown[] = [
  ...notNumbers.filter((v) => !Array.isArray(v)),
  3,
  [],
  ["1"],
  [[1]],
  [NaN, 0],
  [0, Infinity],
];

/** f(value) throws our own words, which match `words`. */
function refused(f: (value: never) => unknown, values: readonly unknown[], words = /./): void {
  for (const value of values) {
    assert.throws(() => f(value as never), (error: Error) => {
      assert.match(error.message, /^Cannot .*: expected .*, got /, `${String(value)}: ${error.message}`);
      assert.match(error.message, words);
      assert.ok(error instanceof RangeError || error instanceof TypeError);
      return true;
    }, `for ${String(value)}`);
  }
}

const theta = { W: [[1, 0], [0, 1], [1, 1]], b: [0, 0, 0], sigma2: 1 };
const linear = linearGaussian(theta), x = [1, 2, 3];
const standard: Normal = { mean: [0, 0], cov: [[1, 0], [0, 1]] };

Deno.test("edge: a linear Gaussian model of the wrong kind is refused", () => {
  refused(linearGaussian, [undefined, null, 3, [1], {}]);
  refused((sigma2) => linearGaussian({ ...theta, sigma2 }), [...notNumbers, 0, -0, -1], /positive|finite/);
  refused((W) => linearGaussian({ ...theta, W }), [...notVectors, [[1, 2], [3]], [[1], [2]], [[1], [2], [
    NaN,
  ]]]);
  refused((b) => linearGaussian({ ...theta, b }), [...notVectors, [0, 0]]);
  refused((b) => linearGaussian({ ...theta, b }), [[0, 0]], /3 components, got 2/);
});

Deno.test("edge: points and normals of the wrong kind are refused by every method", () => {
  const methods = ["reconstruction", "ecll", "elbo", "klPosterior", "gradTheta"] as const;
  for (const name of methods) {
    refused((at) => linear[name](at, standard), [...notVectors, [1, 2]]);
    refused((q) => linear[name](x, q), [undefined, null, 3, {}, { mean: [0, 0] }]);
    const q = (cov: number[][], mean = [0, 0]) => ({ mean, cov });
    refused((q) => linear[name](x, q), [q([[1, 2], [2, 1]]), q([[0, 0], [0, 1]])], /positive definite/);
    refused((q) => linear[name](x, q), [q([[1, 0.5], [0, 1]])], /symmetric/);
    refused((q) => linear[name](x, q), [q([[1]]), q([[1]], [0]), q([[1, 0], [0, NaN]])]);
  }
  for (const name of ["logMarginal", "posterior", "gradLogMarginal", "fitPosterior"] as const) {
    refused(linear[name], [...notVectors, [1, 2]]);
  }
  refused((q) => linear.gradElbo(x, q), [undefined, {}, { mean: [0, 0], logVar: [0] }, {
    mean: [0],
    logVar: [0, 0],
  }]);
  refused((q) => linear.gradElbo(x, q), [{ mean: [0, 0], logVar: [0, 800] }], /finite.*Infinity/);
  refused((xs) => linear.fitEncoder(xs, "affine"), [...notVectors, [[1, 2]]]);
  refused(
    (family) => linear.fitEncoder([x], family),
    [undefined, "Affine", 1],
    /"constant" \| "gain" \| "linear" \| "affine"/,
  );
});

const table = { prior: [0.25, 0.75], likelihood: [[0.5, 0.5], [0.1, 0.9]] };
const discrete = discreteModel(table);

Deno.test("edge: tables and probabilities of the wrong kind are refused", () => {
  refused(discreteModel, [undefined, null, 3, {}]);
  refused((prior) => discreteModel({ ...table, prior }), [...notVectors, [1]]);
  refused((prior) => discreteModel({ ...table, prior }), [[1.5, -0.5]], /negative/);
  refused((prior) => discreteModel({ ...table, prior }), [[0.5, 0.4]], /sum to 1/);
  refused((likelihood) => discreteModel({ ...table, likelihood }), [...notVectors, [[1]], [[0.5, 0.5], [1]]]);
  refused((likelihood) => discreteModel({ ...table, likelihood }), [[[0.5, 0.5], [0.5, 0.6]]], /sum to 1/);
  for (const name of ["reconstruction", "ecll", "elbo", "klPosterior", "gradElbo", "gradTheta"] as const) {
    refused((q) => discrete[name](0, q), [...notVectors, [1], [0.5, 0.6], [-0.5, 1.5]]);
    refused((at) => discrete[name](at, [0.5, 0.5]), [...notNumbers, -1, 2, 0.5]);
  }
  const never = discreteModel({ prior: [1, 0], likelihood: [[1, 0], [0, 1]] });
  refused((q) => never.gradElbo(0, q), [[0.5, 0.5]], /finite.*-Infinity/);
  refused((q) => never.gradTheta(0, q), [[0.5, 0.5]], /finite.*-Infinity/);
});

Deno.test("edge: exact tables and whole weights are checked too", () => {
  const { one, zero } = rationals, exact = { prior: [one, zero], likelihood: [[one], [one]] };
  refused((t) => discreteModelOver(rationals, t), [undefined, null, {}, { ...exact, likelihood: [[one]] }]);
  refused(
    (t) => discreteModelOver(rationals, t),
    [{ ...exact, likelihood: [[one], [one, zero]] }],
    /rows of one length/,
  );
  const model = discreteModelOver(rationals, exact);
  refused((counts) => model.expElbo(0, counts), [...notVectors, [1], [0.5, 0.5], [-1, 2], [0, 0]]);
  refused(model.marginal, [...notNumbers, 1, -1]);
});

Deno.test("edge: a mean field needs four states of positive evidence", () => {
  const four = { prior: [0.25, 0.25, 0.25, 0.25], likelihood: [[1, 0], [1, 0], [1, 0], [1, 0]] };
  refused((theta) => meanField(theta, 0), [undefined, null, {}, table]);
  refused((at) => meanField(four, at), [...notNumbers, 2, -1]);
  refused((at) => meanField(four, at), [1], /positive probability/);
});

Deno.test("edge: decoders, noises and scalar normals of the wrong kind are refused", () => {
  const model = nonlinearModel({ decoder: (z) => z, sigma: 1 }), q = { mean: 0, sd: 1 };
  refused(nonlinearModel, [undefined, null, 3, {}]);
  refused(
    (sigma) => nonlinearModel({ decoder: Math.tanh, sigma }),
    [...notNumbers, 0, -1],
    /positive|finite/,
  );
  refused((decoder) => nonlinearModel({ decoder, sigma: 1 }), notNumbers, /function/);
  for (const name of ["reconstruction", "ecll", "elbo", "klPosterior"] as const) {
    refused((at) => model[name](at, q), notNumbers, /finite/);
    refused((mean) => model[name](0, { ...q, mean }), notNumbers, /finite/);
    refused((sd) => model[name](0, { ...q, sd }), [...notNumbers, 0, -1], /positive|finite/);
    refused((q) => model[name](0, q), [undefined, null, 3, {}]);
  }
  for (const name of ["logMarginal", "posterior", "fitPosterior"] as const) {
    refused(model[name], notNumbers, /finite/);
  }
  refused(model.posterior(0).logDensity, notNumbers, /finite/);
  refused((xs) => model.fitEncoder(xs, "affine"), notVectors);
  refused(
    (family) => model.fitEncoder([0], family),
    [undefined, "linear", 2],
    /"constant" \| "affineMean" \| "affine" \| "cubic"/,
  );
  refused(model.fitEncoder([0, 1], "affine"), notNumbers, /finite/);
  refused(() => nonlinearModel({ decoder: () => NaN, sigma: 1 }).logMarginal(0), [0], /finite.*NaN/);
  refused(
    () => nonlinearModel({ decoder: () => "1" as unknown as number, sigma: 1 }).elbo(0, q),
    [0],
    /finite/,
  );
  refused(() => nonlinearModel({ decoder: () => Infinity, sigma: 1 }).logMarginal(0), [0], /finite/);
});

Deno.test("edge: importance weights and settings of the wrong kind are refused", () => {
  const setting = { w: 1, sigma2: 1, x: 0, qMean: 0, qSd: 1 };
  refused(iwae, [undefined, null, 3, [], [NaN], ["1"]]);
  refused((s) => iwaeBound(s, 2), [undefined, null, 3, {}]);
  for (const name of ["w", "x", "qMean"]) {
    refused((v) => iwaeBound({ ...setting, [name]: v }, 2), notNumbers, /finite/);
  }
  for (const name of ["sigma2", "qSd"]) {
    refused((v) => iwaeBound({ ...setting, [name]: v }, 2), [...notNumbers, 0, -1], /positive|finite/);
  }
  refused((k) => iwaeBound(setting, k), [...notNumbers, 0, -1, 1.5], /finite|whole/);
});

Deno.test("edge: a reconstruction that diverges is −Infinity, not a number", () => {
  const model = nonlinearModel({ decoder: (z) => Math.exp(z * z), sigma: 1 });
  assert.equal(model.elbo(0, { mean: 0, sd: 1 }), -Infinity);
  assert.equal(model.klPosterior(0, { mean: 0, sd: 1 }), Infinity);
  assert.ok(Number.isFinite(model.elbo(0, { mean: 0, sd: 0.3 })));
});
