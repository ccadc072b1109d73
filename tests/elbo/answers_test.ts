import assert from "node:assert/strict";
import { tf } from "lib/tensor/mod.ts";
import { answer } from "lib/elbo/questions.ts";
import type { ProofInstance } from "lib/elbo/letters.ts";
import type { Vector } from "lib/math/types.ts";
import { misconceptions } from "lib/elbo/misconceptions.ts";
import { type Form, testAnswers } from "../proof/question.ts";

const entropy = (q: Vector) => q.reduce((sum, w) => w > 0 ? sum - w * Math.log(w) : sum, 0);
const mean = (q: Vector, f: (z: number) => number) => q.reduce((sum, w, z) => sum + w * f(z), 0);

type Line = { because: string; relation?: string; tex?: string; value(i: ProofInstance): Vector };
const lines: Line[] = [
  {
    because: "the ECLL",
    value: ({ q, grid }) => grid.map((p) => mean(q, (z) => Math.log(p.likelihood[z] * p.prior[z]))),
  },
  {
    because: "the entropy is free of θ",
    relation: "equal up to a constant",
    value: ({ q, grid }) => grid.map((p) => mean(q, (z) => Math.log(p.likelihood[z] * p.prior[z] / q[z]))),
  },
  {
    because: "Bayes",
    value: ({ q, grid }) => grid.map((p) => mean(q, (z) => p.logMarginal + Math.log(p.posterior[z] / q[z]))),
  },
  {
    because: "the evidence is free of z",
    value: ({ q, grid }) => grid.map((p) => p.logMarginal - mean(q, (z) => Math.log(q[z] / p.posterior[z]))),
  },
];

interface Bounds {
  logPx: number;
  elboInstance: number;
  elboAmortised: number;
}
interface Pair {
  logPx: number;
  elbo: number;
}
interface Work {
  n: number;
  steps: number;
}
interface Sizes {
  encoderParameters: number;
  perInstance: number;
}

/** Solutions in many forms: other loops, other arrays, tensors, rounding that the question allows. */
const rightForms: Readonly<Record<string, readonly Form[]>> = {
  gapTerm: [
    () => entropy,
    () => (q: Vector) => [entropy(q)],
    () => (q: Vector) => new Number(entropy(q)),
    () => (q: Vector) => tf.scalar(entropy(q)),
    () => (q: Vector) => Math.log(q.length) - mean(q, (z) => q[z] === 0 ? 0 : Math.log(q[z] * q.length)),
    () => (q: Vector) => Math.LN2 * q.filter((w) => w > 0).reduce((sum, w) => sum + w * Math.log2(1 / w), 0),
  ],
  proof11: [
    () => lines,
    () => [lines[0], lines[1], lines[3]],
    () => lines.map((line) => ({ tex: "x", ...line })),
    () => lines.map((line) => ({ ...line, value: (i: ProofInstance) => Float64Array.from(line.value(i)) })),
    // the constant may come last as well
    () => [
      lines[0],
      {
        because: "Bayes",
        value: ({ q, grid }: ProofInstance) =>
          grid.map((p) => p.logMarginal + mean(q, (z) => Math.log(p.posterior[z]))),
      },
      { ...lines[3], relation: "equal up to a constant" },
    ],
  ],
  excess: [
    () => ({ elboInstance, elboAmortised }: Bounds) => ({
      larger: "amortised",
      by: elboInstance - elboAmortised,
    }),
    () => ({ logPx, elboInstance: a, elboAmortised: b }: Bounds) => ({
      larger: "amortised",
      by: (logPx - b) - (logPx - a),
    }),
    () => ({ elboInstance: a, elboAmortised: b }: Bounds) => ({
      by: [a - b],
      larger: a === b ? "instance" : "amortised",
      note: "extra",
    }),
    () => ({ elboInstance: a, elboAmortised: b }: Bounds) => ({
      larger: new String("amortised"),
      by: Math.abs(b - a),
    }),
    () => ({ elboInstance: a, elboAmortised: b }: Bounds) =>
      Object.freeze({ larger: "amortised", by: Math.log(Math.exp(a - b)) }),
  ],
  bias: [
    () => ({ logPx, elbo }: Pair) => elbo - logPx,
    () => ({ logPx, elbo }: Pair) => -(logPx - elbo),
    () => ({ logPx, elbo }: Pair) => [elbo - logPx],
    () => ({ logPx, elbo }: Pair) => new Number(elbo - logPx),
    () => ({ logPx, elbo }: Pair) => Math.log(Math.exp(elbo - logPx)),
  ],
  cost: [
    () => ({ n, steps }: Work) => ({ instance: n * steps, amortised: n }),
    () => ({ n, steps }: Work) => ({ amortised: BigInt(n), instance: BigInt(n) * BigInt(steps) }),
    () => ({ n, steps }: Work) => ({ instance: new Number(n * steps), amortised: n, training: 1 }),
    () => ({ n, steps }: Work) => ({ instance: [n * steps], amortised: [n] }),
    () => ({ n, steps }: Work) => {
      let instance = 0;
      for (let i = 0; i < n; i++) for (let t = 0; t < steps; t++) instance++;
      return { instance, amortised: n };
    },
  ],
  breakEven: [
    () => ({ encoderParameters: e, perInstance: p }: Sizes) => e / p,
    () => ({ encoderParameters: e, perInstance: p }: Sizes) => Math.ceil(e / p),
    () => ({ encoderParameters: e, perInstance: p }: Sizes) => Math.floor(e / p) + 1,
    () => ({ encoderParameters: e, perInstance: p }: Sizes) => BigInt(Math.ceil(e / p)),
    () => ({ encoderParameters: e, perInstance: p }: Sizes) => [e * (1 / p)],
  ],
  comparison: [
    () => ({ largerBias: "amortised", goesStale: "instance", growsWithN: "instance" }),
    () => ({ growsWithN: "instance", goesStale: "instance", largerBias: "amortised" }),
    () => Object.freeze({ largerBias: "amortised", goesStale: "instance", growsWithN: "instance" }),
    () => ({ largerBias: new String("amortised"), goesStale: "instance", growsWithN: "instance", note: 1 }),
    () =>
      Object.assign(Object.create(null), {
        ...{ largerBias: "amortised", goesStale: "instance", growsWithN: "instance" },
      }),
  ],
};

