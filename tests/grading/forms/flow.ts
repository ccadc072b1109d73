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
  ["integral(x, pX(x) log(pX(x) / pF(x)))"],
  ["integral(u, pX(F(u)) det(u) log(pX(F(u)) / pF(F(u))))", "change of variables"],
  ["integral(u, pBack(u) log(pX(F(u)) det(u) / pU(u)))", ["change of variables", "inverse function theorem"]],
  ["integral(u, pBack(u) log(pBack(u) / pU(u)))", "change of variables"],
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
  "integral(x, pX(x) log(pX(x) / pF(x)))",
  ["integral(x, pX(x) (log(pX(x)) - log(pF(x))))", "logarithm of a product"],
  ["integral(x, pX(x) (log(pX(x)) - log(pU(Finv(x)) detInv(x))))", "change of variables"],
  ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "logarithm of a product"],
  ["integral(u, pBack(u) log(pBack(u) / pU(u)))", ["change of variables", "inverse function theorem"]],
]);`,
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
    proof31: `const toU = "change of variables", inverse = "inverse function theorem";
const proof31 = [
  { line: "integral(x, log(pX(x) / pF(x)) pX(x))" },
  { line: "integral(x, pX(x) log(pX(x) det(Finv(x)) / pU(Finv(x))))", by: [toU, inverse], relation: "=" },
  { line: "integral(u, det(u) pX(F(u)) log(det(u) pX(F(u)) / pU(u)))", by: toU },
  { line: "integral(u, pBack(u) log(pBack(u) / pU(u)))", by: toU },
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
