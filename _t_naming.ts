import { floats, matricesOver } from "lib/math/field.ts";
const subject: Record<string,string> = {};
for (const [s, names] of Object.entries({ elbo: "gapTerm excess bias cost breakEven comparison", masked_conv: "fieldAA fieldAB fieldBA fieldBB", flow: "integrand forwardObjective reverseObjective choice", gan: "A stationaryPoint eigenvaluesOfA growth fate", simsiam: "J dWp dW H normBound dWwithoutPredictor survives" })) for (const n of names.split(" ")) subject[n] = s;
const helpers = matricesOver(floats), names = Object.keys(helpers);
const w: Record<string, any> = {
 gapTerm: (q: any) => q.reduce((s: number, w: number, i: number) => s + w * i, 0), breakEven: "log(encoderParameters) / log(perInstance) + 7", excess: (x: any) => ({ larger: "amortised", by: Math.sin(x.logPx) }), bias: (x: any) => Math.sin(x.logPx), cost: (x: any) => ({ instance: Math.sin(x.n), amortised: Math.cos(x.steps) }),
 integrand: (u: any, g: any) => Math.sin(g.logPu(u)), forwardObjective: (xs: any, g: any) => Math.sin(g.logPu(g.inverse(xs[0]))), reverseObjective: (xs: any, g: any) => Math.sin(g.logAbsDet(xs[0])),
 A: (a: number) => [[1 - a, 1], [1, 1 - a]], growth: (a: number) => Math.atan(a) + 3, eigenvaluesOfA: (a: number) => [{ re: Math.sin(a), im: 2 }, { re: 1, im: a }], 
 J: "1/2 tr((Wp - I) W X W')^3", dWp: "Wp^7", dW: "Wp^7 W", H: "kron(X, Wp^7)", normBound: (t: number) => Math.sin(t), dWwithoutPredictor: "W Xprime^7",
};
for (const [name, form] of Object.entries(w)) {
  const { answer } = await import(`./lib/${subject[name]}/questions.ts`);
  const t = performance.now(); const v = answer(name, () => form); const t1 = performance.now(); answer(name, () => form); const t2 = performance.now();
  console.log(name, v.status, Math.round(t1 - t), Math.round(t2 - t1));
}
