import assert from "node:assert/strict";
import reference from "../../data/flow.json" with { type: "json" };
import { normal1d, pushforward } from "lib/math/divergence.ts";
import {
  affine1d,
  affineCoupling,
  compose,
  constrainPlanar,
  cube,
  exponential,
  invert,
  leakyRelu,
  linear,
  planar,
  radial,
  type ScalarFlow,
  sinhArcsinh,
  tanhShift,
} from "lib/flow/mod.ts";
import { random } from "lib/math/random.ts";
import { close, dot, T1, T2, wrong } from "./instances.ts";

Deno.test("reference: densities of flows are derivatives of distribution functions", () => {
  const make = (flow: string, parameters: unknown): ScalarFlow =>
    ({
      affine1d: () => affine1d(wrong(parameters)),
      sinhArcsinh: () => sinhArcsinh(wrong(parameters)),
      tanhShift: () => tanhShift(wrong(parameters)),
      exponential,
      leakyRelu: () => leakyRelu(wrong(parameters)),
      cube,
    })[flow]!();
  assert.equal(reference.scalarFlows.length, 6);
  for (const { flow, parameters, mean, sd, points, inverse, logDensity } of reference.scalarFlows) {
    const map = make(flow, parameters), p = pushforward(normal1d(mean, sd), map);
    points.forEach((y, i) => {
      close(map.inverse(y), inverse[i], T1, `inverse of ${flow} at ${y}`);
      close(p.logDensity(y), logDensity[i], T1, `log density through ${flow} at ${y}`);
    });
  }
});

Deno.test("reference: planar and radial flows, and the determinants of their Jacobians", () => {
  for (const { flow, parameters, z, forward, logAbsDet } of reference.vectorFlows) {
    const map = flow === "planar" ? planar(wrong(parameters)) : radial(wrong(parameters));
    map.forward(z).forEach((x, i) => close(x, forward[i], T1, flow));
    close(map.logAbsDet(z), logAbsDet, T1, flow);
    if (map.invertible) map.inverse(forward).forEach((x, i) => close(x, z[i], T1, flow));
    else assert.throws(() => map.inverse(forward), { name: "RangeError", message: /invertible/ });
  }
  assert.equal(
    reference.vectorFlows.filter(({ parameters: { u, w } }) => u && w && dot(u, w) < -1).length,
    1,
  );
});

Deno.test("law: a planar flow folds exactly when w·u < −1", () => {
  const fold = planar({ u: [-2], w: [1], b: 0 });
  assert.equal(fold.invertible, false);
  const roots = [-1.9150080481545, 0, 1.9150080481545];
  for (const z of roots) assert.ok(Math.abs(fold.forward([z])[0]) < T1, "z − 2 tanh z has three zeros");
  const chance = random(305);
  for (let i = 0; i < 300; i++) {
    const n = 1 + chance.integer(3), u = chance.list(n, () => chance.normal(0, 2)), w = chance.normals(n);
    const flow = planar({ u, w, b: chance.normal() }), product = dot(u, w);
    assert.equal(flow.invertible, product >= -1);
    assert.equal(flow.diffeomorphism, product > -1);
    const along = chance.list(400, (k) => dot(w, flow.forward(w.map((x) => (k - 200) / 20 * x / dot(w, w)))));
    // A fold shallower than the grid does not show.
    if (Math.abs(product + 1) < 0.05) continue;
    assert.equal(along.every((y, k) => k === 0 || y > along[k - 1]), product > -1, `w·u = ${product}`);
  }
});

