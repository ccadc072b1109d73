/** Wrong answers of question 1 by the answer's name; `says` names the mistake and leaves the correction to the reader. */

import type { Vector } from "../math/types.ts";
import type { ProofInstance } from "./letters.ts";

type Sum = (q: Vector, f: (w: number, z: number) => number) => number;
const sum: Sum = (q, f) => q.reduce((total, w, z) => total + (w === 0 ? 0 : f(w, z)), 0);
const disorder = (q: Vector) => -sum(q, (w) => w * Math.log(w));

const overGrid =
  (f: (q: Vector, at: ProofInstance["grid"][number]) => number) => ({ q, grid }: ProofInstance) =>
    grid.map((at) => f(q, at));

interface Values {
  logPx: number;
  elboInstance: number;
  elboAmortised: number;
}

export const misconceptions = {
  gapTerm: [
    {
      name: "nothing is missing",
      says: "This adds nothing. Evaluate both sides for one small table: they are not equal as they stand.",
      answer: () => 0,
    },
    {
      name: "sign",
      says: "The size is right and the sign is not: which of the two sides is the larger one?",
      answer: (q: Vector) => -disorder(q),
    },
    {
      name: "bits",
      says: "This is measured in bits. Every logarithm of this question is natural.",
      answer: (q: Vector) => disorder(q) / Math.LN2,
    },
    {
      name: "mean instead of sum",
      says:
        "The terms are averaged over the states here. An expectation weighs them with $q$ and adds them up.",
      answer: (q: Vector) => disorder(q) / q.length,
    },
    {
      name: "uniform",
      says: "This holds for a uniform $q$ only; the term depends on which $q$ it is.",
      answer: (q: Vector) => Math.log(q.length),
    },
    {
      name: "divergence from uniform",
      says: "This says how far $q$ is from uniform. The missing term compares $q$ with nothing.",
      answer: (q: Vector) => Math.log(q.length) - disorder(q),
    },
    {
      name: "collision",
      says: "The logarithm stands outside the expectation here. In the sum it stands inside.",
      answer: (q: Vector) => -Math.log(sum(q, (w) => w * w)),
    },
  ],
  proof11: [
    {
      name: "equal, but for a constant",
      says:
        "The two lines differ, yet by the same number for every $\\theta$. Which relation says exactly that, and why is it enough for a maximiser?",
      answer: overGrid((q) => disorder(q)),
    },
    {
      name: "divergence added",
      says: "The divergence has changed its sign between these lines.",
      answer: overGrid((q, { posterior }) => 2 * sum(q, (w, z) => w * Math.log(w / posterior[z]))),
    },
    {
      name: "divergence dropped",
      says:
        "The divergence to the posterior has disappeared. It depends on $\\theta$ through the posterior, so it can't.",
      answer: overGrid((q, { posterior }) => sum(q, (w, z) => w * Math.log(w / posterior[z]))),
    },
    {
      name: "prior dropped",
      says: "The prior $p(z)$ has disappeared from the joint density between these lines.",
      answer: overGrid((q, { prior }) => sum(q, (w, z) => w * Math.log(prior[z]))),
    },
    {
      name: "reverse divergence",
      says:
        "The divergence is taken the other way round in this line: under which distribution is the expectation?",
      answer: overGrid((q, { posterior }) =>
        sum(q, (w, z) => w * Math.log(w / posterior[z])) -
        sum(posterior, (w, z) => w * Math.log(w / q[z]))
      ),
    },
  ],
  excess: [
    {
      name: "the wrong one",
      says: "A larger bound leaves less room to the evidence. Which of the two divergences is that?",
      answer: ({ elboInstance, elboAmortised }: Values) => ({
        larger: "instance",
        by: elboInstance - elboAmortised,
      }),
    },
    {
      name: "negative excess",
      says: "The excess of the larger over the smaller is not negative.",
      answer: ({ elboInstance, elboAmortised }: Values) => ({
        larger: "amortised",
        by: elboAmortised - elboInstance,
      }),
    },
    {
      name: "the whole gap",
      says: "This is the whole gap of one approach. The question asks how much the two gaps differ.",
      answer: ({ logPx, elboAmortised }: Values) => ({ larger: "amortised", by: logPx - elboAmortised }),
    },
    {
      name: "what the family costs",
      says:
        "This is the part that both approaches share. The question asks for the part that only one of them has.",
      answer: ({ logPx, elboInstance }: Values) => ({ larger: "amortised", by: logPx - elboInstance }),
    },
    {
      name: "gaps added",
      says: "Here the two gaps are added. One of them is contained in the other.",
      answer: ({ logPx, elboInstance, elboAmortised }: Values) => ({
        larger: "amortised",
        by: 2 * logPx - elboInstance - elboAmortised,
      }),
    },
  ],
  bias: [
    {
      name: "sign",
      says: "The size is right and the sign is not: is the estimate too high or too low?",
      answer: ({ logPx, elbo }: { logPx: number; elbo: number }) => logPx - elbo,
    },
    {
      name: "unbiased",
      says: "A bound that is not tight is off on average, too.",
      answer: () => 0,
    },
    {
      name: "the estimate itself",
      says: "This is the estimate. Its bias compares it with the number that is estimated.",
      answer: ({ elbo }: { elbo: number }) => elbo,
    },
    {
      name: "ratio",
      says: "This is a ratio. A bias is a difference, in nats here.",
      answer: ({ logPx, elbo }: { logPx: number; elbo: number }) => elbo / logPx,
    },
    {
      name: "not on the log scale",
      says: "The logarithm was undone. The quantity that is estimated is the log of the evidence.",
      answer: ({ logPx, elbo }: { logPx: number; elbo: number }) => Math.exp(elbo) - Math.exp(logPx),
    },
  ],
  cost: [
    {
      name: "one pass for all",
      says: "One pass gives the posterior of one point. How many points are there?",
      answer: ({ n, steps }: { n: number; steps: number }) => ({ instance: n * steps, amortised: 1 }),
    },
    {
      name: "amortised costs nothing",
      says: "The encoder is trained already, but it still has to be applied.",
      answer: ({ n, steps }: { n: number; steps: number }) => ({ instance: n * steps, amortised: 0 }),
    },
    {
      name: "both optimise",
      says: "Both are charged for optimisation here. What does the encoder do with a new point?",
      answer: ({ n, steps }: { n: number; steps: number }) => ({ instance: n * steps, amortised: n * steps }),
    },
    {
      name: "swapped",
      says: "The two approaches have changed places.",
      answer: ({ n, steps }: { n: number; steps: number }) => ({ instance: n, amortised: n * steps }),
    },
    {
      name: "optimised once",
      says: "Here one optimisation serves all points. Instance-wise inference starts anew for each of them.",
      answer: ({ n, steps }: { n: number; steps: number }) => ({ instance: steps, amortised: n }),
    },
    {
      name: "added",
      says: "The steps are done for each point, not once before all points.",
      answer: ({ n, steps }: { n: number; steps: number }) => ({ instance: n + steps, amortised: n }),
    },
  ],
  breakEven: [
    {
      name: "inverse",
      says: "This is the reciprocal: at this many points, less than one, nothing is stored yet.",
      answer: ({ encoderParameters: e, perInstance: p }: Storage) => p / e,
    },
    {
      name: "product",
      says:
        "The two numbers are multiplied here. Write down what each approach stores for n points, then set them equal.",
      answer: ({ encoderParameters: e, perInstance: p }: Storage) => e * p,
    },
    {
      name: "difference",
      says:
        "Storage grows by the same amount with each point: a difference of the two numbers does not see that.",
      answer: ({ encoderParameters: e, perInstance: p }: Storage) => e - p,
    },
    {
      name: "rounded down",
      says: "At this whole number of points one of the two still stores less. Which one?",
      answer: ({ encoderParameters: e, perInstance: p }: Storage) => Math.floor(e / p),
    },
    {
      name: "one number a point",
      says: "Here each point stores a single number. A point stores all parameters of its own distribution.",
      answer: ({ encoderParameters: e }: Storage) => e,
    },
    {
      name: "twice",
      says: "Each point's parameters are counted twice here: they are already all of its numbers.",
      answer: ({ encoderParameters: e, perInstance: p }: Storage) => e / (2 * p),
    },
  ],
  comparison: [
    {
      name: "sharing is worse in everything",
      says: "Here sharing an encoder is worse in everything, so nobody would do it. What is it for?",
      answer: () => ({ largerBias: "amortised", goesStale: "amortised", growsWithN: "amortised" }),
    },
    {
      name: "sharing is better in everything",
      says: "Here sharing an encoder costs nothing at all. Is it free?",
      answer: () => ({ largerBias: "instance", goesStale: "instance", growsWithN: "instance" }),
    },
  ],
} as const;

interface Storage {
  encoderParameters: number;
  perInstance: number;
}
