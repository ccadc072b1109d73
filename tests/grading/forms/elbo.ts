/** Right answers of question 1 in several forms: what counts is what they compute. */
export const forms: Record<string, Record<string, string>> = {
  "loops and other names": {
    gapTerm: `function gapTerm(weights: number[]): number {
  let surprise = 0;
  for (const w of weights) if (w !== 0) surprise += w * Math.log(1 / w);
  return surprise;
}`,
    proof11: `var proof11 = [];
proof11.push(["E(z, log(lik(z) prior(z)))", ""]);
proof11.push(["E(z, log(post(z) evidence))", "Bayes"]);
proof11.push(["E(z, log(post(z))) + log(evidence)", ["logarithm of a product", "linearity of expectation"]]);
proof11.push(["log(evidence) - E(z, log(q(z) / post(z)))", "free of theta", "equal up to a constant"]);
proof11.push(["log(evidence) - KL", "definition of KL"]);`,
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
    proof11: `const proof11 = Object.freeze([
  Object.freeze(["E(z, log(prior(z) lik(z)))"]),
  Object.freeze(["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", "Equal up to a constant"]),
  Object.freeze(["E(z, log(post(z) evidence) - log(q(z)))", Object.freeze(["Bayes", "logarithm of a product"])]),
  Object.freeze(["log(evidence) - KL", ["definition of KL", "logarithm of a product", "linearity of expectation"]]),
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
  constructor(public line: string, public by: string = "", public relation?: string) {}
}
let proof11: Line[] = [
  new Line("E(z, log(lik(z) prior(z)))"),
  new Line("E(z, log(evidence post(z)))", "bayes "),
  new Line("E(z, log(evidence post(z) / q(z)))", "free of theta", "equal up to a constant"),
  new Line("E(z, log(evidence) - log(q(z) / post(z)))", "logarithm of a product"),
  new Line("log(evidence) - E(z, log(q(z) / post(z)))", "linearity of expectation"),
  new Line("log(evidence) - KL", "definition of KL"),
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
