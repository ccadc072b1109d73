/**
 * Plain data between the process that runs a submission and the one that grades it. JSON has no NaN, no Infinity
 * and no undefined: these travel as `{ "~": "NaN" }`, and typed arrays as lists.
 */

const words = ["NaN", "Infinity", "-Infinity", "undefined", "-0"];

/** Plain data in a form that JSON keeps. */
export function encode(value: unknown): unknown {
  if (value === undefined) return { "~": "undefined" };
  if (typeof value === "number") {
    return !Number.isFinite(value) ? { "~": String(value) } : Object.is(value, -0) ? { "~": "-0" } : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list: unknown[] = [], { length } = value as ArrayLike<unknown>;
    for (let i = 0; i < length; i++) list[i] = encode((value as ArrayLike<unknown>)[i]);
    return list;
  }
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) if (item !== undefined) record[key] = encode(item);
  return record;
}

/** What `{ "~": word }` stands for; undefined for anything else. */
export function revive(value: object): { value: number | undefined } | undefined {
  const keys = Object.keys(value), word = Reflect.get(value, "~");
  if (keys.length !== 1 || typeof word !== "string" || !words.includes(word)) return undefined;
  return { value: word === "undefined" ? undefined : Number(word) };
}

/** The other way round, for data that is ours. */
export function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const word = revive(value);
  return word
    ? word.value
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}
