import { env } from "@tensorflow/tfjs-core";
import { refusal } from "./refusals.ts";

const isSequence = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || ArrayBuffer.isView(x);

const describe = (x: unknown): string => {
  if (isSequence(x)) return `an array of ${x.length}`;
  if (typeof x === "object" && x !== null) return `a ${x.constructor?.name ?? "value"}`;
  return typeof x === "bigint" ? `the BigInt ${x}n` : String(x);
};

/** @throws Error, saying where, unless all of `values` is nested as its first elements are */
function expectBlock(values: ArrayLike<unknown>, path: readonly number[]) {
  const first = values[0], nested = isSequence(first);
  const wanted = nested ? `an array of ${first.length}` : "a number, a boolean or a string";
  // An encoded string is a Uint8Array: strings may differ in length.
  const anyLength = first instanceof Uint8Array;
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    if (typeof x === "number" && !nested) continue;
    const fits = nested
      ? isSequence(x) && (anyLength || x.length === first.length)
      : ["number", "boolean", "string"].includes(typeof x);
    if (!fits) {
      const place = `[${[...path, i].join("][")}]`;
      throw refusal("make a tensor of an array", `${wanted} at ${place}`, describe(x), Error);
    }
    if (Array.isArray(x)) expectBlock(x, [...path, i]);
  }
}

const flag = "TENSORLIKE_CHECK_SHAPE_CONSISTENCY";

/**
 * Refuses arrays that are no block of numbers, wherever tfjs takes one. tfjs infers a shape from the first
 * elements and then pours all numbers it finds into it: [[1, 2], [3], [4, 5, 6]] would pass as 3 × 2. Its own
 * check, behind a flag, costs eight times what making the tensor does; this one stands in for it. tfjs asks
 * its platform whether the array is a typed one just before it reads the flag.
 */
export function refuseRaggedArrays() {
  const platform = env().platform, isTypedArray = platform.isTypedArray.bind(platform);
  let asked: readonly unknown[] | undefined;
  platform.isTypedArray = (x): x is Float32Array => {
    if (Array.isArray(x)) asked = x;
    return isTypedArray(x);
  };
  const { flags } = env() as unknown as { flags: object };
  Object.defineProperty(flags, flag, {
    configurable: true,
    enumerable: true,
    get() {
      const values = asked;
      asked = undefined;
      if (values !== undefined) expectBlock(values, []);
      return false;
    },
    set: (value) => Object.defineProperty(flags, flag, { value, writable: true, configurable: true }),
  });
}
