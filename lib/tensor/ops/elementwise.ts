import type { TensorInfo } from "@tensorflow/tfjs-core";
import { type MapForm, type MapName, maps } from "../kernels/elementwise.ts";
import { borrow, kernels, map, repeated } from "../dispatch.ts";
import { noteProduct, perform } from "../recording.ts";
import { areFloat, type FastBackend, type Fresh, provide, size } from "../backend.ts";

/** How the smaller operand b repeats along a: not at all, as one number, over rows, or along columns. */
type Pattern =
  | { kind: "same" }
  | { kind: "number" }
  | { kind: "row"; length: number }
  | { kind: "column"; length: number }
  | undefined;

function pattern(a: readonly number[], b: readonly number[]): Pattern {
  if (b.length > a.length) return undefined;
  const rank = a.length, padded = [...Array(rank - b.length).fill(1), ...b];
  if (padded.every((d, i) => d === a[i])) return { kind: "same" };
  if (padded.every((d) => d === 1)) return { kind: "number" };
  const first = padded.findIndex((d) => d !== 1);
  if (padded.every((d, i) => i < first || d === a[i])) return { kind: "row", length: size(a.slice(first)) };
  const last = padded.findLastIndex((d) => d !== 1);
  if (padded.every((d, i) => d === (i > last ? 1 : a[i]))) {
    return { kind: "column", length: size(a.slice(last + 1)) };
  }
  return undefined;
}

/** Bytes of a short row repeated until it is worth a kernel call. */
const longRow = 8192;

/** Below this length b's columns are written out, so that one call does all rows. */
const shortRow = 32;

/** y = f(a, b) where b repeats along a; `swapped` says that b is the first operand. */
function broadcast(
  name: MapName,
  a: number,
  shape: readonly number[],
  b: number,
  how: NonNullable<Pattern>,
  y: number,
  swapped: boolean,
) {
  const n = size(shape);
  if (n === 0) return;
  const together = (run: () => void) => perform(`${name} ${how.kind} ${swapped}`, [a, b, y, ...shape], run);
  const call = (count: number, x: number, other: number, step: number, to: number) =>
    swapped ? kernels[name](other, step, x, 32, to, count) : kernels[name](x, 32, other, step, to, count);
  if (how.kind === "same" || how.kind === "number") {
    const [other, step] = how.kind === "same" ? [b, 32] : [repeated(b), 0];
    if (swapped) map(name, n, other, step, a, 32, y);
    else map(name, n, a, 32, other, step, y);
    return;
  }
  if (how.kind === "column" && how.length < shortRow) {
    borrow(4 * n, (other) => {
      for (let j = 0; j < how.length; j++) {
        kernels.copyRows(b, 4, other + 4 * j, 4 * how.length, 1, n / how.length);
      }
      broadcast(name, a, shape, other, { kind: "same" }, y, swapped);
    });
    return;
  }
  if (how.kind === "column") {
    // Each call may run over its row's end: the next row is written after it.
    return together(() => {
      for (let i = 0, r = 0; i < n; i += how.length, r++) {
        call(how.length, a + 4 * i, repeated(b + 4 * r), 0, y + 4 * i);
      }
    });
  }
  const copies = 4 * how.length >= longRow
    ? 1
    : Math.min(n / how.length, 8 * Math.ceil(longRow / 32 / how.length));
  const long = copies * how.length;
  const rows = (row: number) =>
    together(() => {
      for (let i = 0; i < n; i += long) call(Math.min(long, n - i), a + 4 * i, row, 32, y + 4 * i);
    });
  if (copies === 1) return rows(b);
  borrow(4 * long, (row) => {
    kernels.copyRows(b, 0, row, 4 * how.length, how.length, copies);
    rows(row);
  });
}

/** y = f(a, b), the smaller operand repeated as tfjs does. */
export function combine(
  name: MapName,
  a: TensorInfo,
  b: TensorInfo,
  backend: FastBackend,
): Fresh | undefined {
  const along = pattern(a.shape, b.shape), back = along === undefined ? pattern(b.shape, a.shape) : undefined;
  if (along !== undefined) {
    if (name === "multiply") noteProduct(a, b);
    const y = backend.reserve(a.shape);
    broadcast(name, backend.address(a), a.shape, backend.address(b), along, y.address, false);
    return y;
  }
  if (back === undefined) return undefined;
  const y = backend.reserve(b.shape);
  broadcast(name, backend.address(b), b.shape, backend.address(a), back, y.address, true);
  return y;
}

/** y = x₁ + x₂ + … */
function addAll(inputs: readonly TensorInfo[], _: undefined, backend: FastBackend): Fresh | undefined {
  if (inputs.length < 2 || !areFloat(...inputs)) return undefined;
  const y = backend.reserve(inputs[0].shape), n = size(inputs[0].shape);
  let sum = backend.address(inputs[0]);
  for (const x of inputs.slice(1)) {
    map("add", n, sum, 32, backend.address(x), 32, y.address);
    sum = y.address;
  }
  return y;
}

/** Puts the element-wise kernels in place: tfjs's of their names, and of our own dx from dy and an output. */
export function provideElementwise() {
  for (const [name, { inputs, parameters, broadcast }] of Object.entries(maps) as [MapName, MapForm][]) {
    const kernelName = name[0].toUpperCase() + name.slice(1);
    if (inputs === 1) {
      provide<{ x: TensorInfo }, { alpha: number }>(kernelName, ({ x }, attrs, backend) => {
        if (!areFloat(x)) return undefined;
        const y = backend.reserve(x.shape), alpha = parameters === 0 ? [] : [attrs.alpha];
        map(name, size(x.shape), backend.address(x), y.address, ...alpha);
        return y;
      });
    } else if (inputs === 2 && broadcast) {
      provide<{ a: TensorInfo; b: TensorInfo }, undefined>(
        kernelName,
        ({ a, b }, _, backend) => areFloat(a, b) ? combine(name, a, b, backend) : undefined,
      );
    } else if (inputs === 2) {
      provide<{ dy: TensorInfo; y: TensorInfo }, undefined>(kernelName, ({ dy, y }, _, backend) => {
        const dx = backend.reserve(y.shape);
        map(name, size(y.shape), backend.address(dy), backend.address(y), dx.address);
        return dx;
      });
    }
  }
  provide<readonly TensorInfo[], undefined>("AddN", addAll);
  provide<object, { shape: number[]; value: number; dtype?: string }>("Fill", (_, attrs, backend) => {
    if (typeof attrs.value !== "number" || (attrs.dtype ?? "float32") !== "float32") return undefined;
    const y = backend.reserve(attrs.shape);
    map("fill", size(attrs.shape), y.address, attrs.value);
    return y;
  });
}
