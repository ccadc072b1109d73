import assert from "node:assert/strict";
import { type Rational, rational, rationalMatrices as R } from "lib/math/exact.ts";
import type { Random } from "lib/math/random.ts";
import { type Proof, proof } from "lib/proof/proof.ts";
import { rejectedWords } from "lib/proof/verdict.ts";

/** A proof rejects every single edit of its lines, and is defective where it can't. */

const any = (random: Random, rows: number, columns: number) =>
  random.list(rows, () => random.list(columns, () => random.rational()));

/** Two data points with two views each, every pair of views of a point: x₁ and x₂ are exchangeable. */
function views(random: Random) {
  const [W, Wp] = [any(random, 2, 3), any(random, 2, 2)], weight = rational(1, 8);
  const pairs = [1, 2].flatMap(() => {
    const two = [any(random, 3, 1), any(random, 3, 1)];
    return two.flatMap((a) => two.map((b) => [a, b]));
  });
  const mean = (f: (a: Rational[][], b: Rational[][]) => Rational[][]) =>
    pairs.map(([a, b]) => R.scale(weight, f(a, b))).reduce((A, B) => R.add(A, B));
  const X = mean((a, b) => R.mul(a, R.transpose(b))), C = mean((a) => R.mul(a, R.transpose(a)));
  const law = pairs.map(([a, b]) => ({ weight, f1: R.mul(W, a).flat(), f2: R.mul(W, b).flat() }));
  return { W, Wp, X, Xprime: R.sub(C, X), E: { "f1, f2": law } };
}

const expansion: Proof<ReturnType<typeof views>> = {
  statement: "the expected square becomes four traces",
  evidence: "exact",
  instances: 6,
  instance: views,
  notation: {
    symbols: {
      ...{ W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" },
      ...{ f1: "n2", f2: "n2" },
    },
  },
  lines: [
    ["1/2 E(f1, f2, norm(Wp f1 - f2)^2)"],
    ["1/2 E(f1, f2, (f1' Wp' - f2') (Wp f1 - f2))", ["norm as a product", "transpose of a product"]],
    ["1/2 E(f1, f2, f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)"],
    [
      "1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(Wp' f2 f1') - tr(Wp f1 f2') + tr(f2 f2'))",
      ["a scalar is its trace", "cyclic trace"],
    ],
  ],
};

Deno.test("edited: every single edit of every line is rejected, by value or by reason", () => {
  const verdict = proof("5.1.f", expansion);
  assert.equal(verdict.status, "holds", verdict.because ?? "");
  const { tried, rejected } = verdict.edits!;
  assert.ok(tried > 100 && rejected === tried, rejectedWords(verdict));
  assert.match(rejectedWords(verdict), /^rejected \d+ of \d+ edits \(\d+ are the same formula\)$/);
});

Deno.test("edited: beside ≤ a weaker bound is rejected by its reason", () => {
  const verdict = proof("5.3", {
    statement: "the squared norm falls",
    evidence: "closed form",
    instances: 20,
    instance: (random) => {
      const [a, b] = [random.uniform(0.5, 2), random.uniform(0.5, 2)];
      return { H: [[a + 1, 0.3], [0.3, b + 1]], w: random.normals(2), lambda0: 0.4 };
    },
    notation: {
      symbols: { H: "n x n symmetric", w: "n", lambda0: "scalar", t: "scalar" },
      dynamics: { "d(w, t)": "-H w" },
    },
    lines: [["1/2 d(w' w, t)"], ["w' d(w, t)", "product rule"], ["-w' H w", "the dynamics"], [
      "-lambda0 w' w",
      "smallest eigenvalue",
      "≤",
    ]],
  });
  assert.equal(verdict.status, "holds", verdict.because ?? "");
  assert.equal(verdict.edits!.rejected, verdict.edits!.tried);
});

Deno.test("mutant: instances that are too special make a proof defective where reasons can't help", () => {
  const verdict = proof("one", {
    statement: "a line that code computes is held by its value alone",
    evidence: "closed form",
    instances: 20,
    // never any other learning rate
    instance: () => ({ alpha: 1 }),
    notation: { symbols: { alpha: "scalar" } },
    lines: [["(1 + alpha^2) / 2"], { tex: "1", because: "measured", value: () => 1 }],
  });
  assert.equal(verdict.status, "defective");
  assert.match(verdict.because!, /can't tell line 1 from/);
});