Deno.test("edge: planar flows at and beyond the boundary w·u = −1", () => {
  const boundary = planar({ u: [-0.5, 0.25], w: [2, 0], b: 1 });
  assert.deepEqual([boundary.invertible, boundary.diffeomorphism], [true, false]);
  assert.equal(boundary.logAbsDet([-0.5, 3]), -Infinity);
  assert.deepEqual(boundary.inverse(boundary.forward([-0.5, 3])), [-0.5, 3]);
  const chance = random(306);
  for (let i = 0; i < 200; i++) {
    const height = chance.pick([-1, 1]) * chance.uniform(0.2, 4), z = [(height - 1) / 2, chance.normal()];
    const x = boundary.forward(z), back = boundary.inverse(x);
    back.forEach((value, k) => close(value, z[k], T2, `height ${height}`));
    close(boundary.logAbsDet(z), 2 * Math.log(Math.abs(Math.tanh(height))), T1);
  }
  const folded = planar({ u: [-1.5, 0], w: [2, 1], b: 0 });
  assert.throws(() => folded.inverse([0, 0]), {
    name: "RangeError",
    message: "Cannot invert the planar flow: expected an invertible flow (w·u ≥ −1), got w·u = -3",
  });
  close(folded.logAbsDet([0, 0]), Math.log(2), T1, "|det| where det < 0");
  const translation = planar({ u: [3, -1], w: [0, 0], b: 0.5 }), shift = Math.tanh(0.5);
  assert.deepEqual(translation.forward([1, 1]), [1 + 3 * shift, 1 - shift]);
  assert.equal(translation.logAbsDet([7, 7]), 0);
  translation.inverse(translation.forward([1, 2])).forEach((x, i) => close(x, [1, 2][i], T1));
  assert.ok(translation.diffeomorphism);
});

Deno.test("law: û makes every planar flow invertible, and moves u along w only", () => {
  const chance = random(307);
  for (let i = 0; i < 2000; i++) {
    const n = 1 + chance.integer(4), size = 10 ** chance.uniform(-3, 8);
    const u = chance.list(n, () => chance.normal(0, size)), w = chance.list(n, () => chance.normal(0, 3));
    const moved = constrainPlanar({ u, w });
    assert.equal(planar({ u: moved, w, b: 0 }).invertible, true, `u = ${u}, w = ${w}`);
    const product = dot(w, u), wanted = -1 + Math.max(product, 0) + Math.log1p(Math.exp(-Math.abs(product)));
    const rounding = Number.EPSILON * 16 * (1 + w.reduce((sum, x, k) => sum + Math.abs(x * u[k]), 0));
    assert.ok(Math.abs(dot(w, moved) - wanted) <= rounding, "w·û = m(w·u)");
    const across = moved.map((x, k) => x - u[k]), along = dot(across, w) / dot(w, w);
    const largest = Math.max(...moved.map(Math.abs), ...u.map(Math.abs));
    across.forEach((x, k) => assert.ok(Math.abs(x - along * w[k]) <= 32 * Number.EPSILON * largest));
  }
  assert.deepEqual(constrainPlanar({ u: [3, -4], w: [0, 0] }), [3, -4]);
  const far = constrainPlanar({ u: [-1e10, 3], w: [1, 2] });
  assert.ok(planar({ u: far, w: [1, 2], b: 0 }).invertible);
});

Deno.test("mutant: û divided by ‖w‖ instead of ‖w‖² leaves flows that fold", () => {
  const chance = random(308);
  const folds = chance.list(2000, () => {
    const u = chance.normals(10), w = chance.normals(10), product = dot(w, u);
    const m = -1 + Math.max(product, 0) + Math.log1p(Math.exp(-Math.abs(product)));
    const moved = u.map((x, i) => x + (m - product) * w[i] / Math.hypot(...w));
    return planar({ u: moved, w, b: 0 }).invertible ? 0 : 1;
  });
  const share = folds.reduce<number>((sum, x) => sum + x, 0) / folds.length;
  assert.ok(share > 0.02, `${share} of the flows fold`);
});

