import { difference } from "lib/math/difference.ts";
import { random } from "lib/math/random.ts";
import { type EditKind, edits } from "lib/proof/edits.ts";
import { notation } from "lib/proof/notation.ts";
import { parse } from "lib/proof/parse.ts";
import { freshScope, strength, valued } from "lib/proof/strength.ts";
import type { Scope } from "lib/proof/value.ts";
import { editsWords } from "lib/proof/verdict.ts";

/** Single edits of a formula: what they are, and that instances which are too special for them are found out. */

const notes = notation({
  symbols: {
    ...{
      W: "n2 x n1",
      Wp: "n2 x n2",
      X: "n1 x n1 symmetric",
      Xprime: "n1 x n1 symmetric",
      f1: "n2",
      f2: "n2",
    },
    ...{ alpha: "scalar", k: "scalar", v0: "2", s: "scalar" },
  },
  functions: { lik: ["z"], prior: ["z"], q: ["z"] },
  definitions: { F1: "W (X + Xprime) W'", F12: "W X W'" },
  averages: { "f1 f2'": "F12" },
});

const expected: readonly [text: string, kind: EditKind, edit: string][] = [
  ["W X W' - Wp F1", "sign", "W X W' + Wp F1"],
  ["W X W' - Wp F1", "sign", "-W X W' - Wp F1"],
  ["W X W' - Wp F1", "term dropped", "W X W'"],
  ["W X W' - Wp F1", "term dropped", "-Wp F1"],
  ["W X W' - Wp F1", "factor", "W X W' - 2 Wp F1"],
  ["W X W' - Wp F1", "factor", "1/2 W X W' - Wp F1"],
  ["W X W' - Wp F1", "transpose", "W X W' - Wp' F1"],
  ["W X W' - Wp F1", "order", "W X W' - F1 Wp"],
  ["W X W' - Wp F1", "symbol", "W Xprime W' - Wp F1"],
  ["W X W' - Wp F1", "symbol", "W X W' - Wp F12"],
  ["W X W' - Wp F1", "factor dropped", "W X W' - F1"],
  ["F12'", "transpose", "F12"],
  ["1/2 tr(F1)", "factor dropped", "tr(F1)"],
  ["1/2 tr(F1)", "factor", "1/4 tr(F1)"],
  ["kron(X, Wp)", "order", "kron(Wp, X)"],
  ["log(abs(alpha))", "log", "abs(alpha)"],
  ["log(abs(alpha))", "abs", "log(alpha)"],
  ["log(lik(z) / q(z))", "reciprocal", "log(q(z) / lik(z))"],
  ["log(lik(z) / q(z))", "function", "log(prior(z) / q(z))"],
  ["(1 + alpha^2)^k", "exponent", "1 + alpha^2"],
  ["(1 + alpha^2)^k", "exponent", "(1 + alpha^2)^(k - 1)"],
  ["(1 + alpha^2)^k", "sign", "(1 - alpha^2)^k"],
  ["(1 + alpha^2)^k", "term dropped", "(alpha^2)^k"],
  ["(1 + alpha^2)^k", "exponent", "(1 + alpha)^k"],
  ["sqrt(1 + alpha^2)", "exponent", "1 + alpha^2"],
  ["norm(v0)^2", "exponent", "norm(v0)"],
  ["exp(-s alpha)", "sign", "exp(s alpha)"],
  ["Wp + I", "factor", "Wp + 2 I"],
  ["inv(Wp)", "reciprocal", "Wp"],
];

for (const [text, kind, edit] of expected) {
  Deno.test(`edits: ${text} → ${edit}`, () => {
    const inside = text.includes("z)") ? `E(z, ${text})` : text,
      wanted = text.includes("z)") ? `E(z, ${edit})` : edit;
    const found = edits(inside, notes).find((e) => e.text === wanted);
    if (found?.kind !== kind) {
      throw new Error(`${found?.kind} among ${edits(inside, notes).map((e) => e.text).join(" | ")}`);
    }
  });
}

