import { isList } from "../math/describe.ts";

/** An answer that has the wrong form: its message is the sentence a student reads; `slip` names a known one. */
export class Misread extends Error {
  constructor(sentence: string, readonly slip?: string) {
    super(sentence);
  }
}

const MAX_SCALARS = 1_000_000;

/** An answer as plain data, and whether any of it came in float32 (then it can't agree to more than 7 digits). */
export interface PlainAnswer {
  value: unknown;
  single?: true;
}

/**
 * An answer as plain data: tensors, typed arrays, BigInts, boxed numbers and objects become arrays, numbers and
 * records; getters and proxies are read once.
 *
 * @throws Misread for promises, functions, and what is nested too deeply or too large
 */
export function plainAnswer(raw: unknown): PlainAnswer {
  let budget = MAX_SCALARS, single = false;
  const copy = (value: unknown, depth: number): unknown => {
    if (--budget < 0) throw new Misread("The result is too large to read.");
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "function") {
      throw new Misread("The result is a function; call it and return its value.");
    }
    if (typeof value === "symbol") throw new Misread("The result is a symbol, not a value.");
    if (typeof value === "string") return value.slice(0, 10_000);
    if (typeof value !== "object" || value === null) return value;
    // by the language's own methods: one of the answer's would run later, or give anything
    if (value instanceof Number) return Number.prototype.valueOf.call(value);
    if (value instanceof Boolean) return Boolean.prototype.valueOf.call(value);
    if (value instanceof String) return String.prototype.slice.call(value, 0, 10_000);
    if (value instanceof Map || value instanceof Set) {
      const name = value instanceof Map ? "Map" : "Set";
      throw new Misread(`The result is a ${name}; give a plain object or array.`);
    }
    if ("next" in value && typeof value.next === "function") {
      throw new Misread("The result is a generator; return the value itself, without the star.");
    }
    if (depth === 0) throw new Misread("The result is nested too deeply.");
    if ("then" in value && typeof value.then === "function") {
      throw new Misread("The result is a promise; return the value itself, without async.");
    }
    if ("arraySync" in value && typeof value.arraySync === "function") {
      single = true;
      return copy(value.arraySync(), depth);
    }
    single ||= value instanceof Float32Array;
    if (isList(value)) {
      if (value.length > budget) throw new Misread("The result is too large to read.");
      return Array.from(value, (item) => copy(item, depth - 1));
    }
    if ("toFraction" in value && typeof value.toFraction === "function") return Number(value.valueOf());
    return Object.fromEntries(
      Object.entries(value).slice(0, 100).map(([key, item]) => [key, copy(item, depth - 1)]),
    );
  };
  const value = copy(raw, 6);
  return single ? { value, single } : { value };
}

