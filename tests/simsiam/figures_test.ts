import assert from "node:assert/strict";
import { data as bounded } from "lib/simsiam/figures/setting.ts";
import { boundedFlows, lowerBound } from "lib/simsiam/solution/figures/bound.ts";
import * as figures from "lib/simsiam/solution/figures.ts";
import { basinBorder, modeField, STARTS, survivors } from "lib/simsiam/solution/figures/portrait.ts";
import { middleOf, type Point, simplified } from "lib/simsiam/solution/figures/streamline.ts";
import * as L from "lib/math/linalg.ts";
import { random } from "lib/math/random.ts";
import type { Matrix } from "lib/math/types.ts";
import type { Figure } from "lib/show/figure.ts";
import {
  digitMoments,
  gradientFlow,
  gradW,
  gradWp,
  lambdaMin,
  modes,
  trainVariants,
} from "lib/simsiam/mod.ts";
import { aligned, alignedLimit, crossed, frozenLimit } from "lib/simsiam/solution/spectra.ts";
import reference from "../../data/simsiam.json" with { type: "json" };
import { near } from "./instances.ts";

/** Closed forms in float64. */
const T1 = 1e-12;
/** Solutions of differential equations. */
const T2 = 1e-9;
/** A limit watched at a finite time. */
const T3 = 1e-6;

const BOTH = { stopGradient: true, predictor: true } as const;
/** One mode's flow: (p, w) at a time. */
const follow = (xPrime: number, eta: number, [p, w]: Point, time: number) => {
  const at = { W: [[w]], Wp: [[p]], X: [[1]], Xprime: [[xPrime]], weightDecay: eta };
  const [, end] = gradientFlow({ ...at, ...BOTH }, [0, time]);
  return [end.Wp[0][0], end.W[0][0]];
};

Deno.test("law: the field of the portrait is minus the gradients of a 1 × 1 network, and its decay", () => {
  const r = random(1);
  for (let trial = 0; trial < 50; trial++) {
    const [p, w, xPrime, eta] = [r.normal(), r.normal(), r.uniform(), r.uniform()];
    const at = { W: [[w]], Wp: [[p]], X: [[1]], Xprime: [[xPrime]] };
    const rate = [-gradWp(at)[0][0] - eta * p, -gradW({ ...at, stopGradient: true })[0][0] - eta * w];
    near([...modeField(xPrime, eta)([p, w])], rate, T1);
  }
});

Deno.test("second engine: the flow, integrated in time, ends every start of the portrait the same way", () => {
  for (const [xPrime, eta] of [[0.25, 0.05], [0, 0], [1, 0.01], [0.5, 0.15]]) {
    const { pPlus } = modes({ x: 1, xPrime, weightDecay: eta });
    survivors(xPrime, eta).forEach(({ path, alive }, k) => {
      const [p, w] = follow(xPrime, eta, STARTS[k], eta > 0 ? 12 / eta : 250),
        [endP, endW] = path[path.length - 1];
      assert.equal(w > 0.1, alive, `start ${STARTS[k]}, σ² ${xPrime}, η ${eta}`);
      // Without decay every point of a line is at rest, and which of them is reached is seen to drawing accuracy.
      if (alive) near([endP, endW], [p, w], 0.01, `start ${STARTS[k]}, σ² ${xPrime}, η ${eta}`);
      if (alive && eta > 0.04) near([endP, endW], [pPlus!, pPlus!], 0.001);
    });
  }
});

Deno.test("second engine: what starts above the drawn border survives, what starts below dies", () => {
  for (const [xPrime, eta] of [[0.25, 0.19], [0, 0.1], [0.5, 0], [1, 0.05]]) {
    const border = basinBorder(xPrime, eta).filter(([p, w]) => p > -0.6 && p < 1.2 && w > 0.05);
    for (const [p, w] of [border[0], border[border.length >> 1], border[border.length - 1]]) {
      for (const side of [1, -1]) {
        const [, end] = follow(xPrime, eta, [p, w + 0.03 * side], 400);
        assert.equal(end > 0.1, side > 0, `(${p}, ${w}), σ² ${xPrime}, η ${eta}: ${end}`);
      }
    }
  }
  assert.deepEqual(basinBorder(0.25, 0.21), []);
});

Deno.test("law: thinned paths keep their ends and stay near what was thinned; the middle is half way", () => {
  const circle = Array.from({ length: 200 }, (_, k): Point => [Math.cos(k / 40), Math.sin(k / 40)]);
  const few = simplified(circle, 0.002);
  assert(few.length < 80);
  assert.deepEqual([few[0], few[few.length - 1]], [circle[0], circle[199]]);
  const distance = ([x, y]: Point, [a, b]: Point, [c, d]: Point) => {
    const [dx, dy] = [c - a, d - b], t = ((x - a) * dx + (y - b) * dy) / (dx * dx + dy * dy);
    return Math.hypot(x - a - Math.max(0, Math.min(1, t)) * dx, y - b - Math.max(0, Math.min(1, t)) * dy);
  };
  for (const point of circle) {
    assert(Math.min(...few.slice(1).map((end, k) => distance(point, few[k], end))) <= 0.002 + T1);
  }
  assert.ok(Math.abs(middleOf(circle) - 100) <= 1);
});

