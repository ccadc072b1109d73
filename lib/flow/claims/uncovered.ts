import { normal1d } from "../../math/divergence.ts";
import { exponential, planar } from "../mod.ts";
import { integrate } from "../../math/quadrature.ts";

/** Data that a flow does not reach, or reaches more than once: what 3.0.a and 3.1.d are about. */

const uncovered = { data: normal1d(0.3, 1), flow: exponential() };
/** P(from < X < to) of the uncovered data. */
export const massBetween = (from: number, to: number) =>
  integrate((x) => Math.exp(uncovered.data.logDensity(x)), from, to, { breakpoints: [-4, 0.3, 4] });

/**
 * The same data pulled back through u − c tanh u. For c > 1 it takes three points to one, and mass is counted thrice;
 * for c ≤ 1 it is one-to-one.
 */
export function massOfFold(c: number): number {
  const fold = planar({ u: [-c], w: [1], b: 0 }), crease = Math.acosh(Math.sqrt(Math.max(1, c)));
  const pulled = (u: number) => uncovered.data.logDensity(fold.forward([u])[0]) + fold.logAbsDet([u]);
  return integrate((u) => Math.exp(pulled(u)), -Infinity, Infinity, {
    breakpoints: [-6, -crease, 0, crease, 6],
  });
}

/** The mass of the same data, moved by `shift`, pulled back through exp: half a line for all of it. */
export function massUnderExp(shift: number): number {
  const { data, flow } = uncovered;
  return integrate(
    (u) => Math.exp(data.logDensity(flow.forward(u) - shift) + flow.logAbsDet(u)),
    -Infinity,
    // Beyond this e^u overflows, and long before it the density is 0.
    Math.log(Number.MAX_VALUE),
    { breakpoints: [-20, -4, 0, 1, 3] },
  );
}
