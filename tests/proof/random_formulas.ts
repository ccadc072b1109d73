import { type Rational, rational } from "lib/math/exact.ts";
import { type Random } from "lib/math/random.ts";
import { type NotationSpec } from "lib/proof/notation.ts";
import type { Scope } from "lib/proof/value.ts";
import { maps } from "./maps.ts";

/** Random formulas of every kind, with worlds in which every declared fact is true. */
export interface Family {
  readonly spec: NotationSpec;
  /** Reasons that speak of it. */
  readonly reasons: readonly string[];
  formula(random: Random): string;
  scope(random: Random): Scope;
  /** Whether its values are rational: then they must agree exactly. */
  readonly exact: boolean;
}

type Shape = readonly [rows: string, cols: string];
const SCALAR: Shape = ["1", "1"];
const pickOne = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)];
const small = (random: Random): Rational => rational(random.integer(9) - 4, 1 + random.integer(3));
const positive = (random: Random): Rational => rational(1 + random.integer(9), 1 + random.integer(4));
const table = (random: Random, rows: number, cols: number) =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => small(random)));
const vector = (random: Random, n: number) => table(random, n, 1).map(([x]) => x);
const same = (a: Shape, b: Shape) => a[0] === b[0] && a[1] === b[1];
const transposed = (A: readonly (readonly Rational[])[]) => A[0].map((_, j) => A.map((row) => row[j]));
const product = (A: readonly (readonly Rational[])[], B: readonly (readonly Rational[])[]) =>
  A.map((row) => B[0].map((_, j) => row.reduce((s, x, k) => s.add(x.mul(B[k][j])), rational(0))));

/** Matrices and vectors: traces, transposes, expectations, derivatives, stacked columns. */
const letters: Readonly<Record<string, Shape>> = {
  ...{
    A: ["n", "m"],
    B: ["m", "n"],
    C: ["n", "n"],
    S: ["n", "n"],
    D: ["m", "m"],
    F: ["n", "n"],
    G: ["n", "n"],
  },
  ...{
    u: ["n", "1"],
    v: ["n", "1"],
    p: ["m", "1"],
    f: ["n", "1"],
    g: ["n", "1"],
    w: ["n", "1"],
    e: ["n", "1"],
  },
};

