import assert from "node:assert/strict";
import { rational, rationals } from "lib/math/exact.ts";
import { type Random, RATIONAL_SAMPLE } from "lib/math/random.ts";
import { type CheckedClaim, claim } from "lib/proof/claim.ts";
import { derivation } from "lib/proof/derivation.ts";
import { erratum } from "lib/proof/erratum.ts";
import { notation } from "lib/proof/notation.ts";
import { proof } from "lib/proof/proof.ts";
import { figure, isCartesian, steps, type Trace } from "lib/show/figure.ts";
import { figureHtml, loaderHtml } from "lib/show/page.ts";
import { answers, askedOf, collect, judge, type ProofQuestion } from "lib/proof/answer.ts";
import { begin, show, standing } from "lib/show/mod.ts";
import { speak } from "lib/show/language.ts";
import { progress } from "lib/show/progress.ts";
import { numberTable, picture, reveal } from "lib/show/fragments.ts";
import { renderClaims, renderVerdict, verdictText } from "lib/show/render.ts";
import { mathml, plainText, richText } from "lib/show/tex.ts";
import { plain, verdictData } from "lib/proof/verdict.ts";

// sentences are named here as the code writes them, whatever language the course speaks
speak("en");

const doubling: CheckedClaim<{ f: (x: number) => number }, number> = {
  statement: "$f(x) = 2x$",
  evidence: "closed form",
  subject: { f: (x) => x + x },
  instance: (random) => random.normal(),
  error: ({ f }, x) => Math.abs(f(x) - 2 * x),
  mutants: { "a square": { f: (x) => x * x } },
};

Deno.test("law: a claim holds only when every instance does and every broken variant is rejected", () => {
  const verdict = claim("0.1", doubling);
  assert.deepEqual([verdict.status, verdict.instances, verdict.mutants[0].rejected], ["holds", 200, true]);
  assert.match(verdict.source!, /Math\.abs/);
  const broken = claim("0.1", { ...doubling, subject: { f: (x) => x * 2.001 } });
  assert.equal(broken.status, "keep working");
  assert.ok(broken.error > broken.bound && typeof broken.worst === "number");
});

