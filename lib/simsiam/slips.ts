import { lazily, type Reference } from "../proof/slips.ts";
import type { Scope } from "../proof/value.ts";

/** What right answers of question 5 are, as formulas: their single edits name the kind of a slip. Never shipped. */

const symbols = {
  ...{ W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" },
};
const definitions = { C: "X + Xprime", F1: "W C W'", F12: "W X W'", Wt: "Wp - I", B: "Wp' Wp" };
const point = { notation: { symbols, definitions }, scope: (at: Scope) => at };
const views = "The two moments of the views, $X$ and $X'$, have changed places.";
const exchanged: Reference["exchanged"] = [
  ["X", "Xprime", views],
  ["X", "C", "The second moment of a view and that of the average view have changed places."],
  ["Xprime", "C", "The second moment of a view and the spread of the views have changed places."],
];
const cross = "The cross terms are off: how many of them are there, and with which sign and weight?";
const own = "One of the two devices' own terms is off.";
const symmetric = "$W_p$ is taken to be symmetric.";

export const slips = {
  J: lazily({
    ...point,
    exchanged,
    formulas: [
      "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F1))",
      "1/2 tr(Wp' Wp W (X + Xprime) W') - tr(Wp W X W') + 1/2 tr(W (X + Xprime) W')",
      "1/2 (tr(B F1) - 2 tr(Wp F12) + tr(F1))",
      "1/2 (tr(B W C W') - 2 tr(Wp W X W') + tr(W C W'))",
    ],
    wrong: {
      [cross]: [
        "1/2 (tr(B F1) + tr(F1))",
        "1/2 tr(B F1) - 2 tr(Wp F12) + 1/2 tr(F1)",
        "1/2 (tr(B F1) - 4 tr(Wp F12) + tr(F1))",
      ],
      "A square of a trace, or a product of traces, stands where the trace of a product belongs.": [
        "1/2 (tr(B) tr(F1) - 2 tr(Wp) tr(F12) + tr(F1))",
        "1/2 (tr(B) tr(F1) - 2 tr(Wp F12) + tr(F1))",
        "1/2 (tr(B F1) - 2 tr(Wp) tr(F12) + tr(F1))",
      ],
      [symmetric]: ["1/2 (tr(Wp Wp F1) - 2 tr(Wp F12) + tr(F1))"],
    },
    strange: ["tr(Wp W Xprime W')", "tr(Wp' Wp)", "tr(Wp)", "tr(W W')", "tr(X)", "tr(Xprime)"],
  }),
  dWp: lazily({
    ...point,
    exchanged,
    formulas: [
      "F12' - Wp F1",
      "W X W' - Wp W (X + Xprime) W'",
      "-1/2 (Wp F1' + Wp F1 - 2 F12')",
      "-(Wp W (X + Xprime) W' - W X W')",
      "-(Wp W X W' + Wp W Xprime W' - W X W')",
      "-Wt W X W' - Wp W Xprime W'",
      "W X W' - Wp W C W'",
    ],
    strange: ["W Xprime W'", "Wp", "W W'", "F1 Wp", "F12 Wp", "Wp' F1", "F1 Wp'"],
    wrong: {
      "This is the predictor at which the slope vanishes, or its turned form, not the slope.": [
        "F12 inv(F1)",
        "inv(F1) F12",
      ],
      "The predictor stands on the wrong side.": ["F1 Wp - F12", "1/2 (F12 - F1 Wp)"],
      [cross]: ["2 F12 - Wp F1", "F12 - 2 Wp F1", "F12 - 1/2 Wp F1"],
      "A transpose is missing, or is one too many.": ["F12 - Wp F1 - Wp' F1"],
      "The predictor stands in a term where it does not belong, or twice in one.": [
        "F12 Wp - Wp F1",
        "Wp F12 - Wp F1",
        "F12 - B F1",
        "F12 - Wp Wp F1",
        "Wp' F12 - Wp F1",
        "F12 + F1 Wp",
        "(F12 - Wp F1) Wp",
      ],
    },
  }),
  dW: lazily({
    ...point,
    exchanged,
    formulas: [
      "-((Wp' Wp + I) W Xprime + (Wp - I)' (Wp - I) W X)",
      "-(B + I) W Xprime - Wt' Wt W X",
      "(Wp + Wp') W X - Wp' Wp W (X + Xprime) - W (X + Xprime)",
      "-(Wp' Wp W C - Wp W X - Wp' W X + W C)",
      "-(B + I) W C + (Wp + Wp') W X",
      "-1/2 (2 B W C - 2 (Wp + Wp') W X + 2 W C)",
      "-(B W X + B W Xprime - Wp' W X - Wp W X + W X + W Xprime)",
    ],
    wrong: {
      [cross]: [
        "-B W C - W C",
        "2 (Wp + Wp') W X - B W C - W C",
        "1/2 (Wp + Wp') W X - B W C - W C",
        "-(Wp + Wp') W X - B W C - W C",
      ],
      [symmetric]: [
        "2 Wp' W X - B W C - W C",
        "-(Wp Wp + I) W Xprime - Wt Wt W X",
      ],
      "$\\tilde W_p$ has a plus sign where it compares with the identity.": [
        "-(B + I) W Xprime - (Wp + I)' (Wp + I) W X",
      ],
      "This is the slope with one of the devices taken out: the question keeps the predictor.": [
        "-2 W Xprime",
        "-W Xprime",
        "Wp' W X - B W C - W C + Wp' W X",
      ],
      [own]: [
        "-B W Xprime - Wt' Wt W X",
        "-W Xprime - Wt' Wt W X",
        "-(B + I) W Xprime - B W X",
        "-(B + I) W Xprime",
      ],
      "A square was taken of each part and the mixed terms forgotten.": [
        "-(B + I) W Xprime - (B + I) W X",
        "-(B + I) W C",
        "-(B + I) W Xprime - (B - I) W X",
      ],
    },
    strange: ["Wp W Xprime", "Wp' W Xprime", "W", "B W"],
  }),
  H: lazily({
    notation: {
      symbols: { Wp: symbols.Wp, X: symbols.X, Xprime: symbols.Xprime },
      definitions: { C: "X + Xprime", Wt: "Wp - I", B: "Wp' Wp" },
    },
    scope: (at: Scope) => at,
    exchanged,
    formulas: [
      "kron(Xprime, Wp' Wp + I) + kron(X, (Wp - I)' (Wp - I))",
      "kron(Xprime, B + I) + kron(X, Wt' Wt)",
      "kron(C, B + I) - kron(X, Wp + Wp')",
    ],
    wrong: {
      [own]: [
        "kron(Xprime, B + I)",
        "kron(X, Wt' Wt)",
        "kron(Xprime, B + I) + kron(X, B)",
      ],
      [symmetric]: [
        "kron(Xprime, Wp Wp + I) + kron(X, Wt Wt)",
        "kron(C, B + I) - 2 kron(X, Wp)",
      ],
      [cross]: [
        "kron(C, B + I)",
        "kron(C, B + I) - 2 kron(X, Wp + Wp')",
        "kron(C, B + I) - kron(X, Wp)",
        "kron(C, B + I) - kron(X, Wp')",
        "kron(C, B + I) - 1/2 kron(X, Wp + Wp')",
      ],
      "The two terms are multiplied where they are added.": ["kron(Xprime, B + I) kron(X, Wt' Wt)"],
      "The signs of both terms are turned.": ["-kron(Xprime, B + I) - kron(X, Wt' Wt)"],
    },
    strange: ["kron(Xprime, Wp)", "kron(Xprime, Wp')"],
  }),
  normBound: lazily({
    notation: { symbols: { t: "scalar", lambda0: "scalar", norm0: "scalar" } },
    scope: (t: number, rest: Scope) => ({ t, ...rest }),
    formulas: ["exp(-lambda0 t) norm0", "norm0 / exp(lambda0 t)"],
    wrong: {
      "This bounds the squared norm.": [
        "exp(-2 lambda0 t) norm0^2",
        "exp(-lambda0 t) norm0^2",
      ],
      "This is the beginning of a series, not the exponential.": [
        "norm0 - lambda0 t",
        "(1 - lambda0)^t norm0",
      ],
      "The exponent is off.": [
        "norm0^(-lambda0 t)",
      ],
      "A factor has come in that no bound on the norm has.": [
        "t exp(-lambda0 t) norm0",
        "lambda0 exp(-lambda0 t) norm0",
        "exp(-lambda0 t) (1 + norm0)",
        "2 exp(-lambda0 t)",
        "exp(-3 lambda0 t) norm0",
        "exp(-lambda0 - t) norm0",
        "-lambda0 exp(-lambda0 t) norm0",
      ],
      "The base of the exponential is another one.": ["2^(-lambda0 t) norm0", "10^(-lambda0 t) norm0"],
      "The start is added where it multiplies, or stands there in another power.": [
        "exp(-lambda0 t) + norm0",
        "exp(-lambda0 t - norm0)",
        "exp(-lambda0 t + norm0)",
        "exp(-lambda0 t) sqrt(norm0)",
        "exp(-lambda0 t) / norm0",
      ],
    },
  }),
  dWwithoutPredictor: lazily({
    notation: { symbols: { W: symbols.W, Xprime: symbols.Xprime } },
    scope: (at: Scope) => at,
    formulas: ["-2 W Xprime", "-(W Xprime + W Xprime)"],
    wrong: {
      "$X'$ stands there too often, or not at all.": ["-W"],
      "The sides are off, or a transpose is.": ["-2 W Xprime W' W", "-W Xprime W' W"],
      "An exponential or an inverse has come in that the gradient does not have.": ["-2 W inv(Xprime)"],
    },
  }),
};