/** Broken in ways of these questions' own. */
const brokenForms: readonly Form[] = [
  () => () => Promise.resolve({ larger: "amortised", by: 0 }),
  () => () => ({ larger: "both", by: 1 }),
  () => () => ({ instance: NaN, amortised: 1 }),
  () => [{ because: "a", value: () => [NaN] }, { because: "b", value: () => [1] }],
];

testAnswers({
  answer,
  misconceptions,
  rightForms,
  brokenForms,
  least: ({ name }) => name === "comparison" ? 2 : 5,
  proofWith: (wrong) => {
    const gap = wrong.answer as (instance: ProofInstance) => Vector;
    const off = (i: ProofInstance) => lines[0].value(i).map((x, k) => x + gap(i)[k]);
    return [lines[0], { because: "the step", value: off }, lines[3]];
  },
});

Deno.test("law: question 1 has its answers, and more than ten named misconceptions", () => {
  assert.deepEqual(answer.questions.map(({ question, name }) => [question, name]), [
    ["1.1", "gapTerm"],
    ["1.1", "proof11"],
    ["1.2", "excess"],
    ["1.3", "bias"],
    ["1.3", "cost"],
    ["1.3", "breakEven"],
    ["1.3", "comparison"],
  ]);
  assert.ok(Object.values(misconceptions).flat().length >= 30);
});

Deno.test("edge: a q with a zero entry asks what 0 log 0 counts as", () => {
  const careless = (q: Vector) => -q.reduce((sum, w) => sum + w * Math.log(w), 0);
  const verdict = answer("gapTerm", () => careless);
  assert.equal(verdict.status, "almost");
  assert.match(verdict.feedback!, /entry 0.*NaN/);
  const padded = (q: Vector) => -q.reduce((sum, w) => sum + w * Math.log(w + 1e-9), 0);
  assert.match(answer("gapTerm", () => padded).feedback!, /Right to 8 digits.*inside a logarithm/);
});

Deno.test("edge: an equality that only holds up to a constant is named, a constant that moves is not", () => {
  const asEqual = lines.map(({ relation: _relation, ...line }) => line);
  const verdict = answer("proof11", () => asEqual);
  assert.deepEqual([verdict.status, verdict.misconception], ["almost", "equal, but for a constant"]);
  assert.match(verdict.feedback!, /Line 2 breaks/);
  const moving = answer("proof11", () => [lines[0], { ...lines[3], relation: "equal up to a constant" }]);
  assert.match(moving.feedback!, /at least 3 lines/);
  const drifting = (i: ProofInstance) => lines[0].value(i).map((x, k) => x + k);
  const drifts = [
    lines[0],
    { because: "hope", relation: "equal up to a constant", value: drifting },
    lines[3],
  ];
  assert.match(answer("proof11", () => drifts).feedback!, /Line 2 is the first that breaks/);
  const ordered = lines.map((line) => ({ ...line, relation: "≤" }));
  assert.match(answer("proof11", () => ordered).feedback!, /stands in relation “≤”/);
});