Deno.test("mutant: a check that can't fail is defective, whatever the reason", () => {
  const passes = claim("0.2", { ...doubling, mutants: { "the same thing": { f: (x: number) => 2 * x } } });
  assert.deepEqual([passes.status, passes.mutants[0].rejected], ["defective", false]);
  assert.equal(claim("0.2", { ...doubling, mutants: {} }).status, "defective");
  const throwing = claim("0.2", {
    ...doubling,
    mutants: {
      "it throws": {
        f: () => {
          throw new Error("no");
        },
      },
    },
  });
  assert.match(throwing.because!, /can't be run: no/);
  const unrefuted = claim("0.2", {
    ...doubling,
    printed: erratum({
      ...{ where: "0.2", fault: "false", text: "$f(x) = x + x$", counterexample: 1, example: 2 },
      sides: { "$f(x)$": (x) => 2 * x, "$x + x$": (x) => x + x },
    }),
  });
  assert.match(unrefuted.because!, /does not refute/);
});

Deno.test("edge: NaN, throwing and missing instances never hold", () => {
  assert.equal(claim("0.3", { ...doubling, error: () => NaN }).status, "keep working");
  const thrown = claim("0.3", {
    ...doubling,
    subject: {
      f: () => {
        throw new Error("boom");
      },
    },
  });
  assert.deepEqual([thrown.status, thrown.error, thrown.because], ["keep working", Infinity, "boom"]);
  assert.throws(
    () => claim("0.3", { ...doubling, cases: [1] }),
    /either random instances or cases, got both/,
  );
  assert.throws(() => claim("0.3", { ...doubling, instances: 0 }), /at least 1 instance, got 0/);
  assert.equal(claim("0.3", { statement: "a word", evidence: "editorial" }).status, "noted");
});

const square = (x: typeof rationals.one) => rationals.mul(x, x);
const binomial = {
  statement: "the square of a sum",
  evidence: "exact" as const,
  instance: (random: Random) => ({ a: random.rational(), b: random.rational() }),
  lines: [
    {
      tex: "(a + b)^2",
      because: "given",
      value: ({ a, b }: { a: typeof rationals.one; b: typeof rationals.one }) => square(a.add(b)),
    },
    {
      tex: "a^2 + 2ab + b^2",
      because: "multiply out",
      value: ({ a, b }: { a: typeof rationals.one; b: typeof rationals.one }) =>
        square(a).add(a.mul(b).mul(2)).add(square(b)),
    },
  ],
};

Deno.test("law: a derivation holds line by line; the chance of error is computed from its formulas", () => {
  const verdict = derivation("0.4", binomial);
  assert.equal(verdict.status, "holds");
  assert.deepEqual(verdict.lines!.map((line) => [line.holds, line.error]), [[true, 0], [true, 0]]);
  assert.equal(verdict.chance, undefined);
  const spec = {
    statement: "the square of a sum",
    evidence: "exact" as const,
    notation: notation({ symbols: { a: "scalar", b: "scalar" } }),
    instance: (random: Random) => ({ a: random.rational(), b: random.rational() }),
    lines: [["(a + b)^2"], ["a^2 + 2 a b + b^2"]] as const,
  };
  assert.equal(proof("0.4", { ...spec, instances: 3 }).chance, (2 / RATIONAL_SAMPLE) ** 3);
  const sum = proof("0.4", spec);
  assert.ok(sum.chance! < 1e-300);
  assert.match(renderVerdict(sum), /chance that a false identity passed: at most/);
  // an upper bound is rounded up
  assert.match(renderVerdict({ ...sum, chance: 1.01e-5 }), /at most 2e-5/);
  // a student's lines have their verdict above them
  assert.doesNotMatch(renderVerdict({ ...sum, answer: "square", feedback: "" }), /chance/);
  // a value that is computed from draws counts with its own degree, also under an expectation
  const mean = proof("0.4", {
    ...spec,
    instances: 3,
    notation: notation({ symbols: { a: "scalar", b: "scalar", f: "scalar" } }),
    instance: (random) => {
      const a = random.rational();
      return { a, b: rationals.mul(a, a), E: { f: [{ weight: rational(1), f: rationals.mul(a, a) }] } };
    },
    lines: [["E(f, a b f)"], ["a b E(f, f)", "linearity of expectation"]],
  });
  assert.deepEqual([mean.status, mean.chance], ["holds", (5 / RATIONAL_SAMPLE) ** 3]);
});

Deno.test("mutant: the first broken line is named, with its instance and what it is off by", () => {
  const wrong = {
    ...binomial,
    lines: [...binomial.lines, {
      tex: "a^2 + b^2",
      because: "forget the mixed term",
      value: ({ a, b }: { a: typeof rationals.one; b: typeof rationals.one }) => square(a).add(square(b)),
    }],
    offBy: { "2ab": ({ a, b }: { a: typeof rationals.one; b: typeof rationals.one }) => a.mul(b).mul(2) },
  };
  const verdict = derivation("0.4", wrong);
  assert.equal(verdict.status, "keep working");
  assert.deepEqual(verdict.lines!.map((line) => line.holds), [true, true, false]);
  assert.match(verdict.lines![2].breaks!.words, /first at instance 1: both sides differ by .*off by \$2ab\$/);
  assert.match(renderVerdict(verdict), /breaks/);
});

Deno.test("law: ≤, ≥ and “equal up to a constant” mean what they say", () => {
  const lines = (relation: "≤" | "≥" | "equal up to a constant", second: (x: number) => number[]) => ({
    statement: "a relation",
    evidence: "closed form" as const,
    instance: (random: Random) => random.normal(),
    lines: [
      { tex: "a", because: "given", value: (x: number) => [x, x + 1, x + 4] },
      { tex: "b", because: "then", relation, value: second },
    ],
  });
  assert.equal(derivation("0.5", lines("≤", (x) => [x, x + 2, x + 4])).status, "holds");
  assert.equal(derivation("0.5", lines("≥", (x) => [x, x + 2, x + 4])).status, "keep working");
  assert.equal(
    derivation("0.5", lines("equal up to a constant", (x) => [0, 1, 4].map((t) => t - 7 * x))).status,
    "holds",
  );
  assert.equal(derivation("0.5", lines("equal up to a constant", () => [0, 1, 5])).status, "keep working");
});

Deno.test("edge: lines that throw, are not finite or change shape break, with words", () => {
  const second = (value: () => number | number[]) =>
    derivation("0.6", {
      statement: "broken lines",
      evidence: "exact",
      cases: [1, 2],
      lines: [{ tex: "1", because: "given", value: () => 1 }, { tex: "x", because: "broken", value }, {
        tex: "1",
        because: "after",
        value: () => 1,
      }],
    }).lines![1].breaks!.words;
  assert.match(second(() => NaN), /not finite/);
  assert.match(
    second(() => {
      throw new Error("out of range");
    }),
    /can't be computed: out of range/,
  );
  assert.match(second(() => [1, 2]), /a number, this one an array of 2/);
  assert.throws(
    () => derivation("0.6", { ...binomial, lines: binomial.lines.slice(0, 1) }),
    /at least 2 lines, got 1/,
  );
  assert.throws(
    () => derivation("0.6", { ...binomial, mutants: { lost: { line: 9 } } }),
    /a line from 1 to 2, got 9/,
  );
});

Deno.test("mutant: a derivation that lets a broken line pass is defective", () => {
  const verdict = derivation("0.7", {
    ...binomial,
    mutants: { "nothing changes": { line: 2, value: binomial.lines[0].value } },
  });
  assert.deepEqual([verdict.status, verdict.mutants[0].rejected], ["defective", false]);
});

const sumProof: ProofQuestion<{ a: number; b: number }> = {
  name: "proof00",
  question: "0.8",
  points: 2,
  ask: "Define `proof00`.",
  holds: "Every line holds.",
  evidence: "closed form",
  instance: (random) => ({ a: random.normal(), b: random.normal() }),
  writing: {
    notation: notation({ symbols: { a: "scalar", b: "scalar" } }),
    scope: (point) => ({ ...point }),
    ends: ["(a + b)^2", "a^2 + 2 a b + b^2"],
  },
  first: ({ a, b }) => (a + b) ** 2,
  last: ({ a, b }) => a * a + 2 * a * b + b * b,
  misconceptions: [
    {
      name: "mixed term",
      says: "The mixed term is missing.",
      answer: (({ a, b }: { a: number; b: number }) => 2 * a * b) as (...x: never[]) => unknown,
    },
  ],
};
type Point = { a: number; b: number };
const written = [["(a + b)^2"], ["a (a + b) + b (a + b)"], ["a^2 + 2 a b + b^2"]];
const good = [
  { because: "given", value: ({ a, b }: Point) => (a + b) ** 2 },
  { because: "distribute once", value: ({ a, b }: Point) => a * (a + b) + b * (a + b) },
  { because: "distribute again", value: ({ a, b }: Point) => a * a + 2 * a * b + b * b },
];

Deno.test("law: a student's proof is judged line by line between the question's ends", () => {
  const verdictOf = (lines: unknown) => judge(sumProof, collect(askedOf(sumProof), () => lines));
  assert.deepEqual([verdictOf(written).status, verdictOf(written).points], ["holds", 2]);
  // code waits for a reader
  assert.deepEqual([verdictOf(good).status, verdictOf(good).points], ["almost", 1]);
  const lost = verdictOf([good[0], good[1], {
    because: "forget",
    value: ({ a, b }: Point) => a * a + b * b,
  }]);
  assert.deepEqual([lost.status, lost.misconception], ["almost", "mixed term"]);
  assert.match(lost.feedback!, /^Line 3 breaks/);
  const doubled = good.map((line) => ({ ...line, value: (point: Point) => 2 * line.value(point) }));
  assert.match(verdictOf(doubled).feedback!, /first line is not/);
  const bounded = { ...sumProof, relations: ["=", "≤"] as const };
  const further = [...good, {
    because: "add one",
    relation: "≤",
    value: ({ a, b }: Point) => (a + b) ** 2 + 1,
  }];
  assert.match(
    judge(bounded, collect(askedOf(bounded), () => further)).feedback!,
    /not yet the right-hand side/,
  );
  assert.match(verdictOf([good[0], good[2]]).feedback!, /at least 3 lines/);
  assert.match(verdictOf([good[0], { ...good[1], relation: "≤" }, good[2]]).feedback!, /relation “≤”/);
  assert.match(
    verdictOf([good[0], {
      because: "throws",
      value: () => {
        throw new Error("oh");
      },
    }, good[2]]).feedback!,
    /Line 2 .*oh/,
  );
  assert.match(verdictOf([{ because: "no value" }]).feedback!, /Line 1 has no value/);
  assert.equal(verdictOf([]).status, "not answered");
  assert.match(verdictOf("text").feedback!, /array of lines/);
});

Deno.test("law: verdicts survive JSON: no number is lost, none turns to null", () => {
  const verdict = claim("0.9", { ...doubling, subject: { f: () => Infinity } });
  const data = JSON.parse(JSON.stringify(verdictData(verdict)));
  assert.equal(data.error, "Infinity");
  assert.deepEqual(plain({ r: rational(1, 3), list: [1, NaN], f: Math.sin, deep: { deeper: 1 } }), {
    r: "1/3",
    list: [1, "NaN"],
    f: "function sin",
    deep: { deeper: 1 },
  });
  assert.equal((plain(Array.from({ length: 99 }, (_, i) => i)) as unknown[]).at(-1), "… 99 in all");
});

Deno.test("law: sentences become MathML, code and text, and have a plain twin", () => {
  const sentence = "For $\\alpha \\neq 0$ call `A(alpha)` & **watch** <it>";
  const html = richText(sentence);
  assert.match(
    html,
    /^For <math>.*α.*<\/math> call <code>A\(alpha\)<\/code> &amp; <b>watch<\/b> &lt;it&gt;$/s,
  );
  assert.equal(plainText(sentence), "For α ≠ 0 call A(alpha) & watch <it>");
  const twins: Readonly<Record<string, string>> = {
    "\\tfrac12 (a + \\frac{b}{2})": "1/2 (a + b/2)",
    "\\log \\frac{p_X(x)}{p_U(F^{-1}(x))\\, s}": "log p_X(x)/(p_U(F⁻¹(x)) s)",
    "v_{k+1} = \\begin{pmatrix} 1 & \\alpha \\\\ -\\alpha & 1 \\end{pmatrix} v_k":
      "v_(k+1) = [1, α; -α, 1] v_k",
    "\\tilde W_p^\\top \\tilde{W}_p \\succ 0": "W̃_pᵀ W̃_p ≻ 0",
    "\\log\\det\\Lambda, \\lambda_{\\min}, \\partial_d V, q_i^\\star": "log det Λ, λ_min, ∂_d V, q_i*",
    "E_q \\log \\{ p / q \\} \\sim \\sqrt{1 + \\alpha^2}": "E_q log { p / q } ~ √(1 + α²)",
    "\\frac{": "()/()",
  };
  for (const [tex, twin] of Object.entries(twins)) assert.equal(plainText(`$${tex}$`), twin);
  assert.throws(() => mathml("\\frac{1}{"), Error);
});

Deno.test("law: tables carry roles, words beside signs, and the source of the check", () => {
  const html = renderClaims([claim("0.10", doubling)]);
  for (
    const part of [
      'role="table"',
      'role="columnheader"',
      "✓",
      "holds",
      "rejected 1 of 1",
      "the check",
      "closed form",
    ]
  ) {
    assert.ok(html.includes(part), part);
  }
  assert.match(
    verdictText(claim("0.10", doubling)),
    /✓ 0\.10 holds: f\(x\) = 2x \(closed form · 200 instances · seed 4 · rejected 1 of 1\)/,
  );
});

Deno.test("law: asides are folded under what matters, and what does not hold is never folded", () => {
  const matters = claim("0.1.a", doubling), aside = claim("0.1.b", { ...doubling, aside: true });
  const html = renderClaims([matters, aside]);
  assert.match(html, /2 of 2.*<details class="syw-more"><summary>1 more/s);
  assert.ok(html.indexOf("syw-more") > html.indexOf("holds"));
  const broken: typeof aside = { ...aside, status: "keep working" };
  assert.doesNotMatch(renderClaims([matters, broken]), /<details class="syw-more"/);
});

Deno.test("law: drawings, tables of numbers and reveals carry their words, and escape what they are given", () => {
  const drawing = picture({
    width: 20,
    height: 10,
    svg: "<path/>",
    caption: "A $x^2$.",
    description: 'a "line"',
  });
  assert.match(drawing.html, /role="img" aria-label="a &quot;line&quot;" viewBox="0 0 20 10"/);
  const table = numberTable({ caption: "Numbers", columns: ["$k$", "norm"], rows: [[1, -2.5], [2, "1e-7"]] });
  assert.match(table.html, /<td>−2\.5<\/td>.*<td>1e−7<\/td>/);
  assert.equal(table.text.split("\n").length, 4);
  assert.match(
    reveal("It is $2$.").html,
    /^<details><summary>What comes out<\/summary><p>.*<\/p><\/details>$/s,
  );
});

const curve = {
  data: [{ type: "scatter", x: [0, 1 / 3], y: [1, 2] }],
  caption: "A line.",
  description: "A line that rises.",
};

Deno.test("law: a figure is plain data in the house's look", () => {
  const made = figure({ ...curve, layout: { xaxis: { title: "time t" } } });
  assert.deepEqual(made.data[0].x, [0, 0.33333]);
  assert.deepEqual((made.layout.xaxis as { title: { text: string } }).title.text, "time t");
  assert.equal(made.layout.height, 420);
  assert.doesNotThrow(() => JSON.stringify(made));
  assert.deepEqual(steps([{ label: "1", restyle: { x: [[1]] }, traces: [0] }]), [{
    label: "1",
    method: "update",
    args: [{ x: [[1]] }, {}, [0]],
  }]);
});

Deno.test("edge: figures refuse what a page would draw wrongly", () => {
  assert.throws(() => figure({ ...curve, data: [] }), /at least one trace/);
  assert.throws(() => figure({ ...curve, caption: " " }), /a sentence as caption/);
  assert.throws(() => figure({ ...curve, data: [{ y: [NaN] }] }), /finite numbers .* got NaN in trace 1, y/);
  assert.throws(() => figure({ ...curve, height: 5 }), /120 … 1600 pixels, got 5/);
  assert.throws(() => figure({ ...curve, layout: { frames: [] } }), /got frames/);
  assert.doesNotThrow(() => figure({ ...curve, data: [{ x: [0, 1], y: [null, 2] }] }));
});

Deno.test("law: a notebook carries what draws flat figures, and any other figure brings its own", () => {
  const traces = (...types: (string | undefined)[]) => types.map((type) => ({ type, y: [1, 2] }));
  const made = (data: Trace[], layout = {}) => figure({ ...curve, data, layout });
  const turned = (args: unknown[]) => ({
    updatemenus: [{ buttons: [{ label: "3d", method: "restyle", args }] }],
  });
  for (
    const flat of [
      made(traces(undefined)),
      made(traces("heatmap", "violin")),
      made(traces("bar"), turned(["y", [[1]]])),
    ]
  ) {
    assert.ok(isCartesian(flat));
    assert.doesNotMatch(figureHtml(flat), /syw-plotly-whole/);
  }
  for (
    const other of [
      made(traces("surface")),
      made(traces("scatter", "scattergl")),
      made(traces("contour"), turned(["type", "surface"])),
      made(traces("contour"), turned([{ type: ["surface"] }])),
      made(traces("bar"), {
        sliders: [{ steps: steps([{ label: "1", restyle: { type: ["funnel"] }, traces: [0] }]) }],
      }),
    ]
  ) {
    assert.ok(!isCartesian(other));
    assert.match(
      figureHtml(other),
      /^<script type="text\/plain" id="syw-plotly-whole">[\w+/=]{1000000,}<\/script><div/,
    );
  }
  // it was 3.26 MB with all of plotly, written anew with every autosave
  assert.ok(loaderHtml().length < 3.26e6 / 2, `the loader has ${loaderHtml().length} bytes`);
});

Deno.test("edge: outside a kernel everything is silent, and misuse is named", async () => {
  await begin();
  await show(claim("0.11", doubling), figure(curve));
  await show([claim("0.11", doubling)]);
  await assert.rejects(show(claim("0.11", { ...doubling, error: () => 1 })), /0\.11 does not hold/);
  await assert.rejects(show(claim("0.11", { ...doubling, mutants: {} })), /0\.11 is defective/);
  await assert.rejects(
    show(undefined as never),
    /^TypeError: Cannot show this: expected a verdict.* got undefined/,
  );
  await assert.rejects(show(Promise.resolve(1) as never), /a promise \(await it first\)/);
  await assert.rejects(progress("nothing", 0), /a positive total, got 0/);
  const bar = await progress("three steps", 3);
  for (let k = 1; k <= 3; k++) await bar.at(k);
  await bar.end();
});

Deno.test("law: “Where am I” counts what was shown", async () => {
  const answer = answers(sumProof);
  assert.match(
    standing(answer.questions).text,
    /^0 of 2 points, provisional\n0\.8 proof00: not answered, 0 of 2/,
  );
  await show(answer("proof00", () => written));
  assert.match(standing(answer.questions).text, /^2 of 2 points/);
  assert.throws(() => answer("nothing", () => 1), /expected one of proof00, got nothing/);
});
