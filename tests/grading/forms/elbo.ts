/** Right answers of question 1 in several forms: what counts is what they compute. */
export const forms: Record<string, Record<string, string>> = {
  "loops and other names": {
    gapTerm: `function gapTerm(weights: number[]): number {
  let surprise = 0;
  for (const w of weights) if (w !== 0) surprise += w * Math.log(1 / w);
  return surprise;
}`,
    proof11: `const perModel = (f) => ({ q, grid }) => {
  const list = [];
  for (const model of grid) {
    let sum = 0;
    for (let z = 0; z < q.length; z++) sum += q[z] * f(model, z, q[z]);
    list.push(sum);
  }
  return list;
};
var proof11 = [];
proof11.push({ because: "what is maximised", value: perModel((m, z) => Math.log(m.likelihood[z]) + Math.log(m.prior[z])) });
proof11.push({ because: "Bayes' rule", value: perModel((m, z) => m.logMarginal + Math.log(m.posterior[z])) });
proof11.push({
  because: "less a sum without theta in it",
  relation: "equal up to a constant",
  value: perModel((m, z, w) => m.logMarginal + Math.log(m.posterior[z]) - Math.log(w)),
});
proof11.push({ because: "the weights add up to 1", value: ({ q, grid }) => grid.map((m) => m.logMarginal - q.reduce((s, w, z) => s + w * Math.log(w / m.posterior[z]), 0)) });`,
    excess: `function excess(bounds) {
  const first = bounds.logPx - bounds.elboInstance, second = bounds.logPx - bounds.elboAmortised;
  if (second >= first) return { larger: "amortised", by: second - first };
  return { larger: "instance", by: first - second };
}`,
    bias: "const bias = (given) => -(given.logPx - given.elbo);",
    cost: `function cost({ n, steps }) {
  let updates = 0, passes = 0;
  for (let point = 0; point < n; point++) { passes++; for (let s = 0; s < steps; s++) updates++; }
  return { amortised: passes, instance: updates };
}`,
    comparison:
      `var comparison = { growsWithN: "instance", goesStale: "instance", largerBias: "amortised" };`,
    breakEven: `const breakEven = (sizes) => {
  let points = 0;
  while (points * sizes.perInstance < sizes.encoderParameters) points += 1;
  return points;
};`,
  },
  "typed arrays, tensors, boxed and big numbers": {
    gapTerm: `import * as tf from "@tensorflow/tfjs";
const gapTerm = (q) => tf.tidy(() => { const p = tf.tensor1d(q.filter((w) => w > 0)); return tf.neg(tf.sum(tf.mul(p, tf.log(p)))); });`,
    proof11: `const sum = (q, f) => Float64Array.from(q, (w, z) => w * f(z)).reduce((a, b) => a + b, 0);
const over = (f) => ({ q, grid }) => Float64Array.from(grid, (m) => f(q, m));
const proof11 = Object.freeze([
  { because: "ECLL", value: over((q, m) => sum(q, (z) => Math.log(m.likelihood[z] * m.prior[z]))), tex: "a" },
  { because: "entropy", relation: "equal up to a constant", value: over((q, m) => sum(q, (z) => Math.log(m.likelihood[z] * m.prior[z] / q[z]))) },
  { because: "Bayes", relation: "=", value: over((q, m) => m.logMarginal - sum(q, (z) => Math.log(q[z] / m.posterior[z]))) },
]);`,
    excess:
      `const excess = ({ elboInstance: a, elboAmortised: b }) => Object.freeze({ larger: new String("amortised"), by: [a - b], note: 1 });`,
    bias: "const bias = ({ logPx, elbo }) => new Number(elbo - logPx);",
    cost:
      "const cost = ({ n, steps }) => ({ instance: BigInt(n) * BigInt(steps), amortised: new Number(n), training: 7 });",
    comparison:
      `const comparison = Object.freeze({ largerBias: new String("amortised"), goesStale: "instance", growsWithN: "instance" });`,
    breakEven:
      "const breakEven = ({ encoderParameters, perInstance }) => BigInt(Math.ceil(encoderParameters / perInstance));",
  },
  "other algebra, other syntax": {
    gapTerm: `const h = (w: number): number => w > 0 ? -w * Math.log2(w) : 0;
const gapTerm = (q: Vector) => Math.LN2 * q.map(h).reduce((a, b) => a + b);`,
    proof11: `class Line {
  constructor(readonly because: string, readonly value: (i: any) => number[], readonly relation = "=") {}
}
const dot = (a, b) => a.reduce((s, x, z) => s + x * b[z], 0), logs = (list) => list.map(Math.log);
let proof11: Line[] = [
  new Line("the ECLL", ({ q, grid }) => grid.map((m) => dot(q, logs(m.likelihood)) + dot(q, logs(m.prior)))),
  new Line("add the same number everywhere", ({ q, grid }) => grid.map((m) => dot(q, logs(m.likelihood)) + dot(q, logs(m.prior)) - dot(q, logs(q))), "equal up to a constant"),
  new Line("evidence and divergence", ({ q, grid }) => grid.map((m) => m.logMarginal - (dot(q, logs(q)) - dot(q, logs(m.posterior))))),
];`,
    excess: `enum Who { shared = "amortised", own = "instance" }
const excess = ({ elboInstance, elboAmortised }) => ({ larger: elboInstance < elboAmortised ? Who.own : Who.shared, by: Math.abs(elboAmortised - elboInstance) });`,
    bias: "const bias = ({ logPx, elbo }) => Math.log(Math.exp(elbo) / Math.exp(logPx));",
    cost:
      "const cost = function ({ n, steps }) { return { get instance() { return steps * n; }, amortised: +n }; };",
    comparison: `enum Kind { shared = "amortised", own = "instance" }
const comparison = { largerBias: Kind.shared, goesStale: Kind.own, growsWithN: Kind.own };`,
    breakEven: "const breakEven = ({ encoderParameters: e, perInstance: p }) => Math.floor(e / p) + 1;",
  },
};
