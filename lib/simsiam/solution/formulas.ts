import { type Field, matricesOver } from "../../math/field.ts";

type Rows<T> = readonly (readonly T[])[];

/** What equation (3) is evaluated at. */
interface PointOver<T> {
  /** Online and target network, n2 × n1. */
  readonly W: Rows<T>;
  /** Predictor, n2 × n2. */
  readonly Wp: Rows<T>;
  /** Auto-correlation of the average view, n1 × n1. */
  readonly X: Rows<T>;
  /** Covariance of the views given the data point, n1 × n1. */
  readonly Xprime: Rows<T>;
  /** E f₁f₂ᵀ, n2 × n2, where it is not W X Wᵀ. */
  readonly F12?: Rows<T>;
  /** E f₂f₂ᵀ, n2 × n2, where it is not W (X + X′) Wᵀ. */
  readonly F2?: Rows<T>;
}

/**
 * Linear SimSiam over any field: the formulas behind `lib/simsiam/solution.ts`, for exact identities over the rationals
 * and exact derivatives over dual numbers. Shapes must fit; nothing else is checked.
 */
export function simsiamOver<T>(field: Field<T>) {
  const { add, sub, mul, transpose, trace, kron, identity } = matricesOver(field);
  const half = field.div(field.one, field.of(2));

  /** F₁ = W (X + X′) Wᵀ. */
  const F1 = ({ W, X, Xprime }: Pick<PointOver<T>, "W" | "X" | "Xprime">): T[][] =>
    mul(W, add(X, Xprime), transpose(W));
  /** F₁₂ = W X Wᵀ, unless the point says otherwise. */
  const F12 = (point: Pick<PointOver<T>, "W" | "X" | "F12">): Rows<T> =>
    point.F12 ?? mul(point.W, point.X, transpose(point.W));
  /** W_pᵀ W_p. */
  const square = (Wp: Rows<T>): T[][] => mul(transpose(Wp), Wp);
  /** W̃_p = W_p − I. */
  const tilde = (Wp: Rows<T>): T[][] => sub(Wp, identity(Wp.length));

  return {
    F1,
    F12,
    /** J = ½ [tr(W_pᵀ W_p F₁) − tr(W_p F₁₂) − tr(F₁₂ W_p) + tr F₂]. */
    objective: (point: PointOver<T>): T => {
      const { Wp } = point, F = F12(point);
      const terms = [
        trace(mul(square(Wp), F1(point))),
        field.neg(trace(mul(Wp, F))),
        field.neg(trace(mul(F, Wp))),
        trace(point.F2 ?? F1(point)),
      ];
      return field.mul(half, terms.reduce(field.add));
    },
    /** ∂J/∂W_p = W_p F₁ − F₁₂ᵀ. */
    gradWp: (point: Omit<PointOver<T>, "F2">): T[][] => sub(mul(point.Wp, F1(point)), transpose(F12(point))),
    /**
     * ∂J/∂W = (W_pᵀW_p + I) W X′ + W̃_pᵀ W̃_p W X; with the target branch held fixed
     * W_pᵀ (W_p W (X + X′) − W X).
     */
    gradW: ({ W, Wp, X, Xprime }: PointOver<T>, stopGradient: boolean): T[][] =>
      stopGradient
        ? mul(transpose(Wp), sub(mul(Wp, W, add(X, Xprime)), mul(W, X)))
        : add(mul(add(square(Wp), identity(Wp.length)), W, Xprime), mul(square(tilde(Wp)), W, X)),
    /** H = X′ ⊗ (W_pᵀW_p + I) + X ⊗ W̃_pᵀ W̃_p. */
    curvature: ({ Wp, X, Xprime }: Pick<PointOver<T>, "Wp" | "X" | "Xprime">): T[][] =>
      add(kron(Xprime, add(square(Wp), identity(Wp.length))), kron(X, square(tilde(Wp)))),
  };
}
