/** What other languages write and this one does not: said beside an error that alone says little. */

const syntax: readonly (readonly [RegExp, string])[] = [
  [
    /\blambda\b|\bdef\s|[\w)]\s*->|^\s*\w+\([\w\s,]*\)\s*=[^=>]/m,
    "a function of TypeScript is written (alpha) => …",
  ],
  [
    /=>\s*\{\s*\w+\s*:[^;{}]*,/,
    "behind an arrow { … } is a body: an object stands in round brackets, ({ … })",
  ],
  [/^\s*(?:if|elif|else|for|while)\b[^{(]*:\s*$/m, "a block stands in braces: if (…) { … }"],
  [/[\w)\]]\s*@\s*[\w(]/, "matrices are multiplied by a function, such as mul(A, B)"],
  [/[²³√½]/, "a square is `x ** 2`, a root Math.sqrt(x)"],
  [/[–−—]/, "a minus is the sign - of the keyboard"],
  [/[“”„‘’«»]/, "a text stands in the quotes of the keyboard"],
  [/\belif\b/, "elif is written else if"],
  [/\bif\b[^(]+\belse\b/, "a choice is written condition ? this : that"],
  [/\bf["'`]/, "values stand in a text as `… ${x} …`"],
  [/(?:[=(,:>?]|\breturn)\s*-\s*[\w.]+\s*\*\*/, "a minus before a power needs brackets, `-(x ** 2)`"],
  [/\b\d*\.?\d+[ij]\b/, "a complex number is { re, im }"],
  [/\b(?!0x)\d+\.?\d*(?!e\d|n\b)[A-Za-z(]/, "a product is written with its sign, 2 * x"],
  [/=>\s*\(\{\s*\w+\s*=[^=>]/, "an entry of an object is written name: value"],
  [/[\w)\]]\s+for\s+\w+\s+in\b/, "a list is made anew by q.map((w) => …)"],
  [/(?<![\w.])0\d/, "digits that begin with 0 are a text: they stand in quotes"],
  [/""[ \t]*(?!(?:in|of|as|satisfies|instanceof)\b)\w/, 'a text with a \' in it stands in "…"'],
  [/^\s*\w+\s*==[^=]/m, "a value is given by one ="],
  [/\b(?:and|or|not)\b/, "and, or, not are written &&, ||, !"],
];

/** A hint for code that can't be read, in a bracket with a space before it; empty where nothing is known. */
export function syntaxHabit(code: string): string {
  const bare = code.replace(/\/\/.*|(["'`])(?:\\.|(?!\1)[^\\])*\1/g, '""');
  const found = syntax.find(([pattern]) => pattern.test(bare));
  return found ? ` (${found[1]})` : "";
}

/** Names of Python and of other libraries, by what stands for them here. */
const names: Readonly<Record<string, string>> = {
  True: "true",
  False: "false",
  None: "undefined",
  pi: "Math.PI",
  len: "a list's .length",
  range: "a loop, or Array.from",
  print: "console.log, which only prints: what is to be given back stands alone",
  float: "Number(x)",
  int: "Math.trunc(x)",
  str: "String(x)",
  complex: "{ re, im }: there are no complex numbers",
  norm: "Math.hypot(…)",
  ln: "Math.log",
  arctan: "Math.atan",
  arctan2: "Math.atan2",
  square: "x ** 2",
  inv: "inverse of lib/math/linalg.ts",
  sum: "a list's .reduce((s, x) => s + x, 0)",
  mean: "a list's .reduce((s, x) => s + x, 0), divided by its .length",
  e: "Math.E, and a power of it Math.exp(x)",
  i: "{ re, im }: there is no number i",
  j: "{ re, im }: there is no number j",
  I: "identity(n)",
  eye: "identity(n)",
  tr: "trace",
};

/**
 * A hint on an error that says little, in a bracket with a space before it.
 *
 * @param ask what is asked for, with the answer's signature: a name in it is an argument, a name in quotes a word
 */
export function errorHabit(message: string, ask = ""): string {
  if (/call stack/.test(message)) return " (it calls itself without an end)";
  if (/properties of undefined \((?:setting|reading) '\d+'\)/.test(message)) {
    return " (there is no entry at the place before: places count from 0)";
  }
  if (/expected a matrix as an array of rows, got (string|number)$/.test(message)) {
    return " (the signs + - * are for numbers, not for matrices)";
  }
  if (/^Class constructor/.test(message)) return " (a function is asked for, not a class)";
  const [, of, method = ""] = /(\w+|[)\]])\.(\w+) is not a function$/.exec(message) ?? [];
  if (of === "Math") {
    const near = Object.getOwnPropertyNames(Math).find((own) => own.toLowerCase() === method.toLowerCase());
    return ` (${near ? `it is Math.${near}` : `Math has no ${method}`})`;
  }
  if (of !== undefined && Object.hasOwn(names, method)) {
    return ` (lists have none: here it is ${names[method]})`;
  }
  const [, name] = /^(\w+) is not defined$/.exec(message) ?? [];
  if (name === undefined) return "";
  const [, called, signature = ""] = /`(\w+\(([^`]*)\))`/.exec(ask) ?? [];
  const args: readonly string[] = signature.match(/\w+/g) ?? [];
  if (args.includes(name)) {
    return ` (it is called as \`${called}\`: name its arguments so)`;
  }
  const near = args.find((own) => isNear(own.toLowerCase(), name.toLowerCase()));
  if (near) return ` (is ${near} meant?)`;
  if (ask.includes(`"${name}"`) || ask.includes(`“${name}”`)) return ` (a word stands in quotes: "${name}")`;
  if (/^(np|numpy|math|torch|jnp|tf|scipy)$/.test(name)) {
    return " (functions of numbers are in Math: Math.sqrt, Math.exp, Math.log)";
  }
  if (/\barray of lines\b|\bwith lines\b/.test(ask)) return " (a line is a text: it stands in quotes)";
  const own = Object.getOwnPropertyDescriptor(Math, name) && `Math.${name}`;
  const known = own ?? (Object.hasOwn(names, name) ? names[name] : undefined);
  return known === undefined ? "" : ` (here it is ${known})`;
}

/** Whether one name is the other with letters behind it, or with large letters and lines taken out. */
const isNear = (a: string, b: string) =>
  a.length > 2 && b.length > 2 &&
  (a.startsWith(b) || b.startsWith(a) || a.replaceAll("_", "") === b.replaceAll("_", ""));