function matrixText(random: Random, [rows, cols]: Shape, depth: number, bound: boolean): string {
  const again = (shape: Shape, inside = bound) => matrixText(random, shape, depth - 1, inside);
  const scalar = rows === "1" && cols === "1";
  const own = Object.entries(letters).filter(([name, shape]) =>
    same(shape, [rows, cols]) && (bound || !["f", "g"].includes(name))
  ).map(([name]) => name);
  const turned = Object.entries(letters).filter(([name, [r, c]]) =>
    same([c, r], [rows, cols]) && (bound || !["f", "g"].includes(name))
  ).map(([name]) => `${name}'`);
  const leaves = scalar ? ["a", "b", "x", String(1 + random.integer(3)), "1/2"] : [...own, ...turned];
  if (depth === 0 && leaves.length > 0) return pickOne(random, leaves);
  const inner = pickOne(random, ["n", "m", "1", "n"]);
  const kinds: (() => string)[] = [
    () => `(${again([rows, cols])} + ${again([rows, cols])})`,
    () => `(${again([rows, cols])} - ${again([rows, cols])})`,
    () => `(${again(SCALAR)}) (${again([rows, cols])})`,
    () => `(${again([rows, inner])}) (${again([inner, cols])})`,
    () => `(${again([rows, inner])}) (${again([inner, cols])})`,
    () => scalar ? `(${again(["1", "n"])} (${again(["n", "1"])}))'` : `(${again([cols, rows])})'`,
    ...(rows === cols && !scalar ? [() => "I", () => `(${again([rows, cols])})^2`] : []),
    ...(bound ? [] : [() => `E(f, g, ${again([rows, cols], true)})`]),
    ...(scalar
      ? [
        () => `tr(${again(pickOne(random, [["n", "n"], ["m", "m"], SCALAR] as const))})`,
        () => `tr((${again(["n", "n"])}) (${again(["n", "n"])}) (${again(["n", "n"])}))`,
        () =>
          `tr(${pickOne(random, ["C", "F", "S", "C'"])} ${pickOne(random, ["F", "S", "F'"])} ${
            again(["n", "n"])
          })`,
        () =>
          `vec(${again(["n", "m"])})' kron(${again(["m", "m"])}, ${again(["n", "n"])}) vec(${
            again(["n", "m"])
          })`,
        () => bound ? "f' C g" : `E(f, g, f' (${again(["n", "n"], true)}) g)`,
        () => `norm(${again(pickOne(random, [["n", "1"], ["m", "n"]] as const))})^2`,
        () => `(${again(SCALAR)})^${1 + random.integer(3)}`,
        () => `det([${again(SCALAR)}, ${again(SCALAR)}; ${again(SCALAR)}, ${again(SCALAR)}])`,
        () => `(vec(${again(["n", "m"])}))' vec(${again(["n", "m"])})`,
        () => `(${again(SCALAR)}) / (1 + a^2)`,
        () => `sum(k, h(k) (${again(SCALAR)}))`,
        ...(bound ? [] : [
          () => `d(${again(SCALAR, false)}, x)`,
          () => `d(x (${again(SCALAR, false)}), x)`,
          () => `d(x (x + t) (w' ${pickOne(random, ["w", "u", "C w"])}), ${pickOne(random, ["x", "t"])})`,
          () => `d(${again(SCALAR, false)}, t)`,
        ]),
      ]
      : []),
    ...(rows === "n" && cols === "n"
      ? [
        () => `(A B)`,
        () => bound ? "f g'" : `E(f, g, f g')`,
        () => bound ? "C" : `d(${again(SCALAR, false)}, C)`,
      ]
      : []),
    ...(rows === "n" && cols === "1"
      ? [() => `C e`, ...(bound ? [] : [() => `d(w, t)`, () => `d(${again(["n", "1"], false)}, t)`])]
      : []),
  ];
  return depth === 0 ? `(${again([rows, "n"])}) (${again(["n", cols])})` : pickOne(random, kinds)();
}

const matrices: Family = {
  exact: true,
  reasons: [
    ...["norm as a product", "transpose of a product", "a scalar is its trace", "cyclic trace"],
    ...[
      "trace of a transpose",
      "symmetric S",
      "linearity of expectation",
      "definition of F",
      "definition of G",
    ],
    ...[
      "stack columns",
      "determinant of a 2 x 2 matrix",
      "derivative of a trace",
      "product rule",
      "chain rule",
    ],
    ...["the dynamics", "eigenvalue equation"],
  ],
  spec: {
    symbols: {
      ...Object.fromEntries(
        Object.entries(letters).filter(([name]) => name !== "G").map(([name, [r, c]]) => [
          name,
          name === "S" ? "n x n symmetric" : c === "1" ? r : `${r} x ${c}`,
        ]),
      ),
      ...{ a: "scalar", b: "scalar", x: "scalar", t: "scalar", k: "scalar", lambda: "scalar" },
    },
    functions: { h: ["k"] },
    definitions: { G: "A B + x S" },
    averages: { "f g'": "F" },
    dynamics: { "d(w, t)": "-S w" },
    eigen: { C: ["lambda", "e"] },
  },
  formula: (random) =>
    matrixText(
      random,
      pickOne(random, [SCALAR, SCALAR, ["n", "n"], ["n", "1"], ["n", "m"]] as const),
      3,
      false,
    ),
  scope: (random) => {
    const n = 1 + random.integer(4),
      m = 1 + random.integer(5),
      half = table(random, n, n),
      lambda = small(random);
    const pairs = [1, 2, 3].map((k) => ({
      weight: rational(k, 6),
      f: vector(random, n),
      g: vector(random, n),
    }));
    const means = pairs.map(({ weight, f, g }) => f.map((x) => g.map((y) => x.mul(y).mul(weight))));
    // C has eigenvector e: C = λ e y′ / (y′ e) + M (I − e y′ / (y′ e))
    const e = vector(random, n).map((x) => x.add(5)), y = e.map(() => positive(random));
    const ye = e.reduce((s, x, i) => s.add(x.mul(y[i])), rational(0));
    const project = e.map((x) => y.map((z) => x.mul(z).div(ye))), M = table(random, n, n);
    const rest = M.map((row, i) => row.map((x, j) => x.sub(product(M, project)[i][j])));
    return {
      ...{ a: small(random), b: small(random), x: small(random), t: small(random), lambda },
      ...{ A: table(random, n, m), B: table(random, m, n), D: table(random, m, m) },
      C: rest.map((row, i) => row.map((x, j) => x.add(project[i][j].mul(lambda)))),
      S: half.map((row, i) => row.map((x, j) => x.add(transposed(half)[i][j]))),
      F: means.reduce((sum, M2) => sum.map((row, i) => row.map((x, j) => x.add(M2[i][j])))),
      ...{ u: vector(random, n), v: vector(random, n), w: vector(random, n), p: vector(random, m), e },
      E: {
        "f, g": pairs,
        f: pairs.map(({ weight, f }) => ({ weight, f })),
        g: pairs.map(({ weight, g }) => ({ weight, g })),
      },
      // k_1, …: what nested sums are called where a form is written back
      sum: Object.fromEntries(
        ["k", "k_1", "k_2", "k_3", "k_4"].map((name) => [name, [rational(1), rational(2), rational(1, 3)]]),
      ),
      h: (k: Rational) => k.add(1).div(2),
    };
  },
};

