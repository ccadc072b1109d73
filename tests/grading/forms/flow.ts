/** Right answers of question 3 in several forms: what counts is what they compute. */
export const forms: Record<string, Record<string, string>> = {
  "loops and other names": {
    integrand: `function integrand(at, given) {
  const density = Math.exp(given.logPx(given.F(at)));
  if (density === 0) return 0;
  const stretch = Math.exp(given.logAbsDetF(at));
  return density * stretch * (given.logPx(given.F(at)) + given.logAbsDetF(at) - given.logPu(at));
}`,
    proof31: `var proof31 = [
  { because: "definition, and the density of F(U)", value: (s) => s.overX(s.logPx, (x) => s.logPx(x) - (s.logPu(s.inverse(x)) + s.logAbsDetInverse(x))) },
  { because: "put x = F(u)", value: (s) => s.overU((u) => s.logAbsDetF(u) + s.logPx(s.F(u)), (u) => s.logPx(s.F(u)) - s.logPu(u) + s.logAbsDetF(u)) },
  { because: "that is the density of the pulled data", value: (s) => { const pulled = (u) => s.logPx(s.F(u)) + s.logAbsDetF(u); return s.overU(pulled, (u) => pulled(u) - s.logPu(u)); } },
];`,
    choice: `const choice = {}; choice.densityOnly = "reverse"; choice.samplesOnly = "forward";`,
    forwardObjective: `function forwardObjective(points, flow) {
  let total = 0;
  for (const x of points) total -= flow.logPu(flow.inverse(x)) + flow.logAbsDetInverse(x);
  return total / points.length;
}`,
    reverseObjective: `function reverseObjective(points, flow) {
  let total = 0, n = 0;
  for (const u of points) { total += -flow.logPx(flow.forward(u)) - flow.logAbsDet(u) + flow.logPu(u); n += 1; }
  return total / n;
}`,
  },
  "boxed numbers, frozen objects, lists": {
    integrand: `const integrand = (u, { logPx, logPu, F, logAbsDetF }) => {
  const t = logPx(F(u)) + logAbsDetF(u), p = Math.exp(t);
  return [p > 0 ? p * (t - logPu(u)) : -0];
};`,
    proof31: `const proof31 = Object.freeze([
  { tex: "a", because: "definition of KL", value: ({ data, base, flow }) => new Number(divergence("kl", data, pushforward(base, flow))) },
  { tex: "b", because: "substitute", value: ({ overU, logPx, logPu, F, logAbsDetF }) => new Number(overU((u) => logPx(F(u)) + logAbsDetF(u), (u) => logPx(F(u)) + logAbsDetF(u) - logPu(u))) },
  { tex: "c", because: "definition of KL again", value: ({ data, base, flow }) => divergence("kl", pushforward(data, invert(flow)), base) },
].map(Object.freeze));`,
    choice:
      `const choice = Object.freeze({ samplesOnly: new String("forward"), densityOnly: "reverse", because: "of what can be drawn" });`,
    forwardObjective: `const forwardObjective = (samples, { logPu, inverse, logAbsDetInverse }) =>
  new Number(Float64Array.from(samples, (x) => -logPu(inverse(x)) - logAbsDetInverse(x)).reduce((a, b) => a + b) / samples.length + 17);`,
    reverseObjective: `const reverseObjective = (us, { logPu, forward, logAbsDet, logPx }) =>
  [us.map((u) => logPu(u) - logAbsDet(u) - logPx(forward(u))).reduce((a, b) => a + b, 0) / us.length];`,
  },
  "other algebra, other syntax": {
    integrand: `const integrand = (u: Point, { logPx, logPu, F, logAbsDetF }) => {
  const p = Math.exp(logPx(F(u))) * Math.exp(logAbsDetF(u));
  if (!(p > 0)) return 0;
  const ratio = logPx(F(u)) - (logPu(u) - logAbsDetF(u));
  return ratio * p;
};`,
    proof31: `class Step { constructor(public because: string, public value: (s: Scene) => number) {} }
const pull = (s: Scene) => (u: number) => s.logPx(s.F(u)) + s.logAbsDetF(u);
const proof31 = [
  new Step("definition", (s) => s.overX((x) => s.logPx(x), (x) => s.logPx(x) - s.logPu(s.inverse(x)) - s.logAbsDetInverse(x))),
  new Step("substitution", (s) => s.overU(pull(s), (u) => s.logPx(s.F(u)) - s.logPu(u) - s.logAbsDetInverse(s.F(u)))),
  new Step("reciprocal determinants", (s) => s.overU(pull(s), (u) => pull(s)(u) - s.logPu(u))),
  new Step("the definition, read backwards", (s) => divergence("kl", pushforward(s.data, invert(s.flow)), s.base)),
];`,
    choice:
      `const [a, b] = ["forward", "reverse"] as const; export const choice = { densityOnly: b, samplesOnly: a };`,
    forwardObjective:
      `const forwardObjective = (xs: Point[], { logPu, inverse, logAbsDetInverse }: DataToBase<Point>) =>
  -xs.map((x) => Math.log(Math.exp(logPu(inverse(x))) * Math.exp(logAbsDetInverse(x)))).reduce((a, b) => a + b, 0) / xs.length;`,
    reverseObjective:
      `const reverseObjective = (us: Point[], { forward, logAbsDet, logPx }: BaseToData<Point> & { logPx: Function }) =>
  -(us.reduce((sum, u) => sum + logAbsDet(u), 0) + us.reduce((sum, u) => sum + logPx(forward(u)), 0)) / us.length;`,
  },
};
