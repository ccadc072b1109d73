import { type ModeStart } from "../spectra.ts";
import { modes } from "../mod.ts";

/** Broken variants of what is said about single directions. */

type At = Parameters<typeof modes>[0];

export const settingMutants = {
  "5.5.D2.a": {
    "the noise forgotten": { rest: (at: At) => modes({ ...at, xPrime: 0 }) },
    "$\\eta$ doubled": { rest: (at: At) => modes({ ...at, weightDecay: at.weightDecay / 2 }) },
    "both stable": { rates: (p: number, root: number, eta: number) => [-2 * eta, -p * Math.abs(root)] },
    "$-\\eta$ for $-2 \\eta$": { rates: (p: number, root: number, eta: number) => [-eta, -p * root] },
  },
  "5.5.D2.b": {
    "nothing dies": { limit: (x: number) => x / (x + 0.25) },
    "one threshold for all": {
      limit: (x: number, eta: number) =>
        eta > 0.2
          ? 0
          : modes({ x, xPrime: 0.25, weightDecay: Math.min(eta, x * x / (4 * (x + 0.25))) }).pPlus!,
    },
  },
  "5.5.D3.a": {
    "every mode survives": {
      limit: ({ x, xPrime, w, p }: ModeStart) =>
        Math.sqrt(Math.max(0.01, (x / (x + xPrime)) ** 2 + w * w - p * p)),
    },
    "the sign of $p(0)$ forgotten": {
      limit: ({ x, xPrime, w, p }: ModeStart) =>
        Math.sqrt(Math.max(0, (x / (x + xPrime)) ** 2 + w * w - p * p)),
    },
    "the start forgotten": { limit: ({ x, xPrime }: ModeStart) => x / (x + xPrime) },
  },
  "5.5.D3.b": {
    "without decay nothing dies": { alive: (eta: number) => eta < 0.1 ? 3 : 0 },
    "decay only ever costs directions": { alive: (eta: number) => eta === 0 ? 2 : eta < 0.1 ? 2 : 0 },
  },
};