Deno.test("law: the watched bound is met with equality from the slowest start, and strictly otherwise", () => {
  const [slowest, held, joint] = boundedFlows();
  const share = ({ flow, lambda0 }: typeof slowest) =>
    flow.map(({ t, W }) => L.frobenius(W) * Math.exp(lambda0 * t));
  for (const ratio of share(slowest)) near(ratio, 1, T2);
  for (const other of [held, joint]) {
    const ratios = share(other);
    near(ratios[0], 1, T1);
    for (let k = 1; k < ratios.length; k++) assert(ratios[k] < ratios[k - 1] && ratios[k] < 1);
  }
  for (const { Wp } of joint.flow) {
    const lowest = L.eigenvaluesSymmetric(bounded.Xprime)[0];
    assert(lambdaMin({ ...bounded, Wp }) > lowerBound(Wp) && lowerBound(Wp) > lowest);
  }
});

Deno.test("reference: the crossed data are SciPy's instance, no two of its matrices commute", () => {
  const { X, Xprime, W, Wp } = reference.flows;
  assert.deepEqual(crossed, { X, Xprime, W, Wp });
  const { dimensionalCollapse } = reference.flows;
  for (const { weightDecay, t, singularValues } of dimensionalCollapse) {
    const [, end] = gradientFlow({ ...crossed, ...BOTH, weightDecay }, [0, t]);
    near(L.singularValues(end.W), singularValues, T2, `η = ${weightDecay}, t = ${t}`);
  }
  const square = (A: Matrix) => L.matmul(A, L.transpose(A)),
    metric = (S: Matrix) => L.matmul(L.matmul(W, S), L.transpose(W));
  const apart = (A: Matrix, B: Matrix) => L.frobenius(L.subtract(L.matmul(A, B), L.matmul(B, A)));
  assert(
    apart(X, Xprime) > 0.1 && apart(square(W), square(L.transpose(Wp))) > 0.1 && apart(metric(X), Wp) > 0.1,
  );
  const imbalance = L.eigenvaluesSymmetric(L.subtract(square(W), square(L.transpose(Wp))));
  near(imbalance, [-1.554, -0.325, 0.299], 1e-3);
});

Deno.test("law: limits of single modes: a line at rest without decay, p₊ below the threshold, 0 above", () => {
  const { x, xPrime, w, p } = aligned;
  assert.deepEqual(x.map((one) => alignedLimit(one, 0) > 0), [true, true, false]);
  near(alignedLimit(1, 0), Math.sqrt(0.64 + w * w - p * p), T1);
  for (const one of x) {
    const { threshold } = modes({ x: one, xPrime, weightDecay: 0 });
    near(alignedLimit(one, threshold), one / (one + xPrime) / 2, T3);
    assert.equal(alignedLimit(one, threshold * 1.001), 0);
  }
  assert.equal(frozenLimit({ x: 1, xPrime: 0.25, w: 0.3, p: -0.4 }), 0);
  near(frozenLimit({ x: 1, xPrime: 0.25, w: 0.5, p: -0.4 }), Math.sqrt(0.64 + 0.09), T1);
  // on w = −p the path runs into the origin, and w = 0 stays 0 whatever p is
  assert.deepEqual(
    [[0.5, -0.5], [0, 0.5], [0, -0.5]].map(([w, p]) => frozenLimit({ x: 1, xPrime: 0.25, w, p })),
    [
      ...[0, 0, 0],
    ],
  );
});

const data = digitMoments({ count: 100, seed: 1 });
const all: Figure[] = [
  figures.curvatureParts(),
  figures.normAgainstBound(),
  figures.collapseOverTime(),
  figures.phasePortrait(),
  figures.singularValuesOverTime(),
  figures.digitCollapse(trainVariants({ ...data, steps: 20, recorded: 4 }), data.projection),
];

Deno.test("law: the figures are numbered as they come, small, described, and fit a phone", () => {
  all.forEach((figure, k) => {
    assert.ok(figure.caption.startsWith(`**Figure 5.${k + 3}.** `), figure.caption);
    const size = JSON.stringify(figure).length;
    assert.ok(size < 300_000, `${figure.caption.slice(0, 14)}: ${size} characters`);
    assert.ok(figure.description.length > 100 && figure.narrow !== undefined);
  });
});

Deno.test("law: two sliders of one figure never write to the same property", () => {
  type Slider = { steps: { args: [Record<string, unknown[]>, object, number[]] }[] };
  for (const { data, layout } of all) {
    const sliders = (layout.sliders ?? []) as Slider[];
    const written = sliders.map(({ steps }) => new Set(steps.flatMap(({ args }) => Object.keys(args[0]))));
    for (const name of written[0] ?? []) assert.ok(!written[1]?.has(name), name);
    for (const { args: [restyle, , traces] } of sliders.flatMap(({ steps }) => steps)) {
      assert.ok(traces.every((k) => data[k] !== undefined));
      for (const values of Object.values(restyle)) assert.equal(values.length, traces.length);
    }
  }
  assert.equal(((all[3].layout.sliders ?? []) as unknown[]).length, 2);
});
