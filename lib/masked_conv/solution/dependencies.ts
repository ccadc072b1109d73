import * as check from "../../math/check.ts";
import { asImage, asPixel } from "../check.ts";
import { inputGradients } from "../jacobian.ts";
import type { Pixel } from "../mask.ts";
import { assertModel, logits, type PixelCnn } from "../pixel_cnn/model.ts";

/**
 * max over v of |∂ logit(v at the target) / ∂ xⱼ|: how much each pixel of a picture matters to each target; exactly
 * 0 wherever no path leads, so that its support is the receptive field of a network in general position.
 *
 * @param image rows of levels, the point at which the network is differentiated
 * @param targets pixels [row, column]
 * @returns one grid (rows × columns of the image) a target
 * @throws RangeError, TypeError for targets off the image
 */
export function dependencies(
  model: PixelCnn,
  image: readonly (readonly number[])[],
  targets: readonly Readonly<Pixel>[],
): number[][][] {
  const action = "trace the dependencies";
  assertModel(action, model);
  const point = asImage(action, image);
  for (const level of point.flat()) {
    check.integer(action, "level of grey", level, { from: 0, to: model.levels - 1 });
  }
  const list = check.isList(targets) ? Array.from(targets) : [targets];
  const pixels = list.map((target) => asPixel(action, target, [point.length, point[0].length]));
  const outputs = pixels.flatMap((pixel) =>
    Array.from({ length: model.levels }, (_, channel) => ({ pixel, channel }))
  );
  const slopes = inputGradients((x) => logits(model, x), point, outputs);
  return pixels.map((_, t) => {
    const grids = slopes.slice(t * model.levels, (t + 1) * model.levels);
    return point.map((line, i) => line.map((_, j) => Math.max(...grids.map((grid) => Math.abs(grid[i][j])))));
  });
}
