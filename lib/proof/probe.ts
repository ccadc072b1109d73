/** Why a call went wrong, seen from its arguments: what the answer asked of them that they do not have. */

// an answer may change the language's own objects
const Watched = Proxy, { get: read, has } = Reflect, { isArray } = Array;

export type Answer = (...a: readonly unknown[]) => unknown;

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
        else if (key === Symbol.iterator && !has(target, key)) say(noList(path, target));
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

const noList = (path: string, target: object) =>
  `takes ${named(path, "its argument")} apart as a list, and it is ${
    typeof target === "function" ? "a function" : `an object { ${Object.keys(target).join(", ")} }`
  }.`;

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
    /\bfor\s*\(\s*(?!const\b|let\b|var\b)\w+\s+(?:of|in)\b/,
    "A loop says what is new in it: `for (const w of q)`.",
  ],
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
  [
    /\blet\s+(\w+)\s*;[^]*\b\1\s*(?:[-+*]=|\+\+)/,
    "What is added up begins with no value: give it one where it is declared, as in `let sum = 0`.",
  ],
];

/** A known slip in code that gave NaN or an error; empty where none is known. */
export const slipIn = (code: string): string => slips.find(([pattern]) => pattern.test(code))?.[1] ?? "";

/** Slips of code that is right elsewhere, told where an answer is wrong: what is sent is their name alone. */
export const suspects = {
  caret: "In code `^` is no power: a power is written `**`.",
  compared: "`==` compares; what gives a value is `=`.",
  half: "`x ** 1/2` is half of `x`: a power's brackets are written out, `x ** (1/2)`.",
  comma: "Between two lists stands a comma, `[…], […]`: without it the second is a place in the first.",
  loop: "A `return` inside a loop ends it at its first entry.",
  start: "`reduce` without a start value begins with the first entry as it is: write `reduce(…, 0)`.",
};

export function suspectIn(code: string): keyof typeof suspects | undefined {
  const bare = code.replace(/\/\/.*|\/\*[^]*?\*\/|(["'`])(?:\\.|(?!\1)[^\\])*\1/g, "");
  if (/[\w)\]]\s*\^\s*[-\w(]/.test(bare)) return "caret";
  if (/(?:^|[;{}])\s*[\w.[\]]+\s*===?[^=;{}]*;/m.test(bare)) return "compared";
  if (/\*\*\s*1\s*\/\s*\d/.test(bare)) return "half";
  if (/(?<![\w)\]])\[[^[\]]*,[^[\]]*\]\s*\[[^[\]]*,/.test(bare)) return "comma";
  if (/\bfor\s*\([^{};]*\)\s*(?:\{(?:[^{}]*;)?\s*)?return\b/.test(bare)) return "loop";
  return startless(bare) ? "start" : undefined;
}

/** Whether `reduce` is called with a function that does more than add, and with nothing else. */
function startless(code: string): boolean {
  for (const { index, 0: { length } } of code.matchAll(/\.reduce\(/g)) {
    let depth = 1, end = index + length, isAlone = true;
    for (; end < code.length && depth > 0; end++) {
      depth += "([{".includes(code[end]) ? 1 : ")]}".includes(code[end]) ? -1 : 0;
      if (code[end] === "," && depth === 1) isAlone = false;
    }
    if (isAlone && !/=>\s*\w+\s*[+*]\s*\w+\s*\)$/.test(code.slice(index, end))) return true;
  }
  return false;
}
