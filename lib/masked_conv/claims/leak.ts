import { claim } from "../../proof/claim.ts";
import type { Verdict } from "../../proof/verdict.ts";
import { type PixelCnn, totalProbability } from "../pixel_cnn.ts";

/** What two trained networks are held to: one whose first layer is of type A, one of type B. */

/** Σ p over all pictures of a size: 1 with A first, more with B first. */
export function total(model: PixelCnn, leaky: PixelCnn): Verdict {
  return claim("2.6", {
    statement:
      "Over all pictures of five sizes, up to 3 × 3, the probabilities add up to 1 with A first, to more with B first",
    evidence: "closed form",
    further: true,
    subject: { honest: model, leaky },
    cases: [[1, 1], [1, 3], [2, 2], [2, 4], [3, 3]],
    error: ({ honest, leaky }, [rows, columns]) => {
      const excess = totalProbability(leaky, rows, columns) - 1;
      return Math.max(Math.abs(totalProbability(honest, rows, columns) - 1), excess > 0.5 ? 0 : 1);
    },
    mutants: { "the two networks exchanged": { honest: leaky, leaky: model } },
  });
}

/**
 * ∂ prediction t / ∂ pixel j is 0 for j ≥ t with A first; with B first it is not for j = t.
 *
 * @param ours of the network with A first, `theirs` of the other: a grid for every target in raster order
 */
export function lookBack(ours: readonly number[][][], theirs: readonly number[][][]): Verdict {
  return claim("2.6", {
    statement:
      "At this picture, with A first no prediction depends on its own pixel or a later one; with B first each depends on its own",
    evidence: "exact",
    further: true,
    subject: { ours, theirs },
    cases: ours.map((_, t) => t),
    error: ({ ours, theirs }, t) => Math.max(...ours[t].flat().slice(t)) + (theirs[t].flat()[t] > 0 ? 0 : 1),
    mutants: { "the two networks exchanged": { ours: theirs, theirs: ours } },
  });
}