Deno.test("edge: a proof is judged by its ends as well", () => {
  assert.match(answer("proof11", () => lines.slice(1)).feedback!, /left-hand side/);
  assert.match(answer("proof11", () => [lines[0], lines[0], lines[0]]).feedback!, /right-hand side/);
  const leap = [lines[0], { ...lines[3], relation: "equal up to a constant" }, lines[3]];
  assert.match(answer("proof11", () => leap).feedback!, /same computation written twice.*at least 3/);
});

Deno.test("law: the comparison is what eight answers of one form leave, and which entry is wrong is not told", () => {
  const two = ["amortised", "instance"];
  const all = two.flatMap((largerBias) =>
    two.flatMap((goesStale) => two.map((growsWithN) => ({ largerBias, goesStale, growsWithN })))
  );
  const verdicts = all.map((given) => answer("comparison", () => given));
  assert.deepEqual(verdicts.map(({ status }) => status).filter((s) => s === "holds").length, 1);
  const hints = verdicts.filter(({ status }) => status === "keep working").map(({ feedback }) => feedback);
  assert.deepEqual([hints.length, new Set(hints).size], [5, 1]);
});

Deno.test("edge: break-even takes the next whole number and no other", () => {
  for (const shift of [-1, 2]) {
    const off = ({ encoderParameters: e, perInstance: p }: Sizes) => Math.ceil(e / p) + shift;
    assert.notEqual(answer("breakEven", () => off).status, "holds");
  }
});

Deno.test("edge: changed arguments are noted, a changed mind is refused", () => {
  const greedy = (q: number[]) => {
    const H = entropy(q);
    q.fill(0);
    return H;
  };
  const verdict = answer("gapTerm", () => greedy);
  assert.equal(verdict.status, "holds");
  assert.match(verdict.feedback!, /changes its arguments/);
  let calls = 0;
  const fickle = answer("bias", () => ({ logPx, elbo }: Pair) => elbo - logPx + (calls++ > 199 ? 1 : 0));
  assert.match(fickle.feedback!, /two different values/);
});

Deno.test("law: no feedback gives the answer away", () => {
  for (const { says } of Object.values(misconceptions).flat()) {
    assert.doesNotMatch(says, /entropy|\\log q|elbo|estimate minus|encoderParameters|n \* steps/i);
  }
  const wrong: [string, () => unknown][] = [
    ["gapTerm", () => () => 0.123],
    ["excess", () => () => ({ larger: "amortised", by: 0.123 })],
    ["bias", () => () => 0.123],
    ["cost", () => () => ({ instance: 3, amortised: 4 })],
    ["breakEven", () => () => 3],
  ];
  for (const [name, form] of wrong) {
    const { status, feedback } = answer(name, form);
    assert.equal(status, "keep working", name);
    assert.doesNotMatch(feedback!, /entropy|elbo - |elboInstance - |n \* steps|encoderParameters \//i);
  }
});

Deno.test("edge: a relation on the first line opens no other relations to the lines below", () => {
  const low = (i: ProofInstance) => lines[0].value(i).map(() => -1e6);
  const smuggled = [
    { ...lines[0], relation: "≥" },
    { because: "far below", relation: "≥", value: low },
    { ...lines[3], relation: "≤" },
  ];
  const verdict = answer("proof11", () => smuggled);
  assert.equal(verdict.status, "keep working");
  assert.match(verdict.feedback!, /stands in relation “≥”/);
});

Deno.test("law: of a wrong answer's verdict a cell can't read how far off it is, nor the instance", () => {
  const off = [1e-3, 0.7, 40].map((by) => {
    const { feedback: _, mark: __, ...read } = answer(
      "bias",
      () => ({ logPx, elbo }: { logPx: number; elbo: number }) => elbo - logPx + by * Math.sin(elbo),
    );
    assert.ok(!("worst" in read) && read.error > read.bound);
    return JSON.stringify(read);
  });
  assert.equal(new Set(off).size, 1, off.join("\n"));
});
