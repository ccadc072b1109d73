import type { Value } from "../math/difference.ts";
import { lazily, type Reference } from "../proof/slips.ts";
import type { Scope } from "../proof/value.ts";

/** What right answers of question 1 are, as formulas: their single edits name the kind of a slip. Never shipped. */

const scalars = (...names: string[]) => ({
  symbols: Object.fromEntries(names.map((name) => [name, "scalar"])),
});
const states = (q: readonly number[]): Scope => {
  // 0 log 0 = 0
  const z = q.map((_, k) => k).filter((k) => q[k] > 0);
  return { q: (k: number) => q[k], K: q.length, S: z.length, sum: { z } };
};
const at = (values: Scope) => values;
const counts = scalars("n", "steps");

/** By how much one gap is larger, where the right one is called the larger. */
const excess: Reference = {
  notation: scalars("logPx", "elboInstance", "elboAmortised"),
  scope: at,
  formulas: ["elboInstance - elboAmortised", "(logPx - elboAmortised) - (logPx - elboInstance)"],
  answer: (by: Value) => ({ larger: "amortised", by }),
  wrong: {
    "The two bounds are multiplied, divided or added where they are compared.": [
      "elboInstance / elboAmortised",
      "elboAmortised / elboInstance",
      "elboInstance elboAmortised",
      "elboInstance + elboAmortised",
    ],
    "This is one of the numbers that are given.": ["logPx", "elboInstance", "elboAmortised"],
    "The logarithm was undone, or taken once more.": [
      "exp(elboInstance - elboAmortised)",
      "exp(elboInstance) - exp(elboAmortised)",
    ],
    "A difference is squared, or divided by something, where the question asks for itself.": [
      "(elboInstance - elboAmortised)^2",
      "(logPx - elboAmortised)^2 - (logPx - elboInstance)^2",
      "abs(elboInstance - elboAmortised)^(1/2)",
      "(elboInstance - elboAmortised) / logPx",
      "(elboInstance - elboAmortised) / elboInstance",
      "(logPx - elboAmortised) / (logPx - elboInstance)",
      "(logPx - elboInstance) / (logPx - elboAmortised)",
    ],
    "Two gaps are compared by their difference: here something is taken off twice, or added.": [
      "logPx - elboInstance - elboAmortised",
      "logPx + elboInstance - elboAmortised",
    ],
  },
};

