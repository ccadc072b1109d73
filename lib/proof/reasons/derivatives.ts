import type { Algebra } from "../normal/algebra.ts";
import { normalForm } from "../normal/form.ts";
import { moving } from "../normal/operators.ts";
import {
  add,
  asNumber,
  type Atom,
  monomial,
  number,
  ofWord,
  one,
  shapeOf,
  soleAtom,
  type Sum,
  total,
} from "../normal/sum.ts";
import { isScalar } from "../tree.ts";
import type { Reason } from "./reason.ts";

/** The only atom that a derivative is of, and in what. */
function scalarUnder(a: Atom): { of: Atom; by: Atom } | undefined {
  if (a.kind !== "derivative") return undefined;
  const [{ powers, word }] = a.body.terms, of = word.length === 0 ? soleAtom(powers) : undefined;
  return of && { of, by: a.by };
}

const smooth = {
  symbols: {
    W: "n x m",
    A: "n x n",
    B: "m x m",
    C: "m x n",
    w: "n",
    x: "scalar",
    y: "scalar",
    t: "scalar",
    H: "n x n",
  },
  dynamics: { "d(w, t)": "-H w" },
};

export const derivativeOfTrace: Reason = {
  name: "derivative of a trace",
  statement:
    "\\partial_W \\mathrm{tr}(W^\\top A W B) = A W B + A^\\top W B^\\top, \\quad \\partial_W \\mathrm{tr}(A W) = A^\\top",
  brings: ["transpose of a product"],
  rule: () => ({
    atom(a, algebra) {
      const under = scalarUnder(a);
      if (!under || isScalar(under.by)) return undefined;
      const { of, by } = under;
      if (of.kind !== "trace" && of.kind !== "closed") return undefined;
      const { word } = of;
      const isW = (letter: Atom) => letter.key === by.key;
      const isTurned = (letter: Atom) =>
        letter.kind === "transposed" && letter.word.length === 1 && letter.word[0].key === by.key;
      if (word.some((letter) => letter.free.has(by.key) && !isW(letter) && !isTurned(letter))) {
        return undefined;
      }
      // tr(W R) has slope R′, tr(W′ R) has slope R: one term for every place where W stands
      const slopes = word.flatMap((letter, k) => {
        if (!isW(letter) && !isTurned(letter)) return [];
        const rest = [...word.slice(k + 1), ...word.slice(0, k)];
        const R = rest.length > 0
          ? algebra.product(rest.map(one))
          : number(1, { rows: letter.cols, cols: letter.rows });
        return [isW(letter) ? algebra.transpose(R) : R];
      });
      return total(by, slopes);
    },
  }),
  check: {
    notation: smooth,
    follows: [
      ["d(tr(W' A W B), W)", "A W B + A' W B'"],
      ["d(tr(C W), W)", "C'"],
      ["d(tr(W C A), W)", "A' C'"],
      ["d(w' H w, w)", "H w + H' w"],
    ],
    broken: [
      ["d(tr(W' A W B), W)", "2 A W B"],
      ["d(tr(C W), W)", "C"],
      ["d(tr(W' A W B), W)", "A W B"],
      ["d(w' H w, w)", "2 H w"],
    ],
  },
};

export const productRule: Reason = {
  name: "product rule",
  statement: "\\frac{d}{dt}(a\\, b) = \\frac{da}{dt} b + a \\frac{db}{dt}",
  brings: ["transpose of a product"],
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "derivative") return undefined;
      const [only, more] = a.body.terms;
      if (more) return undefined;
      const under = scalarUnder(a);
      if (under && under.of.kind === "closed" && isScalar(a.by)) {
        return wordSlope(under.of.word, a.by, algebra);
      }
      if (under) return undefined;
      const { powers, word } = only;
      const ofPowers = powers.map((p, k) =>
        algebra.product([
          number(p.exponent),
          monomial(
            1,
            p.exponent === 1 ? powers.toSpliced(k, 1) : powers.with(k, { ...p, exponent: p.exponent - 1 }),
          ),
          ofWord(word, a.body),
          algebra.derivative(one(p.atom), a.by),
        ])
      );
      if (word.length === 0) return total(a, ofPowers);
      if (!isScalar(a.by) || word.length === 1 && powers.length === 0) return undefined;
      return add(algebra.multiply(monomial(1, powers), wordSlope(word, a.by, algebra)), ...ofPowers);
    },
  }),
  check: {
    notation: smooth,
    follows: [
      ["d(w' w, t)", "2 w' d(w, t)"],
      ["d(x^3, x)", "3 x^2"],
      ["d(w' A w, t)", "d(w, t)' A w + w' A d(w, t)"],
      ["d(w' H w, t)", "d(w, t)' H w + w' d(H, t) w + w' H d(w, t)"],
      ["d(t w, t)", "w + t d(w, t)"],
    ],
    broken: [
      ["d(w' w, t)", "w' d(w, t)"],
      ["d(w' w, t)", "d(w, t)' d(w, t)"],
      ["d(w' H w, t)", "d(w, t)' H w + w' H d(w, t)"],
      ["d(x^3, x)", "3 x"],
      ["d(x y, x)", "x"],
    ],
  },
};

