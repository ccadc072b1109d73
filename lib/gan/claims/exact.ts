import { valueGradient } from "../dynamics.ts";
import { type Method, updateMatrixOver } from "../solution.ts";
import { gaussianRationals, type Rational, rationals } from "../../math/exact.ts";
import { type ComplexOver, matricesOver } from "../../math/field.ts";
import type { Random } from "../../math/random.ts";

/** Instances and definitions of question 4 over the rationals: what every exact check of it shares. */

const { add, sub, mul, neg, one, zero } = rationals;

export type RationalMatrix = Rational[][];
interface State {
  alpha: Rational;
  v: Rational[];
}

export const square = (x: Rational) => mul(x, x);

/** A learning rate and a state: first the degenerate ones, then random rational points. */
export const state = (random: Random, index: number): State => ({
  alpha: index === 0 ? zero : index === 1 ? one : random.rational(),
  v: index === 2 ? [zero, zero] : [random.rational(), random.rational()],
});

/** v moved by α along the slopes of V at `at`, v itself where it is left out: d climbs V, g descends it. */
export const step = ({ alpha, v }: State, at: readonly Rational[] = v): Rational[] => {
  const [slopeD, slopeG] = valueGradient(rationals, at);
  return [add(v[0], mul(alpha, slopeD)), sub(v[1], mul(alpha, slopeG))];
};

/** det(M − λI) over the Gaussian rationals. */
export const characteristic = (M: RationalMatrix, lambda: ComplexOver<Rational>) =>
  matricesOver(gaussianRationals).determinant(
    M.map((row, i) =>
      row.map((re, j) => i === j ? gaussianRationals.sub({ re, im: zero }, lambda) : { re, im: zero })
    ),
  );

/** A rule's matrix as a function of α. */
export const rule = (name: Method) => (alpha: Rational): RationalMatrix =>
  updateMatrixOver(rationals, name, alpha);

/** Wrong matrices of one simultaneous update, by name: broken variants of every claim about A. */
export const wrongMatrices: Readonly<Record<string, { A: (alpha: Rational) => RationalMatrix }>> = {
  "g already uses the new d": { A: rule("alternating-d-first") },
  "d already uses the new g": { A: rule("alternating-g-first") },
  "both players climb": { A: (alpha) => [[one, alpha], [alpha, one]] },
  "the change without the old state": { A: (alpha) => [[zero, alpha], [neg(alpha), zero]] },
};

/** v moved k times by M, exactly. */
export const moved = (M: RationalMatrix, v: readonly Rational[], k: number): Rational[] =>
  Array.from({ length: k }).reduce<Rational[]>((at) => matricesOver(rationals).apply(M, at), [...v]);
