import type { Vector } from "../../math/types.ts";
import type { Figure } from "../../show/figure.ts";
import { orbitFigure } from "../figures/orbit.ts";
import { updateMatrix } from "../solution.ts";
import { GAMMA, rules } from "./figures/rules.ts";

export { radii } from "./figures/radii.ts";
export { reproduced } from "./figures/reproduced.ts";
export { saddle } from "./figures/saddle.ts";

/** The pictures of question 4 that answer it. */

/**
 * Trajectory, eigenvalues and norm of one update rule, under one slider over α and one menu of rules.
 *
 * @param options start (d₀, g₀), by default (1, 0); count, steps shown (40, or a turn)
 */
export function orbits(options: { start?: Vector; count?: number } = {}): Figure {
  return orbitFigure({
    ...options,
    rules: rules.map(({ method, label, color }) => ({
      label,
      color,
      matrix: (alpha) => updateMatrix(method, alpha, { gamma: GAMMA }),
    })),
    caption:
      "**Figure 4.3.** Under simultaneous updates the orbit winds outwards for every learning rate but 0: both eigenvalues lie outside the unit circle, and the measured norm (line) follows $\\lvert\\lambda\\rvert^k$ (rings). The menu shows the other rules.",
    description:
      "Three panels. Left: the path of the discriminator d against the generator g over the flow's clockwise arrows, starting at (1, 0). Middle: the eigenvalues of the update in the complex plane with the unit circle. Right: the norm of the state over 40 steps on a logarithmic axis. A slider changes the learning rate, a menu the update rule.",
  });
}