/** Every letter of a word in its turn differentiated by a scalar. */
function wordSlope(word: readonly Atom[], by: Atom, algebra: Algebra): Sum {
  const names = moving(by, algebra.notation);
  const parts = word.flatMap((letter, k) =>
    [...letter.free].some((name) => names.has(name))
      ? [algebra.product(word.map((other, j) => j === k ? algebra.derivative(one(letter), by) : one(other)))]
      : []
  );
  // none of its letters moves: 0
  return total(shapeOf(word), parts);
}

export const chainRule: Reason = {
  name: "chain rule",
  statement: "\\frac{d}{dt} f(g(t)) = f'(g(t))\\, \\frac{dg}{dt}",
  rule: () => ({
    atom(a, algebra) {
      const single = scalarUnder(a);
      if (single) return ofFunction(single.of, single.by, algebra);
      // a power is a function too
      if (a.kind !== "derivative") return undefined;
      const [only] = a.body.terms;
      if (only.word.length > 0 || only.powers.length !== 1) return undefined;
      const [{ atom: base, exponent }] = only.powers;
      return algebra.product([
        number(exponent),
        algebra.power(one(base), number(exponent - 1)),
        algebra.derivative(one(base), a.by),
      ]);
    },
  }),
  check: {
    notation: smooth,
    follows: [
      ["d(log(x y), x)", "1 / x"],
      ["d(exp(2 y t), t)", "2 y exp(2 y t)"],
      ["d((1 + x)^(1/2), x)", "1/2 / sqrt(1 + x)"],
      ["d(1 / (1 + x), x)", "-1 / (1 + x)^2"],
    ],
    broken: [
      ["d(log(x y), x)", "1 / (x y)"],
      ["d(exp(2 y t), t)", "exp(2 y t)"],
      ["d(1 / (1 + x), x)", "1 / (1 + x)^2"],
      ["d(exp(x)^2, x)", "exp(x)^2"],
    ],
  },
};

function ofFunction(f: Atom, by: Atom, algebra: Algebra): Sum | undefined {
  if (f.kind === "reciprocal") {
    const slope = algebra.derivative(f.of, by);
    return algebra.product([number(-1), algebra.power(f.of, number(-2)), slope]);
  }
  if (f.kind === "power" && asNumber(f.exponent)) {
    const below = add(f.exponent, number(-1));
    return algebra.product([f.exponent, algebra.power(f.base, below), algebra.derivative(f.base, by)]);
  }
  if (f.kind !== "apply" || algebra.notation.functions.has(f.name)) return undefined;
  const [g] = f.args;
  const slope = f.name === "log"
    ? algebra.power(g, number(-1))
    : f.name === "exp"
    ? algebra.apply("exp", [g])
    : f.name === "sin"
    ? algebra.apply("cos", [g])
    : f.name === "cos"
    ? algebra.multiply(number(-1), algebra.apply("sin", [g]))
    : undefined;
  return slope && algebra.multiply(slope, algebra.derivative(g, by));
}

export const theDynamics: Reason = {
  name: "the dynamics",
  statement: "\\dot w = -H w, \\text{ as the question gives it}",
  rule: (notation) => ({
    atom(a, algebra) {
      if (a.kind !== "derivative" || a.by.kind !== "symbol") return undefined;
      const { by } = a;
      const law = notation.dynamics.find((d) => d.by === by.name && a.body.key === d.of);
      return law && normalForm(law.rate, algebra);
    },
  }),
  refuses: (notation) => notation.dynamics.length > 0 ? undefined : "no dynamics are given here",
  check: {
    notation: smooth,
    follows: [["d(w, t)", "-H w"], ["w' d(w, t)", "-w' H w"]],
    broken: [["d(w, t)", "H w"], ["d(w, t)", "-H' w"], ["d(x, t)", "-H w"]],
  },
};
