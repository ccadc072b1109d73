import { notation } from "../../proof/notation.ts";
import type { Writing } from "../../proof/question.ts";
import type { Scene } from "../scene.ts";

/** Below this a density is not told from 0: what it adds to an integral is nothing. */
const NOTHING = -600;
/** Steps of the double exponential rule on each half-line: good to the last digits for what decays. */
const STEP = 1 / 24, FIRST = -4, LAST = 4;

/** Nodes and weights of ∫₀^∞: u = exp(s − e^{−s}), the trapezoid rule in s. */
const halfLine = Array.from({ length: Math.round((LAST - FIRST) / STEP) + 1 }, (_, k) => {
  const s = FIRST + k * STEP, u = Math.exp(s - Math.exp(-s));
  return { u, weight: STEP * u * (1 + Math.exp(-s)) };
});
const line = [...halfLine.map(({ u, weight }) => ({ u: -u, weight })), ...halfLine];

/**
 * What `proof31` is written in. Both integrals run over the same nodes, x = F(u) with weight |det J_F(u)| du: a change
 * of variables is exact on them, and a wrong one is not.
 */
export const writing31: Writing<Scene> = {
  notation: notation({
    symbols: {},
    functions: {
      ...{ pX: ["x"], pU: ["u"], pF: ["x"], pBack: ["u"], F: ["u"], Finv: ["x"], det: ["u"], detInv: ["x"] },
    },
    tex: {
      "Finv(x)": "F^{-1}(x)",
      "pX(x)": "p_X(x)",
      "pU(u)": "p_U(u)",
      "det(u)": "\\lvert\\det J_F(u)\\rvert",
      "pF(x)": "p_{F(U)}(x)",
      "detInv(x)": "\\lvert\\det J_{F^{-1}}(x)\\rvert",
      "pBack(u)": "p_{F^{-1}(X)}(u)",
    },
  }),
  scope: ({ logPx, logPu, F, inverse, logAbsDetF, logAbsDetInverse }) => {
    const nodes = line.filter(({ u }) => logPu(u) > NOTHING && logPx(F(u)) > NOTHING);
    const det = (u: number) => Math.exp(logAbsDetF(u)), detInv = (x: number) => Math.exp(logAbsDetInverse(x));
    // F⁻¹ of a node is that node, not what iteration comes near to
    const from = new Map(nodes.map(({ u }) => [F(u), u]));
    const Finv = (x: number) => from.get(x) ?? inverse(x);
    const pX = (x: number) => Math.exp(logPx(x)), pU = (u: number) => Math.exp(logPu(u));
    return {
      ...{ pX, pU, F, Finv, det, detInv },
      pF: (x: number) => pU(Finv(x)) * detInv(x),
      pBack: (u: number) => pX(F(u)) * det(u),
      integral: { u: nodes, x: nodes.map(({ u, weight }) => ({ x: F(u), weight: weight * det(u) })) },
    };
  },
  ends: [
    "integral(x, pX(x) log(pX(x) / pF(x)))",
    "integral(u, pBack(u) log(pBack(u) / pU(u)))",
  ],
};