/** "a string", "an array of 3", "2 × 3 rows", …: what came, in words. */
export function formOf(value: unknown): string {
  if (Array.isArray(value)) {
    if (!value.some((row) => Array.isArray(row))) return `a list of ${value.length}`;
    const lengths = [...new Set(value.map((row) => Array.isArray(row) ? row.length : undefined))];
    if (lengths.length > 1) {
      return lengths.includes(undefined)
        ? "a list of which some entries are lists"
        : `rows of ${lengths.join(" and ")}`;
    }
    return `${value.length} ${value.length === 1 ? "row" : "rows"} of ${lengths[0]}`;
  }
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (value instanceof Promise) return "a promise (without `await`)";
  if (typeof value === "object") {
    return `an object with ${
      Object.keys(value).slice(0, 6).join(", ").slice(0, 80).replace(/[$`]/g, "'") || "no keys"
    }`;
  }
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return `the text “${value.slice(0, 40).replace(/[$`]/g, "'")}”`;
  return `${typeof value === "number" ? "the number" : typeof value} ${String(value)}`;
}

/** A finite number. */
export function readNumber(value: unknown, what = "a number"): number {
  const inner = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof inner !== "number") throw new Misread(`Expected ${what}, got ${formOf(value)}.`);
  if (!Number.isFinite(inner)) {
    const cause = Number.isNaN(inner)
      ? ": is a logarithm or a root taken of what is negative, 0 divided by 0, or something added that has no value?"
      : ".";
    throw new Misread(`Expected ${what}, got ${inner}${cause}`);
  }
  return inner;
}

/** A list of `length` finite numbers; a 1 × n or n × 1 array will do. */
export function readVector(value: unknown, length: number, what = `a list of ${length} numbers`): number[] {
  const isFlat = Array.isArray(value) && (value.every((x) => !Array.isArray(x)) || value.length === 1 ||
    value.every((x) => Array.isArray(x) && x.length === 1));
  const list = isFlat ? value.flat() : [];
  if (!isFlat || list.length !== length) throw new Misread(`Expected ${what}, got ${formOf(value)}.`);
  return list.map((x) => readEntry(x, what));
}

/** rows × columns finite numbers, as an array of rows. */
export function readMatrix(value: unknown, rows: number, columns: number): number[][] {
  const what = `a ${rows} × ${columns} matrix as an array of rows`;
  if (
    !Array.isArray(value) || value.length !== rows ||
    value.some((row) => !Array.isArray(row) || row.length !== columns)
  ) {
    const isJoined = typeof value === "string" && /^[-\d.e]+(,[-\d.e]+)+$/.test(value);
    const signs = Number.isNaN(value)
      ? ": the signs + - * are for numbers, not for matrices"
      : isJoined
      ? ": lists were joined to a text, as the sign + does"
      : "";
    const turned = isMatrix(value) ? " Is a factor missing, one too many, or transposed?" : "";
    throw new Misread(`Expected ${what}, got ${formOf(value)}${signs}.${turned}`);
  }
  return value.map((row) => row.map((x: unknown) => readEntry(x, what)));
}

const isMatrix = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 &&
  value.every((row) =>
    Array.isArray(row) && row.length > 0 && row.length === value[0].length && row.every(Number.isFinite)
  );

/** `count` complex numbers { re, im }, in any order: sorted by real, then imaginary part. A real number has im 0. */
export function readComplexes(value: unknown, count: number): { re: number; im: number }[] {
  const what = `${count} complex numbers { re, im }`;
  if (!Array.isArray(value) || value.length !== count) {
    throw new Misread(`Expected ${what}, got ${formOf(value)}.`);
  }
  const read = value.map((z) => {
    if (typeof z === "number") return { re: readEntry(z, what), im: 0 };
    if (Array.isArray(z) && z.length === 2 && z.every((x) => typeof x === "number")) {
      throw new Misread(
        `Expected ${what}, but one entry is the list [${z}]: write { re: ${z[0]}, im: ${z[1]} }.`,
      );
    }
    if (typeof z !== "object" || z === null || Array.isArray(z)) {
      throw new Misread(`Expected ${what}, but one entry is ${formOf(z)}.`);
    }
    const { re, im } = readRecord(z, ["re", "im"], what);
    return { re: readEntry(re, what), im: readEntry(im, what) };
  });
  return read.sort((a, b) => Math.abs(a.re - b.re) > 1e-9 ? a.re - b.re : a.im - b.im);
}

/** An object that has these keys; others are ignored. */
export function readRecord<K extends string>(
  value: unknown,
  keys: readonly K[],
  what?: string,
): Record<K, unknown> {
  const wanted = what ?? `an object { ${keys.join(", ")} }`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Misread(`Expected ${wanted}, got ${formOf(value)}.`);
  }
  const record = value as Record<string, unknown>;
  const empty = keys.find((key) => Object.hasOwn(record, key) && record[key] === undefined);
  if (empty !== undefined) throw new Misread(`Expected ${wanted}, but ${empty} has no value.`);
  const missing = keys.filter((key) => record[key] === undefined);
  if (missing.length > 0) {
    const list = missing.length > 1
      ? `${missing.slice(0, -1).join(", ")} and ${missing.at(-1)} are`
      : `${missing} is`;
    throw new Misread(`Expected ${wanted}, but ${list} missing: got ${formOf(value)}.`);
  }
  return record as Record<K, unknown>;
}

/** One of the given words. */
export function readChoice<T extends string>(value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    const near = typeof value === "string" ? choices.find((choice) => choice === spelt(value)) : undefined;
    throw new Misread(
      `Expected ${choices.map((c) => `“${c}”`).join(" or ")}, got ${formOf(value)}${
        near ? `: write it letter by letter, “${near}”` : ""
      }.`,
    );
  }
  return found;
}

/** A word as these choices are spelt: small letters, no blanks, “amortised” with an s. */
const spelt = (word: string) => word.trim().toLowerCase().replace(/tize/g, "tise");

/** true or false. */
export function readBoolean(value: unknown): boolean {
  if (typeof value !== "boolean") throw new Misread(`Expected true or false, got ${formOf(value)}.`);
  return value;
}

function readEntry(value: unknown, what: string): number {
  if (typeof value !== "number") throw new Misread(`Expected ${what}, but one entry is ${formOf(value)}.`);
  if (!Number.isFinite(value)) throw new Misread(`Expected ${what}, but one entry is ${value}.`);
  return value;
}
