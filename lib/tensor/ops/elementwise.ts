import type { TensorInfo } from "@tensorflow/tfjs-core";
import { type MapForm, type MapName, maps } from "../kernels/elementwise.ts";
import { borrow, copyRows, map, mapAlong } from "../dispatch.ts";
import { noteProduct } from "../recording.ts";
import { type FastBackend, type Fresh, type Named, provide, size } from "../backend.ts";

/** How b repeats along a: as a row of `length`, over all rows, or each of its numbers over a row of `length`. */
interface Pattern {
  readonly kind: "row" | "column";
  readonly length: number;
}

function pattern(a: readonly number[], b: readonly number[]): Pattern | undefined {
  if (b.length > a.length) return undefined;
  const padded = [...Array(a.length - b.length).fill(1), ...b], first = padded.findIndex((d) => d !== 1);
  if (padded.every((d, i) => i < first || d === a[i])) return { kind: "row", length: size(a.slice(first)) };
  const last = padded.findLastIndex((d) => d !== 1);
  const isColumn = padded.every((d, i) => d === (i > last ? 1 : a[i]));
  return isColumn ? { kind: "column", length: size(a.slice(last + 1)) } : undefined;
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
  { kind, length }: Pattern,
  y: number,
  swapped: boolean,
) {
  const n = size(shape);
  if (n === 0) return;
  // as many numbers as a has, or one for all of them
  if (length === n) {
    const step = kind === "row" ? 32 : 0;
    if (swapped) map(name, n, b, step, a, 32, y);
    else map(name, n, a, 32, b, step, y);
    return;
  }
  const rows = n / length, along = { x: a, y, length, rows, swapped };
  if (kind === "column" && length < shortRow) {
    borrow(4 * n, (other) => {
      for (let j = 0; j < length; j++) copyRows(b, 4, other + 4 * j, 4 * length, 1, rows);
      broadcast(name, a, shape, other, { kind: "row", length: n }, y, swapped);
    });
    return;
  }
  if (kind === "column") return mapAlong(name, { ...along, b });
  const copies = 4 * length >= longRow ? 1 : Math.min(rows, 8 * Math.ceil(longRow / 32 / length));
  const long = copies * length;
  if (copies === 1) return mapAlong(name, { ...along, b }, long);
  borrow(4 * long, (row) => {
    copyRows(b, 0, row, 4 * length, length, copies);
    mapAlong(name, { ...along, b: row }, long);
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
  if (inputs.length < 2) return undefined;
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
      provide<{ alpha: number }>(kernelName, ({ x }, attrs, backend) => {
        const y = backend.reserve(x.shape), alpha = parameters === 0 ? [] : [attrs.alpha];
        map(name, size(x.shape), backend.address(x), y.address, ...alpha);
        return y;
      });
    } else if (inputs === 2 && broadcast) {
      provide<object, Named<"a" | "b">>(
        kernelName,
        ({ a, b }, _, backend) => combine(name, a, b, backend),
      );
    } else if (inputs === 2) {
      provide<object, Named<"dy" | "y">>(kernelName, ({ dy, y }, _, backend) => {
        const dx = backend.reserve(y.shape);
        map(name, size(y.shape), backend.address(dy), backend.address(y), dx.address);
        return dx;
      });
    }
  }
  provide("AddN", addAll);
  provide<{ shape: number[]; value: number; dtype?: string }>("Fill", (_, attrs, backend) => {
    if (typeof attrs.value !== "number" || (attrs.dtype ?? "float32") !== "float32") return undefined;
    const y = backend.reserve(attrs.shape);
    map("fill", size(attrs.shape), y.address, attrs.value);
    return y;
  });
}