export const slips = {
  gapTerm: lazily({
    notation: { symbols: { K: "scalar", S: "scalar" }, functions: { q: ["z"] } },
    scope: states,
    formulas: ["-sum(z, q(z) log(q(z)))", "sum(z, q(z) log(1 / q(z)))"],
    wrong: {
      "The weights $q$ are missing from the sum, or stand there twice.": [
        "-sum(z, log(q(z)))",
        "-sum(z, q(z)^2 log(q(z)))",
        "sum(z, log(q(z)))",
        "-sum(z, log(q(z))) / K",
      ],
      "The logarithm is missing, or something else stands in its place.": [
        "sum(z, q(z) (1 - q(z)))",
        "sum(z, q(z)^2)",
        "-sum(z, q(z)^2)",
        "1 - sum(z, q(z)^2)",
      ],
      "The sum leaves a state out.": [
        "-sum(z, q(z) log(q(z))) + q(0) log(q(0))",
        "-sum(z, q(z) log(q(z))) + q(K - 1) log(q(K - 1))",
      ],
      "The logarithm stands outside the sum.": ["log(sum(z, q(z)^2))"],
      "This compares $q$ with a uniform law; the missing term compares it with nothing.": [
        "-log(K) - sum(z, q(z) log(q(z)))",
        "-log(K)",
        "log(S) + sum(z, q(z) log(q(z)))",
      ],
      "This depends on how many states there are, and not on what $q$ says of them.": ["log(S)", "K", "S"],
      "What does not happen is counted as well: the mean is over the states that $q$ can be in.": [
        "-sum(z, q(z) log(q(z)) + (1 - q(z)) log(1 - q(z)))",
        "-sum(z, (1 - q(z)) log(1 - q(z)))",
      ],
    },
  }),
  excess: lazily(excess, {
    ...excess,
    answer: (by: Value) => ({ larger: "instance", by }),
    also: "A larger bound leaves less room to the evidence: which approach has the larger gap?",
    wrong: {
      ...excess.wrong,
      "This is the whole gap of one approach, and the question asks how much the two differ.": [
        "logPx - elboInstance",
        "logPx - elboAmortised",
      ],
      "The gaps are added where they are compared.": ["2 logPx - elboInstance - elboAmortised"],
    },
  }),
  bias: lazily({
    notation: scalars("logPx", "elbo"),
    scope: at,
    formulas: ["elbo - logPx"],
    wrong: {
      "The two are added, multiplied or divided where they are compared.": [
        "elbo + logPx",
        "elbo logPx",
        "logPx / elbo",
        "elbo / logPx - 1",
        "1 - elbo / logPx",
      ],
      "The logarithm was undone.": [
        "exp(elbo - logPx)",
        "exp(logPx - elbo)",
        "exp(logPx) - exp(elbo)",
        "exp(elbo)",
        "exp(logPx)",
        "log(logPx - elbo)",
      ],
      "An error was squared, or its sign taken away.": [
        "(elbo - logPx)^2",
        "-(elbo - logPx)^2",
      ],
      "This is the truth, or the estimate; a bias compares them.": ["logPx", "-logPx", "-elbo"],
    },
  }),
  cost: lazily({
    notation: counts,
    scope: at,
    formulas: ["[n steps, n]"],
    answer: (value: Value) => {
      const [[instance, amortised]] = value as readonly number[][];
      return { instance, amortised };
    },
    wrong: {
      "A count does not grow with the number of points.": [
        "[n steps, steps]",
        "[steps, 1]",
      ],
      "Steps are charged where none are made, or not where they are.": [
        "[n, n]",
        "[n steps, n + steps]",
        "[n steps + n, n]",
      ],
      "Counts are added where they multiply, or the other way round.": [
        "[n steps, n^2]",
        "[n^2 steps, n]",
        "[n steps^2, n]",
      ],
      "A count is off by a constant: which pass, or which step, is counted twice or not at all?": [
        "[n (steps + 1), n]",
        "[n (steps - 1), n]",
        "[(n - 1) steps, n]",
        "[(n + 1) steps, n]",
        "[(n - 1) steps, n - 1]",
        "[n steps, n - 1]",
        "[n steps + 1, n]",
        "[n steps, n + 1]",
        "[n steps, 2 n]",
        "[2 n steps, n]",
        "[2 n steps, 2 n]",
      ],
    },
  }),
  breakEven: lazily({
    notation: scalars("encoderParameters", "perInstance"),
    scope: at,
    formulas: ["encoderParameters / perInstance"],
    wrong: {
      "What both approaches store was added or taken off before dividing.": [
        "(encoderParameters + perInstance) / perInstance",
        "(encoderParameters - perInstance) / perInstance",
        "encoderParameters / (encoderParameters + perInstance)",
        "perInstance / (encoderParameters + perInstance)",
      ],
      "A root, a square or a logarithm has come in: storage grows in proportion to the points.": [
        "sqrt(encoderParameters / perInstance)",
        "(encoderParameters / perInstance)^2",
        "log(encoderParameters / perInstance)",
        "log(encoderParameters / perInstance) / log(2)",
        "sqrt(encoderParameters) / perInstance",
        "encoderParameters / perInstance^2",
        "encoderParameters^2 / perInstance",
      ],
      "The two numbers are added or multiplied where they are compared.": [
        "encoderParameters + perInstance",
        "perInstance",
      ],
    },
  }),
};
