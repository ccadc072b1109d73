import assert from "node:assert/strict";
import { collect } from "lib/proof/collect.ts";
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
  ];
  for (const [answer, words] of slips) assert.match(sentenceOf(answer), words);
  assert.equal(sentenceOf((a: number) => a), "values");
  assert.equal(sentenceOf(undefined), "missing");
});

Deno.test("edge: what is no function is named", () => {
  assert.match(sentenceOf(3), /^Expected a function here, got the number 3\. Define/);
  assert.match(sentenceOf([[1, 2]]), /^Expected a function here, got 1 rows of 2\./);
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
  assert.throws(() => readChoice("Reverse", ["forward", "reverse"]), /write it letter by letter, “reverse”/);
  assert.throws(() => readChoice("amortized", ["amortised"]), /“amortised”/);
  assert.throws(() => readChoice(undefined, ["a"]), /got nothing/);
});
