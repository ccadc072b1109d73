/** What other languages write and this one does not: said beside an error that alone says little. */

const syntax: readonly (readonly [RegExp, string])[] = [
  [/\blambda\b|^\s*def\b/m, "a function of TypeScript is written (alpha) => …"],
  [
    /=>\s*\{\s*\w+\s*:[^;{}]*,/,
    "behind an arrow { … } is a body: an object stands in round brackets, ({ … })",
  ],
  [/^\s*(?:if|elif|else|for|while)\b[^{(]*:\s*$/m, "a block stands in braces: if (…) { … }"],
  [/\b(?:and|or|not)\b/, "and, or, not are written &&, ||, !"],
];

/** A hint for code that can't be read, in a bracket with a space before it; empty where nothing is known. */
export function syntaxHabit(code: string): string {
  const bare = code.replace(/\/\/.*|(["'`])(?:\\.|(?!\1)[^\\])*\1/g, "");
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
  print: "console.log",
  ln: "Math.log",
  arctan: "Math.atan",
  arctan2: "Math.atan2",
  square: "x ** 2",
  inv: "inverse of lib/math/linalg.ts",
};

/** A hint on a name that is not defined, in a bracket with a space before it. */
export function nameHabit(message: string): string {
  const [, name] = /^(\w+) is not defined$/.exec(message) ?? [];
  if (name === undefined) return "";
  if (/^(np|numpy|math|torch|jnp|tf|scipy)$/.test(name)) {
    return " (functions of numbers are in Math: Math.sqrt, Math.exp, Math.log)";
  }
  const own = Object.getOwnPropertyDescriptor(Math, name) && `Math.${name}`;
  const known = own ?? (Object.hasOwn(names, name) ? names[name] : undefined);
  return known === undefined ? "" : ` (here it is ${known})`;
}
