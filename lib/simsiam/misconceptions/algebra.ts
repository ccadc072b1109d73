import { floats, matricesOver } from "../../math/field.ts";
import type { Matrix } from "../../math/types.ts";
import type { Moments } from "../arguments.ts";
import { simsiamOver } from "../solution/formulas.ts";

/** The words that wrong answers are written with. */

export const { add, sub, mul, scale, transpose, trace, kron, identity, vec, dot, apply } = matricesOver(
  floats,
);
export const right = simsiamOver(floats);

export interface Point extends Moments {
  W: Matrix;
  Wp: Matrix;
}

export const C = ({ X, Xprime }: Moments) => add(X, Xprime);
/** W S Wᵀ. */
export const F = (W: Matrix, S: Matrix) => mul(W, S, transpose(W));
export const square = (Wp: Matrix) => mul(transpose(Wp), Wp);
export const plusI = (A: Matrix) => add(A, identity(A.length));
export const tilde = (Wp: Matrix) => sub(Wp, identity(Wp.length));
export const minus = (A: Matrix) => scale(-1, A);
export const transposed = (p: Point) => ({ ...p, Wp: transpose(p.Wp) });
export const swapped = <P extends Moments>(p: P) => ({ ...p, X: p.Xprime, Xprime: p.X });
/** tr(W_p F₁₂). */
export const middle = ({ W, Wp, X }: Point) => trace(mul(Wp, F(W, X)));
