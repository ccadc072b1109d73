import * as check from "../../math/check.ts";
import { asImage } from "../check.ts";

/** Square grey pictures: a pixel is a level 0 … levels − 1. */
export interface Pictures {
  readonly count: number;
  /** Rows and columns of a picture. */
  readonly side: number;
  /** count × side × side levels, picture by picture, row by row. */
  readonly images: ArrayLike<number>;
}

/** Every pixel's own distribution over the levels. */
export interface IndependentPixels {
  readonly side: number;
  readonly levels: number;
  /** side² probability vectors over the levels, in raster order. */
  readonly probabilities: readonly (readonly number[])[];
}

/**
 * pᵢ(v) = (#{pictures with pixel i at level v} + 1) / (count + levels): the best model without any dependence,
 * each pixel's frequencies, with one picture of every level added so that no probability is 0.
 *
 * @throws RangeError for no pictures or a pixel that is no level
 */
export function independentPixels(pictures: Pictures, levels: number): IndependentPixels {
  const action = "count the levels";
  check.integer(action, "number of levels", levels, { from: 2, to: 256 });
  const { count, side, images } = assertPictures(action, pictures, levels);
  const share = 1 / (count + levels);
  const probabilities = Array.from({ length: side * side }, () => new Array<number>(levels).fill(share));
  Array.from(images).forEach((level, i) => probabilities[i % (side * side)][level] += share);
  return { side, levels, probabilities };
}

/**
 * The first pictures as rows of levels, as `sample` gives them.
 *
 * @param count how many, at most as many as there are
 * @throws RangeError for more pictures than there are, TypeError for what are no pictures
 */
export function firstPictures(pictures: Pictures, count: number): number[][][] {
  const action = "take the first pictures";
  const { side, images, count: most } = assertPictures(action, pictures, 256);
  check.integer(action, "number of pictures to take", count, { from: 1, to: most });
  const list = (n: number) => Array.from({ length: n }, (_, i) => i);
  return list(count).map((p) =>
    list(side).map((i) => list(side).map((j) => images[(p * side + i) * side + j]))
  );
}

/** A fresh copy; @throws unless `prior` holds side² probability vectors over `levels` levels, without a 0. */
export function asPrior(action: string, prior: IndependentPixels, levels: number) {
  check.object(action, "a prior { side, levels, probabilities }", prior);
  const { side, probabilities } = prior;
  if (prior.levels !== levels) {
    throw new RangeError(
      `Cannot ${action}: expected a prior over ${levels} levels, got ${check.describe(prior.levels)}`,
    );
  }
  check.integer(action, "side of the prior", side, { from: 1, to: 64 });
  const vectors = asImage(action, probabilities);
  if (vectors.length !== side * side || vectors[0].length !== levels) {
    throw new RangeError(
      `Cannot ${action}: expected a prior of ${side * side} × ${levels} numbers, got ${vectors.length} × ${
        vectors[0].length
      }`,
    );
  }
  for (const vector of vectors) {
    const total = vector.reduce((sum, p) => sum + p, 0);
    if (Math.min(...vector) <= 0 || Math.abs(total - 1) > 1e-9) {
      throw new RangeError(
        `Cannot ${action}: expected positive probabilities that sum to 1, got ${check.describe(vector)}`,
      );
    }
  }
  return { side, levels, probabilities: vectors };
}

/** @throws unless `pictures` are at least one, of whole levels 0 … levels − 1, as many as count and side say. */
export function assertPictures(action: string, pictures: Pictures, levels: number): Pictures {
  check.object(action, "pictures { count, side, images }", pictures);
  const { count, side, images } = pictures;
  check.integer(action, "number of pictures", count, { from: 1, to: 1e6 });
  check.integer(action, "side of the pictures", side, { from: 1, to: 64 });
  if (!check.isList(images)) {
    throw new TypeError(`Cannot ${action}: expected images as an array, got ${check.describe(images)}`);
  }
  if (images.length !== count * side * side) {
    throw new RangeError(
      `Cannot ${action}: expected ${count} × ${side} × ${side} pixels, got ${images.length}`,
    );
  }
  for (let i = 0; i < images.length; i++) {
    check.integer(action, "level of grey", images[i], { from: 0, to: levels - 1 });
  }
  return pictures;
}