Deno.test("edge: flows that flatten the line in a point, or leave it", () => {
  const flat = tanhShift({ amount: -1 });
  assert.equal(flat.logAbsDet(0), -Infinity);
  assert.equal(flat.inverse(0), 0);
  for (const u of [-3, -0.5, 0.7, 20]) close(flat.inverse(flat.forward(u)), u, T2);
  assert.equal(cube().logAbsDet(0), -Infinity);
  assert.equal(cube().inverse(-8), -2);
  assert.equal(leakyRelu({ slope: 0.1 }).logAbsDet(0), 0);
  for (const x of [0, -0, -1, -1e300]) {
    assert.throws(() => exponential().inverse(x), { name: "RangeError", message: /image \(0, Infinity\)/ });
  }
  assert.equal(exponential().forward(-1e4), 0);
  const overflows = [
    () => exponential().forward(1e4),
    () => sinhArcsinh({ epsilon: 0, delta: 0.01 }).forward(1e10),
    () => sinhArcsinh({ epsilon: 0, delta: 100 }).inverse(1e10),
    () => cube().forward(-1e200),
    () => affine1d({ scale: 1e300, shift: 0 }).forward(1e10),
    () => affine1d({ scale: 1e-300, shift: 0 }).inverse(1e10),
    () => leakyRelu({ slope: 1e-300 }).inverse(-1e10),
    () => compose(exponential(), exponential()).forward(10),
  ];
  for (const run of overflows) {
    assert.throws(run, { name: "RangeError", message: /expected a finite result, got -?Infinity/ });
  }
  const lognormal = pushforward(normal1d(0, 1), exponential());
  assert.deepEqual(lognormal.support, [0, Infinity]);
  assert.equal(lognormal.logDensity(-1), -Infinity);
  assert.equal(lognormal.logDensity(0), -Infinity);
  const behind = compose(exponential(), affine1d({ scale: -2, shift: 1 }));
  assert.deepEqual(behind.image, [-Infinity, 1]);
  assert.throws(() => behind.inverse(1), { name: "RangeError", message: /image/ });
  assert.deepEqual(compose(affine1d({ scale: 2, shift: 1 }), leakyRelu({ slope: 2 })).kinks, [-0.5]);
  const far = (Math.log(2) + 200 * Math.LN10 + 0.5) / 0.8 - Math.log(2) - Math.log(0.8) - 200 * Math.LN10;
  close(sinhArcsinh({ epsilon: 0.5, delta: 0.8 }).logAbsDet(1e200), far, T1);
});

Deno.test("edge: radial flows at their centre and boundary", () => {
  const boundary = radial({ z0: [1, 2], alpha: 0.5, beta: -0.5 });
  assert.deepEqual([boundary.invertible, boundary.diffeomorphism], [true, false]);
  assert.equal(boundary.logAbsDet([1, 2]), -Infinity);
  assert.deepEqual(boundary.inverse([1, 2]), [1, 2]);
  const z = [1.5, 1.75];
  boundary.inverse(boundary.forward(z)).forEach((x, i) => close(x, z[i], T2));
  const folded = radial({ z0: [0, 0], alpha: 1, beta: -1.5 });
  assert.deepEqual([folded.invertible, folded.diffeomorphism], [false, false]);
  assert.throws(() => folded.inverse([1, 1]), {
    name: "RangeError",
    message: /invertible.*beta ≥ −alpha.*-1\.5/,
  });
  const line = radial({ z0: [2], alpha: 1, beta: 3 });
  close(line.logAbsDet([2]), Math.log(4), T1);
  close(line.inverse(line.forward([-1e6]))[0], -1e6, T1);
  // far out the shift no longer stretches: no square overflows on the way there
  assert.equal(radial({ z0: [0, 0], alpha: 1, beta: 2 }).logAbsDet([1e200, -1e307]), 0);
});

