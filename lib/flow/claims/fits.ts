import { expectation, mixture1d } from "../../math/divergence.ts";
import { type Fit, fitForward, fitReverse, forwardKl, gradReverseKl } from "../mod.ts";
import { reverseKlDerivatives } from "../reverse_kl.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import type { Random } from "../../math/random.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo.ts";

/** 3.2.g: where one normal ends that is fitted to two, by either divergence. */

const bumps = (a: number) => [{ weight: 0.5, mean: -a, sd: 1 }, { weight: 0.5, mean: a, sd: 1 }];
const found = new Map<number, { mode: Fit; centre: Fit }>();

/** Where the reverse fit of ½N(−a, 1) + ½N(a, 1) ends from the right bump, and from the forward fit. */
function reverseFits(a: number): { mode: Fit; centre: Fit } {
  const known = found.get(a) ?? {
    mode: fitReverse(bumps(a), { start: { mean: a, sd: 1 } }),
    centre: fitReverse(bumps(a), { start: { mean: 0, sd: Math.hypot(1, a) } }),
  };
  found.set(a, known);
  return known;
}

/** The slope by the mean of the reverse KL to ½N(±a, 1), at this mean and the width that is best there. */
function slopeAtBestWidth(a: number, mean: number): number {
  let sd = 1.3;
  for (let k = 0; k < 8; k++) {
    const { gradient, hessian } = reverseKlDerivatives(bumps(a), { mean, sd });
    sd -= gradient[1] / hessian[2];
  }
  return reverseKlDerivatives(bumps(a), { mean, sd }).gradient[0];
}
/** Where the first mode-seeking minimum appears: there this slope touches 0 from above. */
const TOUCHING = 2.14572;

/** Whether the reverse KL bends upwards in every direction: by symmetry a fit may also rest on a saddle. */
function isMinimum(a: number, fit: Fit): boolean {
  const [xx, xy, yy] = reverseKlDerivatives(bumps(a), fit).hessian;
  return xx > 0 && xx * yy > xy ** 2;
}

const touches = new Map<number, boolean>();

/** Whether the first mode-seeking minimum appears at a, to five decimals. */
function appearsAt(a: number): boolean {
  const known = touches.get(a) ??
    (slopeAtBestWidth(a - 1e-5, TOUCHING) > 0 && slopeAtBestWidth(a + 1e-5, TOUCHING) < 0);
  touches.set(a, known);
  return known;
}

const mixtureAt = (random: Random, index: number) => {
  const at = [1, 2.4, 2.43, 2.80007, 2.80009, 4][index];
  const weight = random.uniform(0.2, 0.8);
  return {
    separation: at,
    away: [random.normal(), random.normal()],
    mixture: at === undefined
      ? [
        { weight, mean: random.uniform(-2, 0), sd: random.uniform(0.4, 1.2) },
        { weight: 1 - weight, mean: random.uniform(0, 2), sd: random.uniform(0.4, 1.2) },
      ]
      : bumps(at),
  };
};

export const fits = define("3.2.g", {
  statement:
    "One normal fitted to a mixture: the forward fit matches mean and variance, and nothing else fits as well. The reverse fit has a broad centre minimum beside its modes: on $\\tfrac12 N(\\pm a, 1)$ there are none below $a = 2.41223$, and they win only above $2.80008$",
  evidence: "quadrature",
  further: true,
  subject: { forward: fitForward, appear: 2.41223, win: 2.80008 },
  instance: mixtureAt,
  error: ({ forward, appear, win }, { separation, mixture, away }) => {
    const { mean, sd } = forward(mixture), p = mixture1d(mixture);
    const moments = [expectation(p, (x) => x - mean), expectation(p, (x) => (x - mean) ** 2) - sd ** 2];
    const worse = forwardKl(mixture, { mean: mean + away[0], sd: sd * Math.exp(away[1]) });
    const matched = Math.max(
      difference(moments, [0, 0]),
      failsUnless(worse > forwardKl(mixture, { mean, sd })),
    );
    if (separation === undefined) return matched;
    const { mode, centre } = reverseFits(separation);
    const slopes = [mode, centre].flatMap((fit) => Object.values(gradReverseKl(mixture, fit)));
    return Math.max(
      matched,
      difference(slopes, [0, 0, 0, 0]),
      failsUnless(mode.mean > 0.5 === separation > appear && Math.abs(centre.mean) < 1e-6),
      failsUnless(isMinimum(separation, mode) && isMinimum(separation, centre)),
      failsUnless(mode.kl < centre.kl - 1e-9 === separation > win),
      failsUnless(appearsAt(appear)),
    );
  },
  mutants: mutants["3.2.g"],
});
