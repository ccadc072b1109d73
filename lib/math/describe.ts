// What a value is called in an error: apart from the checks, so that it needs no package.

/** "an array of 3", "a 2 × 3 array". */
export function describeList(value: ArrayLike<unknown>): string {
  const sizes = sizesOf(value);
  return sizes.length === 1 ? `an array of ${sizes[0]}` : `a ${sizes.join(" × ")} array`;
}

/** What a value looks like in an error message: `NaN`, `"abc"`, `undefined`, `a 2 × 3 array`, `an object`. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (isList(value)) return sizesOf(value).includes(0) ? "an empty array" : describeList(value);
  if (typeof value === "object" && value !== null) return "an object";
  return Object.is(value, -0) ? "-0" : String(value);
}

function sizesOf(value: unknown): number[] {
  return isList(value) ? [value.length, ...sizesOf(value[0])] : [];
}

/** An array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
