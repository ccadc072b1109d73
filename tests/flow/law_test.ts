import assert from "node:assert/strict";
import { divergence, mass, mixture1d, normal1d, pushforward } from "lib/math/divergence.ts";
import { compose, exponential, invert, planar, tanhShift } from "lib/flow/mod.ts";
import { random } from "lib/math/random.ts";
import { asVector, close, holdsAt, scalarCases, T1, T2, vectorCases } from "./instances.ts";

for (const [kind, make] of Object.entries(scalarCases)) {
  Deno.test(`law: ${kind} goes there and back, its log-dets cancel and are its slope`, () => {
    const chance = random(301);
    for (let i = 0; i < 250; i++) {
      const u = chance.normal(0, 1.5);
      // At a kink differences of any kind look at both sides.
      if (["leakyRelu", "cube", "compose"].includes(kind) && Math.abs(u) < 1e-2) continue;
      holdsAt(asVector(make(chance)), [u]);
    }
  });

  Deno.test(`law: ${kind} keeps the mass 1, and every f-divergence`, () => {
    const chance = random(302);
    for (let i = 0; i < 8; i++) {
      const { name, flow } = make(chance);
      const p = normal1d(chance.normal(), chance.uniform(0.5, 1)),
        q = normal1d(chance.normal(), chance.uniform(0.8, 1.2));
      const P = pushforward(p, flow), Q = pushforward(q, flow);
      close(mass(P), 1, T2, name);
      for (const kind of ["kl", "totalVariation", "chiSquare"] as const) {
        close(divergence(kind, P, Q), divergence(kind, p, q), T2, `${kind} through ${name}`);
      }
    }
  });
}

for (const [kind, make] of Object.entries(vectorCases)) {
  Deno.test(`law: ${kind} goes there and back, its log-dets cancel and are its Jacobian's`, () => {
    const chance = random(303);
    for (let i = 0; i < 250; i++) {
      const flow = make(chance, 1 + i % 4);
      holdsAt(flow, chance.list(flow.n, () => chance.normal(0, 1.5)));
    }
  });

  // The trapezoidal rule is exact to rounding for analytic densities, good to its step squared across the radial
  // flow's kink at z₀.
  const tolerance = kind === "radial" || kind === "compose" ? 2e-3 : T2;
  Deno.test(`law: ${kind} keeps the mass 1 in the plane`, () => {
    const chance = random(304);
    for (let i = 0; i < 3; i++) {
      const { name, flow } = make(chance, 2), sd = 0.7, cells = 240;
      const rim = chance.list(200, (k) => {
        const angle = 2 * Math.PI * k / 200;
        return flow.forward([6.5 * sd * Math.cos(angle), 6.5 * sd * Math.sin(angle)]);
      });
      const [x0, y0, x1, y1] = [Math.min, Math.max].flatMap((pick) =>
        [0, 1].map((k) => pick(...rim.map((x) => x[k])))
      );
      const [dx, dy] = [(x1 - x0) / cells, (y1 - y0) / cells];
      let sum = 0;
      for (let row = 0; row <= cells; row++) {
        for (let column = 0; column <= cells; column++) {
          const u = flow.inverse([x0 + column * dx, y0 + row * dy]);
          sum += Math.exp(-(u[0] ** 2 + u[1] ** 2) / (2 * sd * sd) - flow.logAbsDet(u)) /
            (2 * Math.PI * sd * sd);
        }
      }
      close(sum * dx * dy, 1, tolerance, name);
    }
  });
}

Deno.test("law: KL(P_X ‖ P_F(U)) = KL(P_F⁻¹(X) ‖ P_U), both ways round, for every flow on the line", () => {
  const chance = random(312), base = normal1d(0, 1);
  for (const [kind, make] of Object.entries(scalarCases)) {
    for (let i = 0; i < 4; i++) {
      const { name, flow } = make(chance), other = scalarCases.affine1d(chance).flow;
      // Data on the image of F, of another shape than the model's.
      const data = kind === "exponential"
        ? pushforward(
          mixture1d([{ weight: 0.4, mean: -1, sd: 0.5 }, { weight: 0.6, mean: 0.5, sd: 0.8 }]),
          flow,
        )
        : pushforward(normal1d(0.5, 0.8), compose(flow, tanhShift({ amount: 0.3 })));
      const model = pushforward(base, flow), pulled = pushforward(data, invert(flow));
      close(mass(pulled), 1, T2, name);
      close(divergence("kl", data, model), divergence("kl", pulled, base), T2, `forward KL and ${name}`);
      close(divergence("kl", model, data), divergence("kl", base, pulled), T2, `reverse KL and ${name}`);
      const u = chance.normal(), x = flow.forward(u), back = invert(flow);
      assert.equal(back.forward(x), flow.inverse(x));
      close(back.logAbsDet(x) + flow.logAbsDet(flow.inverse(x)), 0, T1);
      assert.equal(other.forward(invert(other).forward(1)), invert(invert(other)).forward(other.inverse(1)));
    }
  }
  assert.deepEqual(invert(exponential()).domain, [0, Infinity]);
  assert.throws(() => invert(exponential()).forward(-1), { name: "RangeError", message: /image/ });
  assert.deepEqual(compose(exponential(), invert(exponential())).image, [-Infinity, Infinity]);
  const turned = invert(planar({ u: [1, 0], w: [1, 1], b: 0 })), z = [0.25, 1];
  turned.inverse(turned.forward(z)).forEach((value, k) => close(value, z[k], T1));
});

Deno.test("mutant: a log-det of the wrong sign fails the law of flows", () => {
  const good = asVector(scalarCases.sinhArcsinh(random(311)));
  const flow = { ...good.flow, logAbsDet: (u: readonly number[]) => -good.flow.logAbsDet(u) };
  assert.throws(() => holdsAt({ ...good, flow }, [1.2]), { message: /log-det of/ });
});