const texts = [
  "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F1))",
  "F12' - Wp F1",
  "kron(Xprime, Wp' Wp + I) + kron(X, (Wp - I)' (Wp - I))",
  "1/2 E(f1, f2, norm(Wp f1 - f2)^2)",
  "E(z, log(lik(z) prior(z) / q(z)))",
  "(1 + alpha^2)^k norm(v0)^2",
  "[1, alpha; -alpha, 1]",
];

Deno.test("edits: every edit is a formula of its own, and none is the text", () => {
  for (const text of texts) {
    const all = edits(text, notes), seen = new Set(all.map((edit) => edit.text));
    if (seen.size !== all.length || seen.has(text)) throw new Error(text);
    for (const edit of all) parse(edit.text, notes);
  }
});

/** The check by values on some instances. */
const byValues = (text: string, cases: readonly Scope[]) => {
  const tree = parse(text, notes);
  return (edit: { tree: ReturnType<typeof parse> }) =>
    cases.some((scope) => {
      const a = valued(tree, notes, scope), b = valued(edit.tree, notes, scope);
      return a !== undefined && (b === undefined || !(difference(a, b) <= 1e-12));
    });
};
const general = (text: string, count = 4) => {
  const source = random(5);
  return Array.from({ length: count }, () => freshScope([parse(text, notes)], notes, source));
};

Deno.test("strength: general instances reject every edit that is another formula", () => {
  for (const text of texts) {
    const found = strength([text], notes, byValues(text, general(text)), { trials: 60 });
    if (found.passed.length > 0) {
      throw new Error(`${text}: ${found.passed.map(({ edit }) => edit.text).join(" | ")}`);
    }
    if (found.rejected !== found.tried || found.tried < 10) {
      throw new Error(`${text}: ${editsWords(found)}`);
    }
  }
});

/** Instances that are too special, and an edit that they can't see. */
const special: readonly [name: string, text: string, unseen: string, narrow: (scope: Scope) => Scope][] = [
  ["X′ = X", "W X W' - Wp F1", "W Xprime W' - Wp F1", (s) => ({ ...s, Xprime: s.X })],
  ["W_p symmetric", "F12 - Wp F1", "F12 - Wp' F1", (s) => {
    const Wp = s.Wp as number[][];
    return { ...s, Wp: Wp.map((row, i) => row.map((x, j) => x + Wp[j][i])) };
  }],
  ["one step", "(1 + alpha^2)^k", "1 + alpha^2", (s) => ({ ...s, k: 1 })],
  ["no learning rate", "[1, alpha; -alpha, 1]", "[1, alpha; alpha, 1]", (s) => ({ ...s, alpha: 0 })],
  ["positive numbers", "abs(alpha)", "alpha", (s) => ({ ...s, alpha: Math.abs(s.alpha as number) })],
  ["unit vectors", "norm(v0)^2", "norm(v0)", (s) => ({ ...s, v0: [0.6, 0.8] })],
  ["1 × 1", "Wp F1", "F1 Wp", (s) => ({ ...s, Wp: [[2]], W: [[3]], X: [[1]], Xprime: [[5]] })],
];

for (const [name, text, unseen, narrow] of special) {
  Deno.test(`strength: instances with ${name} are found out`, () => {
    const found = strength([text], notes, byValues(text, general(text).map(narrow)), { trials: 60 });
    if (!found.passed.some(({ edit }) => edit.text === unseen)) {
      throw new Error(`${editsWords(found)}: ${found.passed.map(({ edit }) => edit.text).join(" | ")}`);
    }
  });
}

Deno.test("strength: what is the same formula is counted apart", () => {
  const text = "tr(Wp F12) + tr(F12 Wp)";
  const found = strength([text], notes, byValues(text, general(text)), { trials: 100 });
  // the two orders; each of the two terms with both factors transposed is no single edit
  if (found.same < 2 || found.passed.length > 0) throw new Error(editsWords(found));
  const words = editsWords({ tried: 41, rejected: 41, same: 3, true: 0 });
  if (words !== "41 of 41 edits (3 are the same formula)") throw new Error(words);
});