/** Laws over a finite z: logarithms, exponentials, Bayes. */
function lawText(random: Random, depth: number, bound: boolean): string {
  const again = (inside = bound) => lawText(random, depth - 1, inside);
  const functions = bound ? ["q(z)", "lik(z)", "prior(z)", "post(z)", "lik(z) prior(z)"] : [];
  if (depth === 0) return pickOne(random, ["a", "b", "evidence", "2", "1/3", ...functions, ...functions]);
  return pickOne(random, [
    () => `(${again()} + ${again()})`,
    () => `(${again()} - ${again()})`,
    () => `(${again()}) (${again()})`,
    () => `(${again()}) (${again()})`,
    () => `(${again()})^${1 + random.integer(2)}`,
    () => `(${again()}) / (${positiveText(random, depth - 1, bound)})`,
    () => `log(${positiveText(random, depth - 1, bound)})`,
    () => `log(${positiveText(random, depth - 1, bound)})`,
    () => `exp((${again()}) / 50)`,
    () => `sqrt(${positiveText(random, depth - 1, bound)})`,
    ...(bound ? [] : [() => `E(z, ${again(true)})`, () => `E(z, ${again(true)})`]),
    () => bound ? "q(z)" : `sum(z, ${again(true)})`,
    () => bound ? "KL" : `d(${lawText(random, depth - 1, false)}, b)`,
  ])();
}

function positiveText(random: Random, depth: number, bound: boolean): string {
  const again = () => positiveText(random, depth - 1, bound);
  const functions = bound ? ["q(z)", "lik(z)", "prior(z)", "post(z)"] : [];
  if (depth <= 0) return pickOne(random, ["a", "b", "evidence", "2", "6", ...functions, ...functions]);
  return pickOne(random, [
    () => `(${again()}) (${again()})`,
    () => `(${again()}) / (${again()})`,
    () => `(${again()})^${1 + random.integer(3)}`,
    () => `(${again()})^a`,
    () => `(${again()} + ${again()})`,
    () => `sqrt(${again()})`,
    () => `exp(${lawText(random, 0, bound)} / 9)`,
    ...(bound ? [] : [() => `E(z, ${positiveText(random, depth - 1, true)})`]),
  ])();
}

const laws: Family = {
  exact: false,
  reasons: [
    ...["logarithm of a product", "exponential of a sum", "Bayes", "linearity of expectation"],
    ...["definition of KL", "chain rule", "product rule"],
  ],
  spec: {
    symbols: { a: "scalar", b: "scalar", z: "scalar", evidence: "scalar" },
    functions: { q: ["z"], lik: ["z"], prior: ["z"], post: ["z"] },
    definitions: { KL: "E(z, log(q(z) / post(z)))" },
  },
  formula: (random) => lawText(random, 4, false),
  scope: (random) => {
    const K = 2 + random.integer(3), list = () => Array.from({ length: K }, () => random.uniform(0.2, 2));
    const [q, prior, lik] = [list(), list(), list()], total = q.reduce((a, b) => a + b);
    const evidence = prior.reduce((s, p, z) => s + p * lik[z], 0);
    const at = (values: readonly number[]) => (z: number) => values[z];
    return {
      ...{ a: random.uniform(0.3, 2), b: random.uniform(0.3, 2), evidence },
      ...{ q: at(q.map((x) => x / total)), prior: at(prior), lik: at(lik) },
      post: at(prior.map((p, z) => p * lik[z] / evidence)),
      E: { z: q.map((weight, z) => ({ weight: weight / total, z })) },
      sum: { z: q.map((_, z) => z) },
    };
  },
};