Deno.test("edge: parameters and points that no flow takes are named", () => {
  const range = (f: () => unknown, message: RegExp) => assert.throws(f, { name: "RangeError", message });
  const type = (f: () => unknown, message: RegExp) => assert.throws(f, { name: "TypeError", message });
  range(() => affine1d({ scale: 0, shift: 1 }), /invertible.*scale 0/);
  range(() => affine1d({ scale: NaN, shift: 1 }), /finite.*NaN/);
  type(() => affine1d(wrong({ scale: 1 })), /shift.*undefined/);
  for (const make of [affine1d, sinhArcsinh, tanhShift, leakyRelu, linear, radial, planar, affineCoupling]) {
    for (const bad of [undefined, null, 3, "x"]) type(() => make(wrong(bad)), /object parameters/);
    type(() => make(wrong({})), /undefined/);
  }
  type(() => constrainPlanar(wrong(null)), /object/);
  range(() => sinhArcsinh({ epsilon: 0, delta: 0 }), /positive delta/);
  range(() => tanhShift({ amount: -1.01 }), /invertible.*-1\.01/);
  for (const slope of [0, -1]) range(() => leakyRelu({ slope }), /invertible.*slope/);
  for (const flow of [affine1d({ scale: 2, shift: 0 }), exponential(), cube(), leakyRelu({ slope: 2 })]) {
    for (const call of [flow.forward, flow.inverse, flow.logAbsDet]) {
      for (const bad of [NaN, Infinity, -Infinity]) range(() => call(bad), /finite/);
      for (const bad of [undefined, null, "1", [1]]) type(() => call(wrong(bad)), /finite number/);
    }
  }
  range(() => linear({ A: [[1, 2], [2, 4]], b: [0, 0] }), /invertible.*singular/);
  range(() => linear({ A: [[1, 2]], b: [0] }), /square/);
  range(() => linear({ A: [[1, 0], [0, 1]], b: [0] }), /b of 2 components, got 1/);
  range(() => radial({ z0: [0], alpha: 0, beta: 1 }), /positive alpha/);
  range(() => radial({ z0: [], alpha: 1, beta: 1 }), /z0/);
  range(() => planar({ u: [1, 2], w: [1], b: 0 }), /w of 2 components, got 1/);
  range(() => planar({ u: [1], w: [Infinity], b: 0 }), /finite/);
  range(() => constrainPlanar({ u: [1, 2], w: [1] }), /w of 2 components/);
  const flows = [planar({ u: [1, 0], w: [1, 0], b: 0 }), radial({ z0: [0, 0], alpha: 1, beta: 1 })];
  flows.push({ ...linear({ A: [[2, 0], [0, 1]], b: [0, 0] }), invertible: true, diffeomorphism: true });
  flows.push({
    ...affineCoupling({ logScale: () => 1, shift: () => 0 }),
    invertible: true,
    diffeomorphism: true,
  });
  for (const flow of flows) {
    for (const call of [flow.forward, flow.inverse, flow.logAbsDet]) {
      range(() => call([1, 2, 3]), /2 components, got 3/);
      range(() => call([1, NaN]), /finite.*NaN/);
      type(() => call(wrong(1)), /array/);
    }
  }
  range(() => affineCoupling({ logScale: () => NaN, shift: () => 0 }).forward([1, 1]), /logScale\(1\).*NaN/);
  range(() => affineCoupling({ logScale: () => 800, shift: () => 0 }).forward([1, 0]), /finite result/);
  type(() => affineCoupling(wrong({ logScale: 1, shift: () => 0 })), /function logScale/);
  range(() => compose(), /flows/);
  type(() => compose(wrong(undefined)), /object flow 0/);
  type(() => invert(wrong(undefined)), /object flow/);
  type(() => invert(wrong({ forward: Math.exp })), /function flow's inverse/);
  type(() => compose(wrong({ forward: Math.exp })), /function flow 0's inverse/);
  type(() => compose({ ...cube(), kinks: wrong(3) }, cube()), /array kinks of flow 0, got 3/);
  range(() => compose(cube(), { ...cube(), kinks: [NaN] }), /finite number kinks of flow 1\[0\], got NaN/);
  range(() => compose({ ...cube(), image: [2, 1] }), /image of flow 0.*from < to, got \[2, 1\]/);
  type(() => compose({ ...cube(), inverse: () => wrong("x") }, cube()), /reaches the kink 0, got "x"/);
  type(() => pushforward(normal1d(0, 1), { ...cube(), kinks: wrong(true) }), /array kinks of map, got true/);
});

Deno.test("edge: typed arrays serve as vectors, and no argument is changed", () => {
  const w = new Float64Array([1.5, -0.5]), z = Object.freeze([0.25, 0.75]);
  const flow = planar({ u: wrong(new Float32Array([0.5, 1])), w: wrong(w), b: 0.25 });
  const x = flow.forward(z);
  assert.ok(Array.isArray(x));
  assert.deepEqual(flow.forward(wrong(new Float64Array(z))), x);
  w[0] = 100;
  assert.deepEqual(flow.forward(z), x);
});

Deno.test("mutant: log det without the absolute value is NaN where the flow turns over", () => {
  const c = -3, det = 1 + c * (1 - Math.tanh(0) ** 2);
  assert.ok(Number.isNaN(Math.log(det)));
  close(planar({ u: [-1.5, 0], w: [2, 1], b: 0 }).logAbsDet([0, 0]), Math.log(Math.abs(det)), T1);
});
