import assert from "node:assert/strict";
import { collect } from "lib/proof/collect.ts";
import { syntaxHabit } from "lib/proof/habits.ts";
import { suspectIn } from "lib/proof/probe.ts";
import { readChoice, readComplexes, readRecord } from "lib/proof/reading.ts";

const asked = { name: "A", ask: "Define `A(alpha)`.", form: "calls" as const, calls: [[1], [2], [3]] };
const sentenceOf = (answer: unknown) => {
  const collected = collect(asked, () => answer);
  return collected.kind === "fault" ? collected.sentence : collected.kind;
};

Deno.test("edge: a function that gives nothing back is told so, and by which slip", () => {
  const slips: [unknown, RegExp][] = [
    [(a: number) => {
      a * 2;
    }, /`A` runs but gives nothing back\. .*`return`/],
    [() => {}, /gives nothing back\. Behind an arrow/],
    [new Function("a", "{ re: a }"), /gives nothing back\. A body in braces needs `return`/],
    [eval("(a) => { re: a }"), /an object stands in round brackets/],
    [eval("(a) => console.log()"), /`console\.log` only prints/],
    [() => null, /gives nothing back/],
    [(a: number) => [a][1], /What it gives has no value/],
    [eval("(a) => { return\n a; }"), /A `return` stands alone/],
  ];
  for (const [answer, words] of slips) assert.match(sentenceOf(answer), words);
  assert.equal(sentenceOf((a: number) => a), "values");
  assert.equal(sentenceOf(undefined), "missing");
});

Deno.test("edge: what is no function is named", () => {
  assert.match(sentenceOf(3), /^Expected a function here, got the number 3\. Define/);
  assert.match(sentenceOf([[1, 2]]), /^Expected a function here, got 1 row of 2\./);
});

Deno.test("law: an answer prints on its first instance only, and the console is given back", () => {
  const own = console.log, printed: unknown[] = [];
  console.log = (...items: unknown[]) => void printed.push(items);
  const replaced = console.log;
  try {
    const collected = collect(asked, () => (a: number) => (console.log("a is", a), a));
    assert.deepEqual(printed, [["a is", 1]]);
    assert.equal(collected.kind === "values" && collected.unprinted, 3);
    assert.equal(console.log, replaced);
    collect(asked, () => () => {
      throw new Error("no");
    });
    assert.equal(console.log, replaced);
  } finally {
    console.log = own;
  }
});

Deno.test("edge: forms that nearly fit are told in a student's terms", () => {
  assert.match(sentenceOf(() => new Map([["a", 1]])), /values/);
  const collected = collect(asked, () => () => new Map([["a", 1]]));
  assert.ok(collected.kind === "values");
  assert.match(JSON.stringify(collected.values[0]), /The result is a Map; give a plain object/);
  assert.throws(
    () => readComplexes([[1, 0.5], [1, -0.5]], 2),
    /the list \[1,0\.5\]: write \{ re: 1, im: 0\.5 \}/,
  );
  assert.throws(() => readComplexes([{ re: 1 }, { im: 1 }], 2), /im is missing/);
  assert.throws(() => readRecord({}, ["re", "im"]), /re and im are missing/);
  assert.throws(() => readRecord({ re: 1, im: undefined }, ["re", "im"]), /but im has no value/);
  assert.throws(() => readChoice("Reverse", ["forward", "reverse"]), /write it letter by letter, “reverse”/);
  assert.throws(() => readChoice("amortized", ["amortised"]), /“amortised”/);
  assert.throws(() => readChoice(undefined, ["a"]), /got nothing/);
});

/** What is said of an answer that is called with one record, or with what is given here. */
const saidOf = (
  code: string,
  given: unknown = { logPx: -1, elbo: -2, W: [[1, 2], [3, 4]], log: Math.log },
) => {
  const ask = 'Define `bias({ logPx, elbo })`: `"amortised"` or a number.';
  const question = { name: "bias", ask, form: "calls" as const, calls: [[given], [given]] };
  const collected = collect(question, () => eval(code));
  if (collected.kind === "fault") return collected.sentence;
  assert.ok(collected.kind === "values");
  return JSON.stringify(collected.values.find((o) => "fault" in o) ?? "values");
};

