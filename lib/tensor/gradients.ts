import {
  cast,
  concat,
  cumsum,
  engine,
  getGradient,
  getKernel,
  type KernelFunc,
  less,
  mul,
  onesLike,
  registerGradient,
  registerKernel,
  reshape,
  reverse,
  slice,
  stack,
  sum,
  type Tensor,
  type TensorInfo,
  unregisterGradient,
  unregisterKernel,
  unstack,
  util,
  zeros,
} from "@tensorflow/tfjs-core";
import { backendName } from "./backend.ts";
import { differentiate, product, runKernel } from "./fused/kernel.ts";

/** Kernels whose results are flat wherever they have a slope: with no gradient, `where(x > 0, …)` would throw. */
const flat = ["Greater", "Less", "LessEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr", "LogicalNot"];

interface Tape {
  gradients(f: () => Tensor, xs: Tensor[], ...rest: unknown[]): unknown;
}

/** A truth value itself has no gradient, as in tfjs: `xs` is what a gradient is taken for. */
function expectNumbers(xs: readonly Tensor[], inputs: readonly Tensor[]) {
  if (!inputs.some(({ id, dtype }) => dtype === "bool" && xs.some((x) => x.id === id))) return;
  throw new TypeError("Cannot take a gradient: expected one for numbers, got one for truth values");
}

function registerFlat() {
  const tape = engine() as unknown as Tape, gradients = tape.gradients.bind(tape);
  let asked: readonly Tensor[] = [];
  tape.gradients = (f, xs, ...rest) => {
    const outer = asked;
    asked = xs;
    try {
      return gradients(f, xs, ...rest);
    } finally {
      asked = outer;
    }
  };
  for (const kernelName of [...flat, "All", "Any"]) {
    if (getGradient(kernelName) !== undefined) continue;
    const unary = kernelName === "LogicalNot" || kernelName === "All" || kernelName === "Any";
    const names = unary ? ["x"] : ["a", "b"];
    registerGradient({
      kernelName,
      inputsToSave: names,
      gradFunc(_, saved) {
        expectNumbers(asked, saved);
        return Object.fromEntries(names.map((name, i) => [name, () => zeros(saved[i].shape)]));
      },
    });
  }
}

/** Σ over the dimensions of a batch along which an operand was repeated. */
function sumToShape(x: Tensor, shape: readonly number[]): Tensor {
  const front = x.rank - shape.length;
  const axes = x.shape.flatMap((d, i) => i < front || (shape[i - front] === 1 && d !== 1) ? [i] : []);
  return axes.length === 0 ? x : reshape(sum(x, axes), shape as number[]);
}

/** C = op(A) op(B): dA and dB are products; an operand that the batch repeats gets the sum over the batch. */
function registerProducts() {
  unregisterGradient("BatchMatMul");
  differentiate<{ transposeA: boolean; transposeB: boolean }>(
    "BatchMatMul",
    { inputs: ["a", "b"] },
    ([dy], [a, b], { transposeA, transposeB }) => ({
      a: () =>
        sumToShape(
          transposeA ? product(b, dy, transposeB, true) : product(dy, b, false, !transposeB),
          a.shape,
        ),
      b: () =>
        sumToShape(
          transposeB ? product(dy, a, true, transposeA) : product(a, dy, !transposeA, false),
          b.shape,
        ),
    }),
  );
}

/**
 * yᵢ = Π_{j ≤ i} xⱼ: ∂L/∂x_k = Π_{j < k} xⱼ · S_k with S_k = dy_k + x_{k+1} S_{k+1}. Nothing is divided by x, so
 * zeros among the factors do no harm.
 */
function cumulativeProductGradient(dy: Tensor, x: Tensor, axis: number, exclusive: boolean): Tensor {
  const n = x.shape[axis];
  if (n === 0) return x;
  const part = (t: Tensor, from: number, length: number) =>
    slice(t, t.shape.map((_, i) => i === axis ? from : 0), t.shape.map((d, i) => i === axis ? length : d));
  // Exclusive: the factors are 1, x₀, x₁, …
  const factors = exclusive ? concat([onesLike(part(x, 0, 1)), part(x, 0, n - 1)], axis) : x;
  const up = unstack(dy, axis), f = unstack(factors, axis), sums = [...up];
  for (let k = n - 2; k >= 0; k--) sums[k] = up[k].add(f[k + 1].mul(sums[k + 1]));
  const before = runKernel<Tensor>("Cumprod", { x: factors }, { axis, exclusive: true, reverse: false });
  const slopes = mul(before, stack(sums, axis));
  return exclusive ? concat([part(slopes, 1, n - 1), mul(part(slopes, 0, 1), 0)], axis) : slopes;
}

/** Running sums and products also count axes from the end, and a sum's gradient is one that runs back. */
function registerRunning() {
  for (const kernelName of ["Cumsum", "Cumprod"]) {
    const general = getKernel(kernelName, backendName)?.kernelFunc as KernelFunc;
    unregisterKernel(kernelName, backendName);
    registerKernel({
      kernelName,
      backendName,
      kernelFunc(params) {
        const { axis } = params.attrs as unknown as { axis: number };
        const [along] = util.parseAxisParam(axis, (params.inputs.x as TensorInfo).shape);
        return general({ ...params, attrs: { ...params.attrs, axis: along } });
      },
    });
  }
  unregisterGradient("Cumsum");
  differentiate<{ axis: number; exclusive?: boolean; reverse?: boolean }>(
    "Cumsum",
    { inputs: [] },
    ([dy], _, { axis, exclusive, reverse: backwards }) => ({
      x: () => cumsum(dy, axis, exclusive, !backwards),
    }),
  );
  differentiate<{ axis: number; exclusive?: boolean; reverse?: boolean }>(
    "Cumprod",
    { inputs: ["x"] },
    ([dy], [x], { axis, exclusive = false, reverse: backwards = false }) => ({
      x: () => {
        const along = axis < 0 ? axis + x.rank : axis,
          turn = (t: Tensor) => backwards ? reverse(t, along) : t;
        return turn(cumulativeProductGradient(turn(dy), turn(x), along, exclusive));
      },
    }),
  );
}

/** Gradients that tfjs lacks, or has for fewer cases. */
export function registerGradients() {
  registerFlat();
  registerProducts();
  registerRunning();
  // The kernel's gradient is bilinear in the image and dy: both of its own gradients are convolutions again.
  differentiate<{ strides: number; pad: number; dataFormat: string; dimRoundingMode?: string }>(
    "Conv2DBackpropFilter",
    { inputs: ["x", "dy"] },
    ([d], [x, dy], { strides, pad, dataFormat, dimRoundingMode }) => {
      const attrs = { strides, pad, dataFormat, dimRoundingMode };
      return {
        x: () =>
          runKernel<Tensor>("Conv2DBackpropInput", { dy, filter: d }, { ...attrs, inputShape: x.shape }),
        dy: () => runKernel<Tensor>("Conv2D", { x, filter: d }, { ...attrs, dilations: 1 }),
      };
    },
  );
  // dx = dy (y ≥ 0 ? 1 : y + 1), which has slopes itself.
  differentiate("EluGrad", { inputs: ["dy", "y"] }, ([d], [dy, y]) => ({
    dy: () => runKernel<Tensor>("EluGrad", { dy: d, y }),
    y: () => mul(mul(d, dy), cast(less(y, 0), "float32")),
  }));
}
