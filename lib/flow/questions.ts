import { divergence } from "../math/divergence/continuous.ts";
import { pushforward } from "../math/divergence/pushforward.ts";
import { invert } from "./compose.ts";
import { mean } from "./grants.ts";
import { type Scene, scene, type ScenePlan } from "./scene.ts";
import { forwardArguments, integrandArguments, reverseArguments, settingOf } from "./setting.ts";
import { volumeStretch } from "./stretch.ts";
import { difference } from "../math/difference.ts";
import type { Random } from "../math/random.ts";
import type { Vector } from "../math/types.ts";
import { questions } from "../proof/questions.ts";
import { formOf, Misread, readChoice, readNumber, readRecord } from "../proof/reading.ts";
import { misconceptions } from "./misconceptions.ts";
import { slips } from "./slips.ts";
import { writing31 } from "./questions/writing.ts";
import {
  logDensityOfImage,
  type Point,
  pointOf,
  proofPlan,
  type Trial,
  trialOf,
} from "./questions/instances.ts";

/**
 * The questions on normalizing flows. Every check follows from the definitions alone: volumes are measured by
 * differences of F, divergences are integrated, and an objective must move with θ as the divergence it stands for.
 */

/** Where a process that is asked nothing else finds what makes arguments of plain numbers. */
const module = "lib/flow/setting.ts";
const sampled = ({ theta, samples }: Trial) => ({ theta, samples });
type Planned = Scene & { plan: ScenePlan };

const short = (x: number) => Number(x.toPrecision(4));
const words = (u: number | Vector) => typeof u === "number" ? short(u) : `(${u.map(short).join(", ")})`;

/** What is integrated over x, times the length that F makes of a unit of u. */
function integrandByDefinition({ plan, u }: Point): number {
  const setting = settingOf(plan), x = setting.F(u), logPx = setting.logPx(x);
  if (Math.exp(logPx) === 0) return 0;
  const perX = Math.exp(logPx) * (logPx - logDensityOfImage(setting, u));
  return perX * volumeStretch(setting.F, u);
}

/** Far out, where an answer that is not finite is read as a very large one: so that a known mistake is known. */
const VERY_LARGE = 1e200;

const integrand = {
  ask:
    "Define `integrand(u, { logPx, logPu, F, logAbsDetF })` in the cell above: a function that gives a number.",
  holds:
    "Over every small piece of $u$ it gives what the divergence gives over the image of that piece: on the line and in the plane, also where $p_X$ is zero.",
  evidence: "quadrature" as const,
  instance: pointOf,
  arguments: integrandArguments,
  rebuilt: { module, name: "integrandArguments", parts: ({ plan, u }: Point) => ({ plan, u }) },
  read: (raw: unknown, { plan, u }: Point) => {
    if (raw === Infinity || raw === -Infinity) return Math.sign(raw) * VERY_LARGE;
    if (typeof raw === "number" && Number.isNaN(raw)) {
      const setting = settingOf(plan),
        where = `At $u = ${words(u)}$ under the ${plan.kind} flow it gives NaN.`;
      throw new Misread(
        Math.exp(setting.logPx(setting.F(u))) === 0
          ? `${where} There $p_X(F(u))$ is zero to a float: what is $t \\log t$ worth as $t \\to 0$?`
          : `${where} Is something computed with what is no number?`,
      );
    }
    return readNumber(raw);
  },
  reference: integrandByDefinition,
  hint: ({ plan, u }: Point, given: number) =>
    `At $u = ${words(u)}$ under the ${plan.kind} flow it gives ${
      short(given)
    }. Follow a small piece of $u$: where does $F$ take it, how long is its image, and what does the divergence count there?`,
  written: {
    notation: {
      symbols: { u: "scalar" },
      functions: { logPx: ["x"], logPu: ["u"], F: ["u"], logAbsDetF: ["u"] },
      tex: {
        "logPx(x)": "\\log p_X(x)",
        "logPu(u)": "\\log p_U(u)",
        "logAbsDetF(u)": "\\log\\lvert\\det J_F(u)\\rvert",
      },
    },
    names: ["u", null],
  },
};

const overPushed = ({ data, flow, base }: Scene) => divergence("kl", data, pushforward(base, flow));
const overPulled = ({ data, flow, base }: Scene) => divergence("kl", pushforward(data, invert(flow)), base);

const proof31 = {
  ask:
    "Fill `proof31` in the cell above: an array of lines `[line, reason]`, from one integral to the other.",
  holds:
    "From $\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)})$ to $\\mathrm{KL}(P_{F^{-1}(X)} \\,\\|\\, P_U)$: every line equals the one above, integrated for 24 flows of six kinds.",
  evidence: "quadrature" as const,
  instances: 24,
  instance: (random: Random, index: number): Planned => {
    const plan = proofPlan(random, index);
    return { ...scene(plan), plan };
  },
  rebuilt: { module, name: "sceneArguments", parts: ({ plan }: Planned) => plan },
  writing: writing31,
  first: overPushed,
  last: overPulled,
  tellsRepeats: true,
};

type Direction = "forward" | "reverse";
interface Granted {
  logPx?(x: number): number;
  samples?: readonly number[];
}