/** A map u ↦ x between two finite sets of nodes, whose weights are changed by the determinant. */
function flowText(random: Random, depth: number, at: "x" | "u" | undefined): string {
  const again = (inner = at) => flowText(random, depth - 1, inner);
  const own = at === "x"
    ? ["pX(x)", "pF(x)", "pU(Finv(x))", "detInv(x)", "pX(F(Finv(x)))", "det(Finv(x))", "pBack(Finv(x))"]
    : at === "u"
    ? ["pU(u)", "pBack(u)", "pX(F(u))", "pF(F(u))", "det(u)", "detInv(F(u))", "pU(Finv(F(u)))"]
    : ["c", "2"];
  if (depth === 0) return pickOne(random, own);
  return pickOne(random, [
    () => `(${again()} + ${again()})`,
    () => `(${again()}) (${again()})`,
    () => `(${again()}) (${again()})`,
    () => `(${again()}) / (${flowText(random, 0, at)})`,
    ...(at ? [() => `phi((${again()}) / (${flowText(random, 0, at)}))`] : []),
    ...(at ? [] : [
      () => `integral(x, ${again("x")})`,
      () => `integral(u, ${again("u")})`,
      () => `E(x, ${again("x")})`,
      () => `E(u, ${again("u")})`,
    ]),
    () => at === "x" ? "pX(x) pX(x)" : at === "u" ? "pU(u) / det(u)" : `integral(x, ${again("x")})`,
  ])();
}

const flows: Family = {
  exact: true,
  reasons: ["change of variables", "inverse function theorem", "definition of expectation"],
  spec: {
    symbols: { c: "scalar" },
    laws: { x: "pX", u: "pU" },
    functions: {
      ...maps,
      phi: ["r"],
    },
  },
  formula: (random) => flowText(random, 4, undefined),
  scope: (random) => {
    const nodes = [1, 2, 3].map((k) => ({ u: rational(k), x: rational(2 * k + 1), det: positive(random) }));
    const find = (key: "u" | "x", value: Rational) => nodes.find((node) => node[key].equals(value))!;
    const pX = new Map(nodes.map(({ x }) => [x.toFraction(), positive(random)]));
    const pU = new Map(nodes.map(({ u }) => [u.toFraction(), positive(random)]));
    const [X, U] = [(x: Rational) => pX.get(x.toFraction())!, (u: Rational) => pU.get(u.toFraction())!];
    const det = (u: Rational) => find("u", u).det,
      detInv = (x: Rational) => rational(1).div(find("x", x).det);
    const [F, Finv] = [(u: Rational) => find("u", u).x, (x: Rational) => find("x", x).u];
    const weights = nodes.map(() => positive(random));
    return {
      ...{ c: positive(random), pX: X, pU: U, det, detInv, F, Finv, phi: (r: Rational) => r.mul(r).add(1) },
      pF: (x: Rational) => U(Finv(x)).mul(detInv(x)),
      pBack: (u: Rational) => X(F(u)).mul(det(u)),
      E: {
        u: nodes.map(({ u }, k) => ({ weight: weights[k].mul(U(u)), u })),
        x: nodes.map(({ x, det: stretch }, k) => ({ weight: weights[k].mul(stretch).mul(X(x)), x })),
      },
      integral: {
        u: nodes.map(({ u }, k) => ({ weight: weights[k], u })),
        x: nodes.map(({ x, det: stretch }, k) => ({ weight: weights[k].mul(stretch), x })),
      },
    };
  },
};

export const families: readonly Family[] = [matrices, laws, flows];
