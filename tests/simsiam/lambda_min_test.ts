import assert from "node:assert/strict";
import * as L from "lib/math/linalg.ts";
import { random } from "lib/math/random.ts";
import type { Matrix } from "lib/math/types.ts";
import { curvature, lambdaMin } from "lib/simsiam/mod.ts";
import data from "../../data/simsiam.json" with { type: "json" };
import { instance, near } from "./instances.ts";

/** Closed forms in float64. */
const T1 = 1e-12;
/** What `lambdaMin` promises, relative to ‖H‖. */
const T2 = 1e-9;

/** sin(seed + 1.7 i + 2.3 j + i j), as in the program that made the reference numbers. */
const wave = (seed: number, rows: number, columns: number) =>
  Array.from(
    { length: rows },
    (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(seed + 1.7 * i + 2.3 * j + i * j)),
  );

Deno.test("reference: λ_min of curvatures up to 60 × 40 within 1e-9 ‖H‖, by NumPy on the dense matrix", () => {
  for (
    const { n1, n2, rankX, rankXprime, sizeXprime, sizeWp, shift, lambdaMin: wanted, norm } of data.lambdaMin
  ) {
    const gram = (A: number[][], c: number) => L.scale(c / n1, L.matmul(A, L.transpose(A)));
    const X = gram(wave(1, n1, rankX), 1), Xprime = gram(wave(2, n1, rankXprime), sizeXprime);
    const Wp = L.add(L.scale(sizeWp / Math.sqrt(n2), wave(3, n2, n2)), L.scale(shift, L.identity(n2)));
    near(lambdaMin({ Wp, X, Xprime }) / norm, wanted / norm, T2, `${n1} × ${n2}`);
  }
});

Deno.test("second engine: λ_min where modes commute, in closed form, beyond the size that is formed", () => {
  const n1 = 30,
    n2 = 12,
    r = random(6),
    p = r.list(n2, () => r.uniform(-0.5, 1.5)),
    x = r.list(n1, () => r.uniform()),
    y = r.list(n1, () => r.uniform(0.01, 0.3));
  const wanted = Math.min(...p.flatMap((q) => x.map((a, i) => y[i] * (q * q + 1) + a * (q - 1) ** 2)));
  near(lambdaMin({ Wp: L.diagonal(p), X: L.diagonal(x), Xprime: L.diagonal(y) }), wanted, T1, "diagonal");
  const general = { ...instance(r, n1, n2), Wp: r.normalMatrix(n2, n2) };
  const lowest = L.eigenvaluesSymmetric(general.Xprime)[0], sigma = L.singularValues(general.Wp)[n2 - 1];
  near(lambdaMin({ ...general, X: L.scale(0, general.X) }), lowest * (1 + sigma * sigma), T1, "X = 0");
  near(lambdaMin({ ...general, Wp: L.identity(n2) }), 2 * lowest, T1, "W_p = I");
  near(
    lambdaMin({ ...general, Xprime: L.scale(0, general.X), X: L.scale(0, general.X) }),
    0,
    T1,
    "X = X′ = 0",
  );
  const kernel = L.subtract(
    L.identity(n1),
    L.scale(1 / n1, L.outer(new Array(n1).fill(1), new Array(n1).fill(1))),
  );
  near(
    lambdaMin({ ...general, X: kernel, Xprime: L.matmul(L.matmul(kernel, general.Xprime), kernel) }),
    0,
    T2,
    "X + X′ singular",
  );
});

Deno.test("second engine: λ_min against the formed matrix's spectrum, odd sizes, low ranks, clusters, doubled spectra", () => {
  for (const [n1, n2] of [[1, 65], [65, 1], [2, 33], [5, 17], [17, 5], [13, 9], [9, 16]]) {
    const r = random(100 * n1 + n2), general = instance(r, n1, n2);
    const twice = (A: number[][]) => L.kron(L.identity(2), A);
    const kinds = {
      general,
      "X of rank 1": instance(r, n1, n2, 1, n1),
      "X′ of rank 1": instance(r, n1, n2, n1, 1),
      "both of rank n1 / 2": instance(r, n1, n2, Math.ceil(n1 / 2), Math.ceil(n1 / 2)),
      "X′ = 0": { ...general, Xprime: L.scale(0, general.X) },
      "X = 0": { ...general, X: L.scale(0, general.X) },
      "X′ tiny": { ...general, Xprime: L.scale(1e-9, general.Xprime) },
      "every eigenvalue twice": { Wp: general.Wp, X: twice(general.X), Xprime: twice(general.Xprime) },
      "X′ near a multiple of I": {
        ...general,
        Xprime: L.add(L.identity(n1), L.scale(1e-6, general.Xprime)),
        X: L.scale(1e-6, general.X),
      },
      "W_p near I": { ...general, Wp: L.add(L.identity(n2), L.scale(1e-6, general.Wp)) },
    };
    for (const [name, at] of Object.entries(kinds)) {
      const all = L.eigenvaluesSymmetric(curvature(at));
      near(lambdaMin(at) / all[all.length - 1], all[0] / all[all.length - 1], T2, `${name}, ${n1} × ${n2}`);
    }
  }
});

Deno.test("law: the same point gives the same bits, whatever ran before", () => {
  const at = instance(random(8), 20, 17), first = lambdaMin(at);
  lambdaMin(instance(random(9), 33, 12));
  assert.equal(lambdaMin(at), first);
});

Deno.test("law: λ_min(H) ≥ λ_min(X′)(1 + σ_min(W_p)²) + λ_min(X) σ_min(W̃_p)², 0 where a null vector says so", () => {
  const r = random(7);
  for (let trial = 0; trial < 200; trial++) {
    const n1 = 1 + r.integer(4),
      n2 = 1 + r.integer(4),
      at = instance(r, n1, n2, 1 + r.integer(n1 + 1), 1 + r.integer(n1 + 1));
    const last = (A: Matrix) => L.singularValues(A)[n2 - 1], tilde = L.subtract(at.Wp, L.identity(n2));
    const bound = L.eigenvaluesSymmetric(at.Xprime)[0] * (1 + last(at.Wp) ** 2) +
      L.eigenvaluesSymmetric(at.X)[0] * last(tilde) ** 2;
    assert(lambdaMin(at) >= bound - T1);
  }
  const u = [1, -1, 0], Wp = [[2, 1, 0], [1, 2, 0], [0, 0, 3]];
  near(L.apply(L.subtract(Wp, L.identity(3)), u), [0, 0, 0], T1);
  near(lambdaMin({ Wp, X: L.identity(2), Xprime: [[1, 0], [0, 0]] }), 0, T1);
});
