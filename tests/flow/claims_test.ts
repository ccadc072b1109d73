import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { answer } from "lib/flow/questions.ts";
import { claims } from "lib/flow/claims.ts";
import { divergence, pushforward } from "lib/math/divergence.ts";
import { invert } from "lib/flow/mod.ts";
import type { BaseToData, DataToBase, Point } from "lib/flow/grants.ts";
import type { Scene } from "lib/flow/scene.ts";
import { misconceptions } from "lib/flow/misconceptions.ts";
import { type Form, lettered, testAnswers, testClaims } from "../proof/question.ts";

testClaims("question 3", claims, {
  asked: [...lettered("3.0", "abcde"), ...lettered("3.1", "abcdefgj"), ...lettered("3.2", "abcdef")],
  further: [...lettered("3.1", "hiklm"), ...lettered("3.2", "ghijklmno")],
}, 2);

interface Given {
  logPx(x: Point): number;
  logPu(u: Point): number;
  F(u: Point): Point;
  logAbsDetF(u: Point): number;
}
type ReverseGiven = BaseToData<Point> & { logPx(x: Point): number };
type Line = { because: string; value(scene: Scene): unknown; relation?: string };

const integrandOf = (u: Point, { logPx, logPu, F, logAbsDetF }: Given) => {
  const density = Math.exp(logPx(F(u)) + logAbsDetF(u));
  return density > 0 ? density * (logPx(F(u)) + logAbsDetF(u) - logPu(u)) : 0;
};
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const forward = (xs: readonly Point[], { logPu, inverse, logAbsDetInverse }: DataToBase<Point>) =>
  -mean(xs.map((x) => logPu(inverse(x)) + logAbsDetInverse(x)));
const reverse = (us: readonly Point[], { logPu, forward, logAbsDet, logPx }: ReverseGiven) =>
  mean(us.map((u) => logPu(u) - logAbsDet(u) - logPx(forward(u))));

const lines: Line[] = [
  { because: "definition", value: (s) => divergence("kl", s.data, pushforward(s.base, s.flow)) },
  {
    because: "change of variables",
    value: (s) => s.overX(s.logPx, (x) => s.logPx(x) - s.logPu(s.inverse(x)) - s.logAbsDetInverse(x)),
  },
  {
    because: "substitution",
    value: (s) =>
      s.overU(
        (u) => s.logPx(s.F(u)) + s.logAbsDetF(u),
        (u) => s.logPx(s.F(u)) + s.logAbsDetF(u) - s.logPu(u),
      ),
  },
  {
    because: "definition again",
    value: (s) => divergence("kl", pushforward(s.data, invert(s.flow)), s.base),
  },
];

/** Solutions in many forms. */
const rightForms: Readonly<Record<string, readonly Form[]>> = {
  integrand: [
    () => integrandOf,
    () => (u: Point, given: Given) => [integrandOf(u, given)],
    () => (u: Point, given: Given) => new Number(integrandOf(u, given)),
    () => (u: Point, given: Given) => tf.scalar(integrandOf(u, given)),
    () => (u: Point, { logPx, logPu, F, logAbsDetF }: Given) => {
      const p = Math.exp(logPx(F(u)));
      if (p === 0) return -0;
      const stretch = Math.exp(logAbsDetF(u));
      return p * stretch * Math.log(p * stretch / Math.exp(logPu(u)));
    },
  ],
  proof31: [
    () => lines,
    () => lines.slice(1),
    () => [...lines, { because: "the same", value: lines[3].value }],
    () => lines.map((line) => ({ ...line, relation: "=", tex: "x" })),
    () => lines.map((line) => ({ because: line.because, value: (s: Scene) => new Number(line.value(s)) })),
  ],
  choice: [
    () => ({ densityOnly: "reverse", samplesOnly: "forward" }),
    () => ({ samplesOnly: "forward", densityOnly: "reverse" }),
    () => ({ densityOnly: "reverse", samplesOnly: "forward", note: "extra" }),
    () => Object.freeze({ densityOnly: "reverse", samplesOnly: "forward" }),
    () => ({ densityOnly: new String("reverse"), samplesOnly: "forward" }),
  ],
  forwardObjective: [
    () => forward,
    () => (xs: Point[], flow: DataToBase<Point>) => forward(xs, flow) + 17,
    () => (xs: Point[], flow: DataToBase<Point>) => [forward(xs, flow)],
    () => (xs: Point[], flow: DataToBase<Point>) => new Number(forward(xs, flow)),
    () => (xs: Point[], { logPu, inverse, logAbsDetInverse }: DataToBase<Point>) => {
      let total = 0;
      for (const x of xs) total -= (logPu(inverse(x)) + logAbsDetInverse(x)) / xs.length;
      return total;
    },
  ],
  reverseObjective: [
    () => reverse,
    // the base's entropy is constant, and so is a factor of the density
    () => (us: Point[], { forward, logAbsDet, logPx }: ReverseGiven) =>
      -mean(us.map((u) => logAbsDet(u) + logPx(forward(u)))),
    () => (us: Point[], given: ReverseGiven) => reverse(us, { ...given, logPx: (x) => given.logPx(x) + 3 }),
    () => (us: Point[], given: ReverseGiven) => [reverse(us, given)],
    () => (us: Point[], given: ReverseGiven) => new Number(reverse(us, given) - 2),
  ],
};

