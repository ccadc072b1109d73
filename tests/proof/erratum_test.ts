import assert from "node:assert/strict";
import { type CheckedClaim, claim } from "lib/proof/claim.ts";
import { erratum, type Sentence } from "lib/proof/erratum.ts";
import { renderClaims, verdictText } from "lib/show/render.ts";

/** The source says that every real number is at most its square. */
const sentence: Sentence<number> = {
  where: "0.1, the second line",
  fault: "false",
  text: "$x \\le x^2$ for $x \\ge 0$",
  supposes: (x) => x >= 0,
  sides: { "$x$": (x) => x, "$x^2$": (x) => x * x },
  relation: "≤",
  counterexample: 0.5,
  example: 2,
};

const squares: CheckedClaim<{ f: (x: number) => number }, number> = {
  statement: "$x \\le x^2$ for $x \\ge 1$",
  evidence: "closed form",
  subject: { f: (x) => x * x },
  instance: (random) => 1 + random.uniform(),
  error: ({ f }, x) => Math.max(0, x - f(x)),
  mutants: { "half of it": { f: (x) => x / 2 } },
};

const judged = <I>(printed: Sentence<I>) => claim("0.1", { ...squares, printed: erratum(printed) });

Deno.test("law: what a reader sees of a counterexample is what was compared", () => {
  const verdict = judged(sentence);
  assert.equal(verdict.status, "holds");
  assert.deepEqual(verdict.refutedBy, { "$x$": 0.5, "$x^2$": 0.25 });
  assert.deepEqual(verdict.printedAt, { where: "0.1, the second line", fault: "false" });
  assert.match(renderClaims([verdict]), /The assignment, 0\.1, the second line \(false\):/);
  assert.match(verdictText(verdict), /The assignment, 0\.1, the second line \(false\): x ≤ x/);
  const told = judged({ ...sentence, shown: (x) => ({ "where": `at ${x}` }) });
  assert.deepEqual(told.refutedBy, { "where": "at 0.5", "$x$": 0.5, "$x^2$": 0.25 });
});

const refused: Readonly<Record<string, [Partial<Sentence<number>>, RegExp]>> = {
  "the sentence is true there": [{ counterexample: 3 }, /true there/],
  "what it supposes is not the case": [{ counterexample: -1, relation: "=" }, /supposes is not the case/],
  "NaN": [{ sides: { "a": () => NaN, "b": (x) => x } }, /not finite/],
  "Infinity": [{ sides: { "a": () => Infinity, "b": (x) => x } }, /not finite/],
  "another shape": [{ sides: { "a": (x) => [x], "b": (x) => x } }, /an array of 1 and a number/],
  "an accident": [
    {
      sides: {
        "a": () => {
          throw new Error("singular");
        },
        "b": (x) => x,
      },
    },
    /can't be computed: singular/,
  ],
  "another sentence: false at both": [{ sides: { "a": () => 7, "b": () => 0 } }, /not what is compared/],
  "any number that is not 0": [
    { sides: { "a": (x) => x, "b": () => 0 }, relation: "=" },
    /not what is compared/,
  ],
  "an example that supposes nothing": [{ example: -2 }, /not what is compared/],
};
for (const [name, [change, why]] of Object.entries(refused)) {
  Deno.test(`mutant: a counterexample that is none makes the claim defective: ${name}`, () => {
    const verdict = judged({ ...sentence, ...change });
    assert.equal(verdict.status, "defective");
    assert.match(verdict.because!, why);
  });
}

Deno.test("edge: a sentence has two sides", () => {
  assert.throws(() => erratum({ ...sentence, sides: { "x": () => 1 } }), /expected two sides, got 1/);
});
