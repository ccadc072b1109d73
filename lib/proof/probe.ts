/** Why a call went wrong, seen from its arguments: what the answer asked of them that they do not have. */

// an answer may change the language's own objects
const Watched = Proxy, { get: read, has } = Reflect, { isArray } = Array;

type Answer = (...a: readonly unknown[]) => unknown;

/** What anything may be asked for, and lib asks for to tell what it has before it. */
const usual = /^(then|toJSON|arraySync|toFraction|constructor|valueOf|toString|message|kind|shape|dtype)$/;

/**
 * Calls an answer once more on arguments that watch, and says the first thing it asked for in vain.
 *
 * @param given copies of the arguments, for this call alone
 * @returns a sentence; undefined where nothing was asked for in vain
 */
export function askedInVain(name: string, defined: Answer, given: readonly unknown[]): string | undefined {
  let found: string | undefined;
  const say = (sentence: string) => void (found ??= `\`${name}\` ${sentence}`);
  const watch = (value: unknown, path: string): unknown => {
    if (typeof value !== "object" && typeof value !== "function" || value === null) return value;
    if (!isArray(value) && typeof value === "object" && Object.getPrototypeOf(value) !== Object.prototype) {
      return value;
    }
    return new Watched(value, {
      get(target, key, self) {
        const called = typeof key === "string" ? key.slice(0, 40) : "";
        if (key === Symbol.toPrimitive) say(inArithmetic(path, target));
        else if (called !== "" && !has(target, key) && !usual.test(called)) {
          say(missing(path, target, called));
        }
        const inner = read(target, key, isArray(target) ? self : target);
        if (typeof key !== "string" || !Object.hasOwn(target, key)) return inner;
        return watch(inner, isArray(target) ? path : path === "" ? called : `${path}.${called}`);
      },
    });
  };
  try {
    defined(...given.map((value) => watch(value, "")));
  } catch {
    // what it throws was said before
  }
  return found;
}

const named = (path: string, what: string) => path === "" ? what : `\`${path}\``;

function inArithmetic(path: string, target: object): string {
  if (typeof target === "function") {
    return `computes with ${named(path, "a function")} as with a number: it is a function, call it.`;
  }
  const what = isArray(target) ? "a list" : "an object";
  return `computes with ${
    named(path, `its argument, ${what},`)
  } as with a number: signs such as + - * and what Math offers are for numbers, and this is ${what}.`;
}

function missing(path: string, target: object, key: string): string {
  if (isArray(target)) {
    const { length } = target;
    return /^\d+$/.test(key)
      ? `asks for entry ${key} of a list of ${length}: entries are counted from 0 to ${length - 1}.`
      : `asks ${named(path, "a list")} for \`.${key}\`, and lists have none.`;
  }
  if (typeof target === "function") {
    return `asks ${named(path, "a function")} for \`.${key}\`: call it instead.`;
  }
  const keys = Object.keys(target), near = keys.find((own) => own.toLowerCase() === key.toLowerCase());
  return `asks for \`${key}\`, and what it is given is { ${keys.join(", ")} }${
    near ? ": small and large letters count" : ""
  }.`;
}

/** Slips of the language that can be read off an answer's code, where what it gives is no value. */
const slips: readonly (readonly [RegExp, string])[] = [
  [
    /\bfor\s*\(\s*(?:const|let|var)\s+\w+\s+in\s/,
    "“for … in” runs over the names of places, which are texts; “for … of” runs over the entries.",
  ],
  [
    /\breturn[^;\n]*\.forEach\(|=>\s*-?[\w.]+\.forEach\(/,
    "`forEach` gives nothing back: `map` or `reduce` do.",
  ],
  [
    /\.(?:map|reduce)\([^=]*=>\s*\{(?![^{}]*\breturn\b)[^{}]*\}/,
    "The function inside `map` or `reduce` gives nothing back: a body in braces needs `return`.",
  ],
];

/** A known slip in code that gave NaN or an error; empty where none is known. */
export const slipIn = (code: string): string => slips.find(([pattern]) => pattern.test(code))?.[1] ?? "";

/** Whether code has a ^ between values: no power, as it is in formulas. */
export const hasCaret = (code: string): boolean =>
  /[\w)\]]\s*\^\s*[\w(]/.test(code.replace(/\/\/.*|\/\*[^]*?\*\/|(["'`])(?:\\.|(?!\1)[^\\])*\1/g, ""));
