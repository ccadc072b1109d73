import { lazily } from "../proof/slips.ts";
import type { Value } from "../math/difference.ts";

/** What right answers of question 4 are, as formulas: their single edits name the kind of a slip. Never shipped. */

const rate = { notation: { symbols: { alpha: "scalar" } }, scope: (alpha: number) => ({ alpha }) };
const pairs = (value: Value) => (value as readonly number[][]).map(([re, im]) => ({ re, im }));

export const slips = {
  A: lazily({
    ...rate,
    formulas: ["[1, alpha; -alpha, 1]", "I + alpha [0, 1; -1, 0]"],
    terms: ["[1, 0; 0, 0]", "[0, 0; 0, 1]", "alpha [0, 1; 0, 0]", "-alpha [0, 0; 1, 0]"],
    strange: [
      ...["[0, 1; 0, 0]", "[0, 0; 1, 0]", "alpha [1, 0; 0, 0]", "alpha [0, 0; 0, 1]"],
      ...["[1, 0; 0, 0]", "[0, 1; 0, 0]", "[0, 0; 1, 0]", "[0, 0; 0, 1]"].map((at) => `alpha^2 ${at}`),
    ],
    wrong: {
      "The two rows belong to the players in the other order.": ["[-alpha, 1; 1, alpha]"],
      "The two columns belong to the players in the other order.": ["[alpha, 1; 1, -alpha]"],
      "The state before the step has the wrong sign or is missing in one row.": [
        "[-1, alpha; -alpha, -1]",
        "[0, alpha; -alpha, 1]",
        "[1, alpha; -alpha, 0]",
        "[1, alpha; -alpha, -1]",
        "[1, -alpha; alpha, -1]",
      ],
      "Only one of the players moves.": ["[1, alpha; 0, 1]", "[1, 0; -alpha, 1]"],
      "The learning rate is missing, or stands where it does not belong.": [
        "[1, 1; -1, 1]",
        "[0, 1; -1, 0]",
        "alpha [1, 1; -1, 1]",
        "[1, alpha^2; -alpha^2, 1]",
        "[alpha, 1; -1, alpha]",
        "[1 - alpha, alpha; -alpha, 1 - alpha]",
        "[1 + alpha, alpha; -alpha, 1 + alpha]",
      ],
      "This is the step backwards.": ["inv([1, alpha; -alpha, 1])"],
      "Here both players look at the values after the step: the implicit update.": [
        "inv([1, -alpha; alpha, 1])",
      ],
      "This is a rotation, the flow of continuous time; a finite step leaves the circle.": [
        "[1, sin(alpha); -sin(alpha), 1]",
      ],
      "These are two steps at once.": ["[1, alpha; -alpha, 1]^2"],
      "One player already uses the other's new value; the question updates both from the same old ones.": [
        "[1, alpha; -alpha, 1 - alpha^2]",
        "[1 - alpha^2, alpha; -alpha, 1]",
      ],
      "Each player's gradient is taken by the other player's variable.": ["[1 + alpha, 0; 0, 1 - alpha]"],
      "The step is divided by its own length: then no state could grow.": [
        "[1, alpha; -alpha, 1] / sqrt(1 + alpha^2)",
      ],
    },
  }),
  eigenvaluesOfA: lazily({
    ...rate,
    formulas: ["[1, alpha; 1, -alpha]"],
    answer: pairs,
    wrong: {
      "The real parts are not right: what does the trace say?": [
        "[2, alpha; 2, -alpha]",
        "[1/2, alpha; 1/2, -alpha]",
        "[-1, alpha; -1, -alpha]",
        "[1 + alpha^2, alpha; 1 + alpha^2, -alpha]",
        "[1, alpha; -1, -alpha]",
        "[1, abs(alpha); -1, -abs(alpha)]",
        "[cos(alpha), sin(alpha); cos(alpha), -sin(alpha)]",
      ],
      "The imaginary parts are not right: what does the determinant say?": [
        "[1, 2 alpha; 1, -2 alpha]",
        "[1, 1/2 alpha; 1, -1/2 alpha]",
        "[1, sqrt(1 + alpha^2); 1, -sqrt(1 + alpha^2)]",
        "[1, 1; 1, -1]",
      ],
      "Real and imaginary part have changed places.": ["[alpha, 1; alpha, -1]", "[alpha, 1; -alpha, 1]"],
      "The imaginary unit got lost: these are real.": [
        "[1 + alpha^2, 0; 1 - alpha^2, 0]",
        "[1 + alpha^2, 0; 1 + alpha^2, 0]",
        "[sqrt(1 + alpha^2), 0; -sqrt(1 + alpha^2), 0]",
      ],
      "Real and imaginary parts are those of another matrix: write the characteristic polynomial down.": [
        "[1 - alpha, alpha; 1 - alpha, -alpha]",
        "[1, sqrt(abs(alpha)); 1, -sqrt(abs(alpha))]",
        "[1, 3 alpha; 1, -3 alpha]",
        "[0, 1; 0, -1]",
      ],
      "These belong to the step backwards.": [
        "[1 / (1 + alpha^2), alpha / (1 + alpha^2); 1 / (1 + alpha^2), -alpha / (1 + alpha^2)]",
      ],
      "These belong to two steps at once.": ["[1 - alpha^2, 2 alpha; 1 - alpha^2, -2 alpha]"],
      "The square root of the discriminant is divided by the wrong number.": ["[1, 4 alpha; 1, -4 alpha]"],
    },
  }),
  growth: lazily({
    ...rate,
    formulas: ["sqrt(1 + alpha^2)", "(1 + alpha^2)^(1/2)"],
    wrong: {
      "A power of the step is no length of a state.": [
        "alpha^2",
        "2 + alpha^2",
        "1 / (1 + alpha^2)",
        "1 + 1/4 alpha^2",
        "sqrt(1 + 4 alpha^2)",
      ],
      "The step itself is measured, or its parts are added, not the new state.": [
        "abs(alpha)",
        "alpha",
        "sqrt(2) abs(alpha)",
        "sqrt(2) alpha",
      ],
      "The signs inside are off: which parts of a complex number does its modulus square?": [
        "sqrt(1 - alpha^2)",
        "1 - alpha^2",
        "1 - alpha",
        "abs(1 - alpha)",
        "abs(1 - alpha^2)",
      ],
      "These are two steps at once.": ["(1 + alpha^2)^2"],
      "Under the root stands something else than the squared length after a step.": [
        "sqrt(1 + alpha)",
        "sqrt(1 + abs(alpha))",
        "sqrt(1 + 2 alpha^2)",
        "sqrt(2 + alpha^2)",
        "sqrt(1 + alpha^4)",
      ],
      "The exponent is off.": ["(1 + alpha^2)^(3/2)"],
      "This is the beginning of a series, not the root.": ["1 + 1/2 alpha^2"],
      "This is an exponential: continuous time, or a sum of exponents.": [
        "exp(alpha)",
        "exp(1/2 alpha^2)",
        "exp(abs(alpha))",
      ],
      "The logarithm was taken.": ["log(1 + alpha^2)"],
    },
  }),
};
