import { lazily } from "../proof/slips.ts";
import type { Scope } from "../proof/value.ts";

/** What right answers of question 3 are, as formulas: their single edits name the kind of a slip. Never shipped. */

const over = (name: string) => (points: readonly unknown[], given: Scope): Scope => ({
  ...given,
  n: points.length,
  E: { [name]: points.map((point) => ({ weight: 1 / points.length, [name]: point })) },
});
const volumes =
  "The log-determinant is off: lost, weighed or turned, taken for the determinant, or that of another map or point.";

export const slips = {
  integrand: lazily({
    notation: {
      symbols: { u: "scalar" },
      functions: { logPx: ["x"], logPu: ["u"], F: ["u"], logAbsDetF: ["u"] },
    },
    scope: (u: unknown, given: Scope) => ({ ...given, u }),
    formulas: [
      "exp(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
      "exp(logPx(F(u))) exp(logAbsDetF(u)) (logPx(F(u)) - (logPu(u) - logAbsDetF(u)))",
    ],
    wrong: {
      [volumes]: [
        "exp(logPx(F(u)) - logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u)) - logAbsDetF(u)) (logPx(F(u)) - logPu(u))",
        "logPx(F(u)) logAbsDetF(u)",
        "exp(logPx(F(u))) (logPx(F(u)) - logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u)) + 2 logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u))) logAbsDetF(u) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u)) + exp(logAbsDetF(u))) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + exp(logAbsDetF(u)) - logPu(u))",
      ],
      "The weight is missing: this is the logarithm alone.": [
        "logPx(F(u)) + logAbsDetF(u) - logPu(u)",
        "logPx(F(u)) - logPu(u)",
      ],
      "The weight is that of another law, or not a density.": [
        "exp(logPu(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPu(u) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPu(u)) (logPu(u) - logPx(F(u)))",
        "exp(logPu(u)) (logPu(u) - logPx(F(u)) - logAbsDetF(u))",
        "exp(logPu(u) - logAbsDetF(u)) (logPu(u) - logAbsDetF(u) - logPx(F(u)))",
        "(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "logPx(F(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u)) + logAbsDetF(u) - logPu(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "(exp(logPx(F(u)) + logAbsDetF(u)) - exp(logPu(u))) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
      ],
      "Something of the ratio inside the logarithm is missing.": [
        "exp(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u))",
        "exp(logPx(F(u)) + logAbsDetF(u)) logPx(F(u))",
        "-exp(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u))",
        "exp(logPx(F(u)) + logAbsDetF(u))",
        "exp(logPx(F(u)) + logAbsDetF(u)) (exp(logPx(F(u)) + logAbsDetF(u)) - exp(logPu(u)))",
        "exp(logPx(F(u)) + logAbsDetF(u)) exp(logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u)) / logPu(u)",
        "exp(logPx(F(u)) + logAbsDetF(u)) logPx(F(u)) / logPu(u)",
        "exp(logPx(F(u)) + logAbsDetF(u)) log(abs(logPx(F(u)) / logPu(u)))",
        "exp(logPx(F(u)) + logAbsDetF(u)) log((logPx(F(u)) + logAbsDetF(u)) / logPu(u))",
      ],
      "A density is asked at a point of the other space.": [
        "exp(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(F(u)))",
        "exp(logPx(u) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(u)) (logPx(u) - logPu(u))",
        "exp(logPx(F(u)) + logAbsDetF(u)) (logPx(u) + logAbsDetF(u) - logPu(u))",
        "exp(logPx(F(u)) + logAbsDetF(F(u))) (logPx(F(u)) + logAbsDetF(F(u)) - logPu(u))",
      ],
    },
  }),
  forwardObjective: lazily({
    notation: {
      symbols: { n: "scalar" },
      functions: { logPu: ["x"], inverse: ["x"], logAbsDetInverse: ["x"] },
    },
    scope: over("x"),
    formulas: ["E(x, -logPu(inverse(x)) - logAbsDetInverse(x))"],
    wrong: {
      [volumes]: [
        "-E(x, logPu(inverse(x)))",
        "E(x, logPu(inverse(x)) - logAbsDetInverse(x))",
        "-E(x, logPu(inverse(x)) + exp(logAbsDetInverse(x)))",
        "-E(x, logPu(inverse(x)) + 1/2 logAbsDetInverse(x))",
        "-E(x, logPu(inverse(x)) + 2 logAbsDetInverse(x))",
      ],
      "Densities are averaged where their logarithms belong.": [
        "-E(x, exp(logPu(inverse(x)) + logAbsDetInverse(x)))",
      ],
      "The mean stands inside, or the logarithm outside: the order of the two matters.": [
        "-log(E(x, exp(logPu(inverse(x)) + logAbsDetInverse(x))))",
        "log(E(x, exp(logPu(inverse(x)) + logAbsDetInverse(x))))",
      ],
      "The samples are summed, or their mean is off by a factor that depends on how many there are.": [
        "-E(x, logPu(inverse(x)) + logAbsDetInverse(x)) / n",
        "n E(x, logPu(inverse(x)) + logAbsDetInverse(x))",
        "-(n / (n - 1)) E(x, logPu(inverse(x)) + logAbsDetInverse(x))",
      ],
      "The samples are drawn from their law already: a density weighs them once more.": [
        "-E(x, exp(logPu(inverse(x)) + logAbsDetInverse(x)) (logPu(inverse(x)) + logAbsDetInverse(x)))",
        "-E(x, exp(logPu(inverse(x))) (logPu(inverse(x)) + logAbsDetInverse(x)))",
      ],
    },
  }),
  reverseObjective: lazily({
    notation: {
      symbols: { n: "scalar" },
      functions: { logPu: ["u"], forward: ["u"], logAbsDet: ["u"], logPx: ["x"] },
    },
    scope: over("u"),
    formulas: [
      "E(u, logPu(u) - logAbsDet(u) - logPx(forward(u)))",
      "E(u, -logAbsDet(u) - logPx(forward(u)))",
    ],
    wrong: {
      "Densities are averaged where their logarithms belong.": [
        "E(u, exp(logPu(u) - logAbsDet(u)) - exp(logPx(forward(u))))",
        "E(u, exp(logPu(u) - logAbsDet(u)))",
        "-E(u, exp(logPx(forward(u))))",
      ],
      [volumes]: [
        "-E(u, logPx(forward(u)))",
        "E(u, logPu(u) - exp(logAbsDet(u)) - logPx(forward(u)))",
        "E(u, logPu(u) - 1/2 logAbsDet(u) - logPx(forward(u)))",
        "E(u, logPu(u) - 2 logAbsDet(u) - logPx(forward(u)))",
        "E(u, logPu(u) - logAbsDet(forward(u)) - logPx(forward(u)))",
      ],
      "The mean stands inside, or the logarithm outside: the order of the two matters.": [
        "log(E(u, exp(logPu(u) - logAbsDet(u) - logPx(forward(u)))))",
        "-log(E(u, exp(logPx(forward(u)) + logAbsDet(u) - logPu(u))))",
        "E(u, exp(logPu(u) - logAbsDet(u) - logPx(forward(u))))",
      ],
      "The samples are summed, or their mean is off by a factor that depends on how many there are.": [
        "E(u, logPu(u) - logAbsDet(u) - logPx(forward(u))) / n",
      ],
      "The samples are drawn from their law already: a density weighs them once more.": [
        "E(u, exp(logPu(u)) (logPu(u) - logAbsDet(u) - logPx(forward(u))))",
        "E(u, exp(logPu(u) - logAbsDet(u)) (logPu(u) - logAbsDet(u) - logPx(forward(u))))",
        "E(u, exp(logPx(forward(u))) (logPu(u) - logAbsDet(u) - logPx(forward(u))))",
        "E(u, exp(logPx(forward(u))) (logPx(forward(u)) + logAbsDet(u) - logPu(u)))",
      ],
      "A density is asked at a point of the other space.": [
        "E(u, logPu(forward(u)) - logAbsDet(u) - logPx(forward(u)))",
      ],
    },
  }),
};
