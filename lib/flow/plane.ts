import { LOG_2PI } from "../math/stable.ts";
import { digitRows } from "../course/digits.ts";
import * as check from "../math/check.ts";
import type { Vector } from "../math/types.ts";
import { type Point, principalPlane } from "./points.ts";

/** A density of the plane: log p(x) in nats. */
type LogDensity = (x: Vector) => number;

/**
 * ∫∫ f over a square of half width `reach` around the origin, by the midpoint rule on cells × cells points
 *
 * For a smooth f that is 0 at the border the rule converges faster than any power of the cells' width.
 *
 * @param reach > 0
 * @param cells points a side (default 160)
 */
export function planeIntegral(f: (x: Vector) => number, reach: number, cells = 160): number {
  const doing = "integrate over the plane", width = 2 * check.positive(doing, "reach", reach) / cells;
  check.integer(doing, "cells", cells, { from: 1 });
  const at = (k: number) => (k + 0.5) * width - reach;
  let total = 0;
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) total += f([at(i), at(j)]);
  }
  return total * width ** 2;
}

/** ∫∫ p over the square. */
export const planeMass = (logDensity: LogDensity, reach: number, cells?: number): number =>
  planeIntegral((x) => Math.exp(logDensity(x)), reach, cells);

/** (1/n) Σ log p(xᵢ), nats a point. */
export const meanLogDensity = (logDensity: LogDensity, points: readonly Point[]): number =>
  points.reduce((sum, x) => sum + logDensity(x), 0) / points.length;

/** log N(x; mean, Σ) with mean and covariance Σ of the points: what a flow has to beat. */
export function bestNormal(points: readonly Point[]): LogDensity {
  const n = points.length, mean = [0, 1].map((i) => points.reduce((sum, p) => sum + p[i], 0) / n);
  const moment = (i: number, j: number) =>
    points.reduce((sum, p) => sum + (p[i] - mean[i]) * (p[j] - mean[j]), 0) / n;
  const [a, b, d] = [moment(0, 0), moment(0, 1), moment(1, 1)], volume = a * d - b * b;
  return (x) => {
    const [s, t] = [x[0] - mean[0], x[1] - mean[1]];
    return -LOG_2PI - 0.5 * Math.log(volume) -
      (d * s * s - 2 * b * s * t + a * t * t) / (2 * volume);
  };
}

/** The digits as points: their coordinates in the plane of largest variance of the training images. */
export function digitPlane(): { train: Point[]; test: Point[]; share: number } {
  const train = digitRows("train"), { coordinates, share } = principalPlane(train);
  return { train: train.map(coordinates), test: digitRows("test").map(coordinates), share };
}