/**
 * Estimates a divergence by its definition with what a scenario grants, for one flow; undefined where the expectation
 * it is, or what stands inside, can't be had.
 */
function estimate(direction: Direction, granted: Granted): number | undefined {
  const { flow, base } = scene(CHOICE), model = pushforward(base, flow);
  if (direction === "forward") {
    return granted.samples && mean(granted.samples.map((x) => -model.logDensity(x)));
  }
  const { logPx } = granted;
  const drawn = [-1.5, -0.5, 0.5, 1.5].map((u) => flow.forward(u));
  return logPx && mean(drawn.map((x) => model.logDensity(x) - logPx(x)));
}

const CHOICE: ScenePlan = { kind: "affine", amount: 2, shift: 0.5, mean: 0, sd: 1, shape: 2 };
const scenarios = {
  densityOnly: { logPx: (x: number) => scene(CHOICE).data.logDensity(x) },
  samplesOnly: { samples: [-0.7, 0.1, 0.4, 1.2] },
};
const directions = ["forward", "reverse"] as const;

const choice = {
  ask:
    'Define `choice` in the cell above: `{ densityOnly, samplesOnly }`, each "forward" or "reverse", and `because`, a sentence for each.',
  holds:
    "In both scenarios the chosen divergence can be estimated, up to a constant, with what is granted. A person reads the reasons in `because`.",
  evidence: "exact" as const,
  read: (raw: unknown) => {
    if (typeof raw !== "object") {
      throw new Misread(`Expected { densityOnly, samplesOnly }, got ${formOf(raw)}.`);
    }
    const { densityOnly, samplesOnly } = readRecord(raw, ["densityOnly", "samplesOnly"]);
    return [readChoice(densityOnly, directions), readChoice(samplesOnly, directions)];
  },
  error: ([densityOnly, samplesOnly]: Direction[]) =>
    [estimate(densityOnly, scenarios.densityOnly), estimate(samplesOnly, scenarios.samplesOnly)]
        .includes(undefined)
      ? 1
      : 0,
  // the same words whatever is wrong: with two places, any difference would tell
  hint: () =>
    "At least one of the two asks for something that its scenario does not grant. Write each divergence as an expectation: under which law is it taken, and what must be evaluated inside?",
};

/** −E log p_{F(U)}(x) over the samples: all of KL(P_X ‖ P_{F(U)}) that changes with the flow. */
function forwardByDefinition(theta: Trial["theta"], samples: Trial["samples"]): number {
  const setting = settingOf(theta);
  return mean(samples.map((x) => -logDensityOfImage(setting, setting.inverse(x))));
}

/** E [log p_{F(U)}(x) − log p_X(x)] over x = F(u), the definition of KL(P_{F(U)} ‖ P_X). */
function reverseByDefinition(theta: Trial["theta"], samples: Trial["samples"]): number {
  const setting = settingOf(theta);
  return mean(samples.map((u) => logDensityOfImage(setting, u) - setting.logPx(setting.F(u))));
}

const changes = (by: typeof forwardByDefinition) => (given: number, { theta, first, samples }: Trial) =>
  difference(given, by(theta, samples) - by(first, samples));

const whereItGoes = (by: typeof forwardByDefinition) => ({ theta, first, samples }: Trial, given: number) => {
  const wanted = by(theta, samples) - by(first, samples);
  const words = given === 0
    ? "does change"
    : Math.sign(given) === Math.sign(wanted)
    ? "changes by another amount"
    : "moves the other way";
  return `From one ${theta.kind} flow to another, on the same ${samples.length} samples, your objective changes by ${
    short(given)
  }; the divergence ${words}. Which of its terms know $\\theta$?`;
};

/** What is asked of both objectives: to change as a divergence does, whatever is free of θ. */
const objective = (by: typeof forwardByDefinition) => ({
  evidence: "quadrature" as const,
  instance: trialOf,
  read: (raw: unknown) => readNumber(raw),
  sharesConstant: ({ group }: Trial) => group,
  error: changes(by),
  hint: whereItGoes(by),
});

const forwardObjective = {
  ask:
    "Define `forwardObjective(samples, { logPu, inverse, logAbsDetInverse })` in the cell above: a mean over the samples.",
  holds:
    "From flow to flow it changes as $\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)})$ estimated on the same samples does, for 40 groups of five flows.",
  arguments: forwardArguments,
  rebuilt: { module, name: "forwardArguments", parts: sampled },
  ...objective(forwardByDefinition),
};

const reverseObjective = {
  ask:
    "Define `reverseObjective(baseSamples, { logPu, forward, logAbsDet, logPx })` in the cell above: a mean over the base samples.",
  holds:
    "From flow to flow it changes as $\\mathrm{KL}(P_{F(U)} \\,\\|\\, P_X)$ estimated on the same base samples does, for 40 groups of five flows.",
  arguments: reverseArguments,
  rebuilt: { module, name: "reverseArguments", parts: sampled },
  ...objective(reverseByDefinition),
};

/** `answer("integrand", () => integrand)`: the verdict on one answer of question 3. */
export const answer = questions({ misconceptions, slips }, {
  integrand,
  proof31,
  choice,
  forwardObjective,
  reverseObjective,
});
