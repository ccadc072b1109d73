import { customGrad, type GradSaveFunc, Tensor, tensor, type TensorLike, util } from "@tensorflow/tfjs-core";

/** m + ln Σᵢ e^{xᵢ − m}, with m the largest xᵢ, or 0 where that is not finite; the axes stay, of size 1. */
function stable(x: Tensor, axes: number[]): Tensor {
  const largest = x.max(axes, true), m = largest.where(largest.isFinite(), largest.zerosLike());
  return x.sub(m).exp().sum(axes, true).log().add(m);
}

/**
 * ln Σᵢ e^{xᵢ} over some axes.
 *
 * Where all xᵢ are −Infinity it is −Infinity, with gradient 0; where one is Infinity it is Infinity. (tfjs's own
 * takes −Infinity from −Infinity there, and gives NaN.)
 *
 * @param axis axes that are summed over, all by default
 * @returns x's shape without these axes (or with 1 in their place); differentiable any number of times
 */
export function logSumExp<T extends Tensor>(
  x: Tensor | TensorLike,
  axis: number | number[] | null = null,
  keepDims = false,
): T {
  const given = x instanceof Tensor ? x : tensor(x);
  const axes = util.parseAxisParam(axis as number, given.shape);
  // ∂y/∂xᵢ = e^{xᵢ − y}, which is 0 for xᵢ = −Infinity even where y is −Infinity too
  const withSlopes = customGrad((x, save) => {
    (save as GradSaveFunc)([x as Tensor]);
    return {
      value: stable(x as Tensor, axes),
      gradFunc(dy: Tensor, [x]: Tensor[]) {
        const y = logSumExp(x, axes, true), held = y.zerosLike().where(y.equal(-Infinity), y);
        return dy.mul(x.sub(held).exp());
      },
    };
  });
  const y = withSlopes(given);
  return (keepDims ? y : y.reshape(given.shape.filter((_, i) => !axes.includes(i)))) as T;
}

/** Puts it in place for `x.logSumExp()` too. */
export function registerLogSumExp() {
  Tensor.prototype.logSumExp = function (axis, keepDims) {
    return logSumExp(this, axis, keepDims);
  };
}