Deno.test("edge: what an answer asks of its arguments in vain is named", () => {
  const slips: [string, RegExp, unknown?][] = [
    ["({ logpx, elbo }) => elbo - logpx", /asks for `logpx`, .* \{ logPx, elbo, W, log \}: small and large/],
    ["(v) => v.evidence - v.elbo", /asks for `evidence`, and what it is given is/],
    ["({ W }) => W.T[0]", /asks `W` for `\.T`, and lists have none/],
    ["({ W, elbo }) => 2 * W + elbo", /computes with `W` as with a number: signs/],
    ["({ log, elbo }) => log + 1 - elbo", /computes with `log` as with a number: it is a function, call it/],
    [
      "(q) => { let s = 0; for (let z = 0; z <= q.length; z++) s += q[z]; return s; }",
      /entry 2 of a list of 2/,
      [
        1,
        2,
      ],
    ],
    ["(q) => { let s = 1; for (const z in q) s *= z.x; return s; }", /“for … of” runs over the entries/, [
      1,
      2,
    ]],
    ["(q) => 1 - q.reduce((s, x) => { s + x })", /inside `map` or `reduce` gives nothing back/, [1, 2]],
    ["(q) => -q.forEach((x) => x)", /`forEach` gives nothing back/, [1, 2]],
    ["(q, p) => q + p.length", /called with one argument and takes 2/, 1],
    ["(v) => { const [a, b] = v; return a - b; }", /apart as a list, and it is an object \{ logPx, elbo/],
    ["(q) => { let s; for (const x of q) s += x; return s; }", /begins with no value/, [1, 2]],
    ["({ q }) => ({ a: 2 * q })", /called with the number 1 as its first argument, and takes an object/, 1],
    ["({ q }) => 2 * q", /called with the number 1 as its first argument, and takes an object/, 1],
  ];
  for (const [code, words, given] of slips) assert.match(saidOf(code, given), words, code);
  // asked in vain, and none the worse for it
  assert.equal(saidOf("({ elbo, more }) => ({ elbo, more })"), '"values"');
  assert.equal(saidOf("({ logPx, elbo, more = 0 }) => elbo - logPx + more"), '"values"');
});

Deno.test("edge: code that is right elsewhere is suspected, where it may be why", () => {
  const codes: Record<string, string | undefined> = {
    "(a) => Math.sqrt(1 + a ^ 2)": "caret",
    "(a) => [[1, a] [a, 1]]": "comma",
    "(q) => { for (const w of q) { return w; } }": "loop",
    "(q) => -q.reduce((s, w) => s + w * Math.log(w))": "start",
    "(q) => { for (const w of q) { if (w > 0) s -= w; return s; } }": "loop",
    "(a) => { M[0][1] == a; return M; }": "compared",
    "(a) => { const same = a === 1; return a == 2; }": undefined,
    "(a) => (1 + a ** 2) ** 1/2": "half",
    "(a) => (1 + a ** 2) ** (1/2)": undefined,
    '(a) => "a ^ 2" // a ^ 2': undefined,
    "(q) => q.reduce((s, w) => s + w) + q[0][Math.max(1, 2)]": undefined,
    "(q) => q.reduce((s, w) => s + w * w, 0)": undefined,
    "(q) => { for (const w of q) { if (w > 0) return w; } }": undefined,
  };
  for (const [code, name] of Object.entries(codes)) assert.equal(suspectIn(code), name, code);
  const collected = collect(asked, () => eval("(a) => a ^ 2"));
  assert.equal(collected.kind === "values" && collected.suspect, "caret");
});

Deno.test("edge: an error that says little comes with what other languages call it", () => {
  const slips: [string, RegExp][] = [
    ["({ elbo }) => sqrt(elbo)", /sqrt is not defined \(here it is Math\.sqrt\)/],
    ["({ elbo }) => np.sqrt(elbo)", /\(functions of numbers are in Math/],
    ["(v) => elbo - v.logPx", /\(it is called as `bias\(\{ logPx, elbo \}\)`: name its arguments so\)/],
    ["() => amortised", /\(a word stands in quotes: \\"amortised\\"\)/],
    ["(v) => Math.Sqrt(v.elbo)", /\(it is Math\.sqrt\)/],
    ["(v) => [v.elbo].sum()", /\(lists have none: here it is a list's \.reduce/],
    ["function f(v) { return f(v); }; f", /\(it calls itself without an end\)/],
    ["({ elbo }) => elbo - logpx_", /logpx_ is not defined \(is logPx meant\?\)/],
    ["(v) => complex(1, v.elbo)", /there are no complex numbers/],
    ["(v) => { for (w of [1]) return w; }", /A loop says what is new in it/],
    ["(v) => { const M = [[]]; M[1][1] = 1; return M; }", /places count from 0/],
    ["let n = 0; (v) => n++ ? undefined : 1", /It gives nothing back: does every branch have its `return`/],
  ];
  for (const [code, words] of slips) assert.match(saidOf(code), words, code);
  assert.doesNotMatch(saidOf("() => helper(1)"), /\(/);
});

Deno.test("edge: a syntax error comes with what other languages write", () => {
  assert.match(syntaxHabit("growth = lambda a: a"), /\(alpha\) => …/);
  assert.match(syntaxHabit("fate = (a) => { kind: 1, turn: 2 };"), /round brackets/);
  assert.match(syntaxHabit("W @ X"), /mul\(A, B\)/);
  assert.match(syntaxHabit("if a > 0 and b:"), /braces/);
  assert.equal(syntaxHabit('f = (a) => "not a lambda";'), "");
  const habits: Record<string, RegExp> = {
    "A = alpha -> [[1]]": /\(alpha\) => …/,
    "A(alpha) = [[1]]": /\(alpha\) => …/,
    "A = (alpha) => [[1, 0.5alpha]]": /a product is written/,
    "e = (a) => [1 + 1j * a]": /\{ re, im \}/,
    "s = [w * log(w) for w in q]": /q\.map/,
    "f = (a) => 1 if a > 0 else 2": /condition \? this : that/,
    'f = (a) => f"{a}"': /stand in a text/,
    "f = (a) => -a ** 2": /brackets/,
    "f = (a) => ({ kind = 1 })": /name: value/,
    "f = [11100, 00000]": /quotes/,
    "p = [['w' d(w, t)', 'product rule']]": /stands in "…"/,
    "f = (a) => \u2013a": /of the keyboard/,
  };
  for (const [code, words] of Object.entries(habits)) assert.match(syntaxHabit(code), words, code);
  const right = [
    "A = (alpha) => [[1, alpha], [-alpha, 1]];",
    "const g = ({ a = 1 }) => 2 - a ** 2;",
    "if (a) { b = 1e5; } else { c = 0x1f + 10n; }",
    "for (const w of q) s += w0 * 0.5;",
    "for (const i in q) s -= i;",
    "const t = ['a', 'b'], n = [0.5, 0];",
    "while (i-- > 0) f(i);",
  ];
  for (const code of right) assert.equal(syntaxHabit(code), "", code);
});
