import type { Matrix, Vector } from "../math/types.ts";

/** A state as mantissa · 2^exponent, so that no number of steps overflows. */
interface Scaled {
  mantissa: number[];
  exponent: number;
}

/** The states v₀ … v_steps of v_{k+1} = A v_k, never overflowing: powers of two are split off exactly. */
export function* scaledStates(A: Matrix, start: Vector, steps: number): Generator<Scaled> {
  const grain = excessPower(A.flat());
  const M = A.map((row) => row.map((x) => unscale(x, -grain)));
  let mantissa = [...start], exponent = 0;
  for (let k = 0; k <= steps; k++) {
    const shift = excessPower(mantissa);
    mantissa = mantissa.map((x) => unscale(x, -shift));
    exponent += shift;
    yield { mantissa, exponent };
    mantissa = M.map((row) => row.reduce((sum, a, j) => sum + a * mantissa[j], 0));
    exponent += grain;
  }
}

/** The power of two to split off numbers whose largest is not between 2⁻³⁰⁰ and 2³⁰⁰; otherwise 0. */
export function excessPower(numbers: readonly number[]): number {
  const size = Math.max(...numbers.map(Math.abs));
  return size > 2 ** 300 || size < 2 ** -300 && size > 0 ? Math.floor(Math.log2(size)) : 0;
}

/** x · 2^exponent: ±Infinity where it is too large, 0 where x is 0. */
export function unscale(x: number, exponent: number): number {
  let left = exponent, y = x;
  while (left !== 0 && y !== 0 && Number.isFinite(y)) {
    const part = Math.max(-1000, Math.min(1000, left));
    y *= 2 ** part;
    left -= part;
  }
  return y;
}
