/** What reaches eyes, terminals and spreadsheets. */
import { type Hostile, inA, wrong } from "./kind.ts";

/** A literal of the text: what begins with \\u or \\n in it is meant as an escape. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"').replaceAll("\n", "\\n").replace(/\\(?![u"n\\])/g, "\\\\")}"`;
}

const words: Record<string, string> = {
  "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "entities": "&lt;script&gt;&#x3c;script&#x3e;",
  "mathematics": "$\\frac{$ $$\\href{javascript:alert(1)}{x}$$ \\(x\\)",
  "endless mathematics": `$${"{".repeat(2000)}$`,
  "macros": "$\\def\\x{\\x\\x}\\x$",
  "code marks": "`${process.exit()}` ``` `` `",
  "terminal": "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m",
  "direction": "\\u202etxt.exe\\u2066",
  "replacement patterns": "$& $1 $` $'",
  "a formula": "=HYPERLINK('http://x','y')",
  "lone surrogates": "\\ud800\\udc00\\udfff",
  "nothing that ends": "\\n".repeat(50),
};

export const texts: Hostile[] = [
  ...Object.entries(words).map(([name, text]) =>
    wrong(`throws ${name}`, { growth: `const growth = () => { throw new Error(${quoted(text)}); };` })
  ),
  ...Object.entries(words).slice(0, 6).map(([name, text]) =>
    wrong(`gives ${name}`, { growth: `const growth = () => ({ [${quoted(text)}]: ${quoted(text)} });` })
  ),
  inA(
    "throws something that can't be read",
    `throw { toString() { throw 1; }, get message() { throw 2; } };`,
  ),
  inA("throws nothing", "throw undefined;"),
  inA("throws a proxy", "throw new Proxy(new Error('x'), { get() { throw 1; } });"),
  inA("a syntax error with markup", "const <script>alert(1)</script> = `$\\frac{$`;"),
  inA("a long complaint", `throw new Error("x".repeat(5e6));`),
  wrong("a path that is cut off", {
    growth: `const growth = () => { throw new Error("x".repeat(270) + new Error("").stack); };`,
  }),
  wrong("a formula without end", { growth: `const growth = "((((((1 + alpha)^9)^9)^9)^9)^9)^99";` }),
  wrong("a formula that is code", { growth: `const growth = "cos.constructor(1) + __proto__";` }),
  wrong("its own stack", { growth: "const growth = () => { throw new Error(new Error('').stack); };" }),
  wrong("where it stands", {
    growth: "const growth = () => { throw new Error(Deno.cwd() + Deno.mainModule + Deno.execPath()); };",
  }),
];
