import { notation } from "../../proof/notation.ts";
import type { Random } from "../../math/random.ts";
import { state } from "./exact.ts";

/** Question 4 as formulas: the game, the matrix of a simultaneous step, and the players in turns. */
export const game = {
  notation: notation({
    symbols: Object.fromEntries(["d", "g", "alpha"].map((name) => [name, "scalar"])),
    definitions: {
      ...{ V: "d g", A: "[1, alpha; -alpha, 1]" },
      // d first, then g with the new d; and the other way round
      ...{ dFirst: "d + alpha g", gSecond: "g - alpha dFirst" },
      ...{ gFirst: "g - alpha d", dSecond: "d + alpha gFirst" },
    },
    tex: { dFirst: "d_+", gSecond: "g_+", gFirst: "\\hat g_+", dSecond: "\\hat d_+" },
  }),
  // random points alone: at a degenerate one any identity holds more easily
  instance: (random: Random, index: number) => {
    const { alpha, v: [d, g] } = state(random, 3 + index);
    return { alpha, d, g };
  },
};
