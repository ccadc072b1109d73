import {
  add,
  customGrad,
  equal,
  exp,
  isFinite,
  log,
  max,
  mul,
  reshape,
  sub,
  sum,
  Tensor,
  tensor,
  type TensorLike,
  util,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";

/** m + ln Σᵢ e^{xᵢ − m}, with m the largest xᵢ, or 0 where that is not finite; the axes stay, of size 1. */
function stable(x: Tensor, axes: number[]): Tensor {
  const largest = max(x, axes, true), m = where(isFinite(largest), largest, zerosLike(largest));
  return add(log(sum(exp(sub(x, m)), axes, true)), m);
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
    (save as (kept: Tensor[]) => void)([x as Tensor]);
    return {
      value: stable(x as Tensor, axes),
      gradFunc(dy: Tensor, [x]: Tensor[]) {
        const y = logSumExp(x, axes, true), held = where(equal(y, -Infinity), zerosLike(y), y);
        return mul(dy, exp(sub(x, held)));
      },
    };
  });
  const y = withSlopes(given);
  return (keepDims ? y : reshape(y, given.shape.filter((_, i) => !axes.includes(i)))) as T;
}

/** Puts it in place for `x.logSumExp()` too. */
export function registerLogSumExp() {
  Tensor.prototype.logSumExp = function <T extends Tensor>(
    this: T,
    axis?: number | number[],
    keepDims?: boolean,
  ) {
    return logSumExp<T>(this, axis, keepDims);
  };
}
