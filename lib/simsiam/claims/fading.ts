import { add, apply, identity, matmul, norm, scale, subtract, transpose } from "../../math/linalg.ts";
import { solveOde } from "../../math/ode.ts";
import type { Random } from "../../math/random.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import { gram, lowest } from "./points.ts";

/** Curvatures that change in time, for the bound of 5.3.n. */

/**
 * ẇ = −H(s) w with H(s) = λ₀ I + e^{−cs} G, or with 1 − e^{−cs}: its smallest eigenvalue falls to λ₀, or rises from it.
 * Where it turns, G turns in its first two coordinates, and H(s) does not commute with H(t).
 */
export interface Fading {
  rises: boolean;
  /** Angle in a unit of time. */
  turns: number;
  G: Matrix;
  lambda0: number;
  c: number;
  w: number[];
  t: number;
}
export const curvatureAt = ({ G, lambda0, c, rises, turns }: Fading, s: number) => {
  const share = Math.exp(-c * s), R = turned(G.length, turns * s);
  const now = turns === 0 ? G : matmul(matmul(R, G), transpose(R));
  return add(scale(lambda0, identity(G.length)), scale(rises ? 1 - share : share, now));
};
/** The turn by an angle in the first two coordinates. */
const turned = (n: number, angle: number): Matrix => {
  const R = identity(n), [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  [R[0][0], R[0][1], R[1][0], R[1][1]] = [cos, -sin, sin, cos];
  return R;
};
/** The smallest eigenvalue of the mean of H over [0, t], by the trapezoid rule. */
export const lowestOfMean = (at: Fading) => {
  const parts = 64, share = (k: number) => (k % parts === 0 ? 0.5 : 1) / parts;
  return lowest(
    Array.from({ length: parts + 1 }, (_, k) => scale(share(k), curvatureAt(at, k * at.t / parts))).reduce((
      a,
      b,
    ) => add(a, b)),
  );
};
/** ‖w(t)‖, integrated. */
export const fading = (at: Fading) =>
  norm(solveOde((s, w) => apply(scale(-1, curvatureAt(at, s)), w), at.w, [0, at.t])[1]);

/** A curvature and a start: every other time the bound is met, and now and then the curvature turns. */
export function fadingAt(random: Random, index: number): Fading {
  const n = 2 + index % 3, lambda0 = random.uniform(0.1, 1.5), full = gram(random, n);
  const { values, vectors } = symmetricSpectrum(full);
  // every other time G has a kernel and w lies in it: the pull is λ₀, and the bound is met
  const tight = index % 2 === 0, bottom = vectors.map((row) => row[0]);
  const G = tight ? subtract(full, scale(values[0], matmul(transpose([bottom]), [bottom]))) : full;
  const w = tight ? bottom : random.normals(n);
  const at = {
    rises: index % 3 === 0,
    turns: 0,
    G,
    lambda0,
    c: random.uniform(0.2, 3),
    w,
    t: random.uniform(0.2, 3),
  };
  // in the plane: a strong pull on one direction, which turns
  if (index % 30 !== 3) return at;
  const one = G.map((row, i) => row.map((_, j) => +(i === 0 && j === 0)));
  return {
    ...at,
    rises: false,
    turns: 0.3,
    G: scale(10, one),
    c: 0.01,
    w: one.map((_, i) => +(i === 1)),
    t: 4,
  };
}