/** Broken in ways of these questions' own. */
const brokenForms: readonly Form[] = [
  () => ({ densityOnly: "both", samplesOnly: "forward" }),
  () => ({ densityOnly: Promise.resolve("reverse"), samplesOnly: "forward" }),
];

testAnswers({
  answer,
  misconceptions,
  rightForms,
  brokenForms,
  // two words in two places: none of the three ways to be wrong may be named
  least: ({ name }) => name === "choice" ? 0 : 5,
  proofWith: (wrong) => {
    const gap = wrong.answer as (scene: Scene) => unknown;
    const off = (scene: Scene) => Number(lines[0].value(scene)) + Number(gap(scene));
    return [lines[0], { because: "the step", value: off }, lines[3]];
  },
});

Deno.test("edge: an integrand that is NaN where the data's density is zero is told so", () => {
  const careless = (u: Point, { logPx, logPu, F, logAbsDetF }: Given) =>
    Math.exp(logPx(F(u)) + logAbsDetF(u)) * (logPx(F(u)) + logAbsDetF(u) - logPu(u));
  const verdict = answer("integrand", () => careless);
  assert.equal(verdict.status, "keep working");
  assert.match(verdict.feedback!, /NaN.*zero/);
});

Deno.test("edge: objectives that differ by the flow and not by a constant are wrong, whatever is added", () => {
  const drifting = (xs: Point[], flow: DataToBase<Point>) => forward(xs, flow) + flow.logAbsDetInverse(xs[0]);
  assert.equal(answer("forwardObjective", () => drifting).status, "keep working");
  const rigged = (us: Point[]) => us.length;
  assert.equal(answer("reverseObjective", () => rigged).status, "keep working");
});

Deno.test("edge: a proof is judged by its lines, its ends and its length", () => {
  assert.match(answer("proof31", () => lines.slice(1, 2)).feedback!, /at least 3 lines/);
  const half = (s: Scene) => Number(lines[0].value(s)) / 2;
  assert.match(
    answer("proof31", () => lines.map((l) => ({ ...l, value: half }))).feedback!,
    /left-hand side/,
  );
  const thrice = lines.slice(0, 3).map(({ because }) => ({ because, value: lines[0].value }));
  assert.match(answer("proof31", () => thrice).feedback!, /same computation written twice.*at least 3/);
  const broken = [lines[0], { because: "hope", value: half }, lines[3]];
  assert.match(answer("proof31", () => broken).feedback!, /Line 2 is the first that breaks/);
});

Deno.test("law: no feedback gives the answer away", () => {
  for (const { says } of Object.values(misconceptions).flat()) {
    assert.doesNotMatch(says, /logPx|logAbsDet|p_X\(F\(u\)\)|densityOnly|samplesOnly/);
  }
  const wrongChoices = [["forward", "reverse"], ["forward", "forward"], ["reverse", "reverse"]];
  const said = wrongChoices.map(([densityOnly, samplesOnly]) => {
    const { status, error, misconception, feedback } = answer("choice", () => ({ densityOnly, samplesOnly }));
    return JSON.stringify({ status, error, misconception, feedback });
  });
  assert.equal(new Set(said).size, 1);
  assert.doesNotMatch(said[0], /forward|reverse/);
  const unknown = answer("integrand", () => () => 1.25).feedback!;
  assert.doesNotMatch(unknown, /\\det|logAbsDet|p_X\(F/);
});
