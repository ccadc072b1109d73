import type { LayerKind, MaskKind, Pixel } from "./mask.ts";

// What every door checks. Messages read "Cannot <action>: expected …, got …".

/** @throws unless `kind` is "A" or "B". */
export function assertKind(action: string, kind: unknown): asserts kind is MaskKind {
  assertOneOf(action, kind, ["A", "B"]);
}

/** @throws unless `kind` is "A", "B" or "none". */
export function assertLayer(action: string, kind: unknown): asserts kind is LayerKind {
  assertOneOf(action, kind, ["A", "B", "none"]);
}

function assertOneOf(action: string, kind: unknown, allowed: readonly string[]): void {
  if (typeof kind === "string" && allowed.includes(kind)) return;
  const kinds = allowed.map((name) => `"${name}"`);
  const Fault = typeof kind === "string" ? RangeError : TypeError;
  throw new Fault(
    `Cannot ${action}: expected mask kind ${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}, got ${
      shown(kind)
    }`,
  );
}

/** @throws unless `k` is odd, 1 … 1023: an even kernel has no centre. */
export function assertKernel(action: string, k: unknown): asserts k is number {
  assertWhole(action, "kernel size", k, 1, 1023);
  if (k % 2 === 0) {
    throw new RangeError(
      `Cannot ${action}: expected an odd kernel size (an even one has no centre), got ${k}`,
    );
  }
}

/** @throws unless `value` is a whole number in from … to. */
export function assertWhole(
  action: string,
  name: string,
  value: unknown,
  from: number,
  to: number,
): asserts value is number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${action}: expected a whole number as ${name}, got ${shown(value)}`);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot ${action}: expected a finite ${name}, got ${value}`);
  }
  if (!Number.isInteger(value) || value < from || value > to) {
    const sign = value < from && value < 0 ? " (not negative)" : "";
    throw new RangeError(
      `Cannot ${action}: expected a whole ${name} from ${from} to ${to}${sign}, got ${value}`,
    );
  }
}

/**
 * A fresh [row, column].
 *
 * @param size rows and columns of the grid it must lie in; unbounded when left out
 * @throws TypeError for what is no pair of numbers, RangeError for a pixel that is not on the grid
 */
export function asPixel(
  action: string,
  pixel: unknown,
  size?: readonly [rows: number, columns: number],
): Pixel {
  const pair = asList(pixel);
  if (pair?.length !== 2) {
    throw new TypeError(`Cannot ${action}: expected a pixel [row, column], got ${shown(pixel)}`);
  }
  if (size !== undefined && isIndex(pair[0], size[0]) && isIndex(pair[1], size[1])) return [pair[0], pair[1]];
  const place = size === undefined ? "" : ` of a pixel on the ${size[0]} × ${size[1]} grid`;
  const [row, column] = pair, [rows, columns] = size ?? [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  assertWhole(action, `row index${place}`, row, 0, rows - 1);
  assertWhole(action, `column index${place}`, column, 0, columns - 1);
  return [row, column];
}

const isIndex = (x: unknown, size: number): x is number =>
  Number.isInteger(x) && Number(x) >= 0 && Number(x) < size;

/**
 * A fresh [row, column] of whole numbers of either sign: a move, or a pixel that may lie off the grid.
 *
 * @throws TypeError for what is no pair of numbers, RangeError for numbers that are not whole
 */
export function asMove(action: string, move: unknown): Pixel {
  const pair = asList(move);
  if (pair?.length !== 2) {
    throw new TypeError(`Cannot ${action}: expected a pixel [row, column], got ${shown(move)}`);
  }
  const [row, column] = pair;
  assertWhole(action, "row index", row, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  assertWhole(action, "column index", column, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return [row, column];
}

/** A value as an error message prints it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  const list = asList(value);
  if (list) return `[${list.slice(0, 6).map(shown).join(", ")}${list.length > 6 ? ", …" : ""}]`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** @throws TypeError unless `value` is a function or left out. */
export function assertCallback(action: string, name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`Cannot ${action}: expected a function as ${name}, got ${shown(value)}`);
}

/** @throws TypeError unless `value` is an object of options. */
export function assertOptions(action: string, expected: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new TypeError(`Cannot ${action}: expected ${expected}, got ${shown(value)}`);
}

/** @throws TypeError unless `value` is an AbortSignal or left out. */
export function assertSignal(action: string, value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw new TypeError(`Cannot ${action}: expected an AbortSignal as signal, got ${shown(value)}`);
}

/**
 * A fresh copy of rows of finite numbers, all of one length.
 *
 * @throws TypeError for what are no rows, RangeError for ragged or empty rows and numbers that are not finite
 */
export function asImage(action: string, image: unknown): number[][] {
  const rows = asList(image)?.map(asList) ?? [];
  if (rows.length === 0 || !rows.every((row) => row !== undefined)) {
    throw new TypeError(`Cannot ${action}: expected rows of numbers, got ${shown(image)}`);
  }
  const lengths = rows.map((row) => row.length);
  if (lengths[0] === 0 || lengths.some((n) => n !== lengths[0])) {
    throw new RangeError(
      `Cannot ${action}: expected rows of one length, not empty, got lengths ${shown(lengths)}`,
    );
  }
  return rows.map((row) =>
    row.map((x) => {
      if (typeof x === "number" && Number.isFinite(x)) return x;
      const Fault = typeof x === "number" ? RangeError : TypeError;
      throw new Fault(`Cannot ${action}: expected finite numbers in the rows, got ${shown(x)}`);
    })
  );
}

/** A fresh array of what an array or typed array holds; undefined for anything else. */
export function asList(value: unknown): unknown[] | undefined {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView);
  return isList ? Array.from(value as ArrayLike<unknown>) : undefined;
}
