import { combine, type Flat, flat } from "./matrix.ts";

/** A state of several matrices. */
export type State = readonly Flat[];

/** slope = f(y), matrix by matrix; y is not changed. */
export type Slope = (y: State, slope: State) => void;

/**
 * y ← y + h/6 (k₁ + 2 k₂ + 2 k₃ + k₄), `steps` times, in place: the classical method of order 4 for y′ = f(y),
 * k₁ = f(y), k₂ = f(y + h/2 k₁), k₃ = f(y + h/2 k₂), k₄ = f(y + h k₃). Within a frame.
 */
export function rungeKutta(f: Slope, y: State, h: number, steps: number): void {
  const like = () => y.map(({ rows, columns }) => flat(rows, columns));
  const [k1, k2, k3, k4, between] = Array.from({ length: 5 }, like);
  const slopeAfter = (c: number, k: State, slope: State) => {
    y.forEach((part, i) => combine(between[i], 1, part, c, k[i]));
    f(between, slope);
  };
  for (let step = 0; step < steps; step++) {
    f(y, k1);
    slopeAfter(h / 2, k1, k2);
    slopeAfter(h / 2, k2, k3);
    slopeAfter(h, k3, k4);
    y.forEach((part, i) => combine(part, 1, part, h / 6, k1[i], h / 3, k2[i], h / 3, k3[i], h / 6, k4[i]));
  }
}
