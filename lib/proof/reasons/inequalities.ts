import { type Rational, rational } from "../../math/exact.ts";
import type { Algebra } from "../normal/algebra.ts";
import { normalForm } from "../normal/form.ts";
import { lawsOf } from "../normal/operators.ts";
import {
  add,
  type Atom,
  atomsOf,
  collect,
  negate,
  number,
  one,
  scale,
  subtract,
  type Sum,
  type Term,
  term,
} from "../normal/sum.ts";
import type { Reason } from "./reason.ts";

/**
 * Reasons for ≤ and ≥. Each offers facts: sums that are not negative, made to take a term of the difference away.
 * Where the difference is a sum of facts, the inequality follows.
 */

const SCALAR = { rows: 1, cols: 1 };

/** A term as a positive factor times one atom: 2 e^t · (w′Hw). Undefined where the factor may be negative. */
function positiveTimes(t: Term, chosen: Atom): Sum | undefined {
  const rest = t.powers.filter(({ atom }) => atom.key !== chosen.key);
  const own = t.powers.find(({ atom }) => atom.key === chosen.key);
  const positive = rest.every(({ atom, exponent }) =>
    exponent % 2 === 0 || atom.kind === "apply" && atom.name === "exp"
  );
  if (own?.exponent !== 1 || !positive || t.word.length > 0) return undefined;
  return collect(SCALAR, [term(t.coefficient.abs(), rest)]);
}

const isPositive = (t: Term) => t.coefficient.s > 0n;

export const smallestEigenvalue: Reason = {
  name: "smallest eigenvalue",
  statement:
    "w^\\top H w \\ge \\lambda_0\\, w^\\top w \\text{ for symmetric } H \\text{ with } \\lambda_{\\min}(H) \\ge \\lambda_0",
  refuses(notation) {
    const bounds = Object.entries(boundsOf(notation));
    const fits = bounds.some(([low, H]) =>
      notation.symbols.has(low) && notation.symbols.get(H)?.symmetric === true
    );
    return fits ? undefined : "no symmetric matrix with a bound on its eigenvalues is declared here";
  },
  facts(difference, algebra) {
    return Object.entries(boundsOf(algebra.notation)).flatMap(([low, H]) =>
      algebra.notation.symbols.get(H)?.symmetric
        ? difference.terms.filter(isPositive).flatMap((t) =>
          t.powers.flatMap(({ atom }) => quadratic(t, atom, low, H, algebra))
        )
        : []
    );
  },
  check: {
    notation: {
      symbols: { H: "n x n symmetric", K: "n x n symmetric", w: "n", v: "n", lambda0: "scalar", t: "scalar" },
      bounds: { lambda0: "H" },
    },
    follows: [["-w' H w", "-lambda0 w' w", "≤"], ["2 v' H v", "2 lambda0 v' v", "≥"], [
      "-exp(t) w' H w",
      "-exp(t) lambda0 w' w",
      "≤",
    ]],
    broken: [
      ["-w' H w", "-lambda0 w' w", "≥"],
      ["-w' K w", "-lambda0 w' w", "≤"],
      ["-w' H w", "-2 lambda0 w' w", "≤"],
      ["-w' H v", "-lambda0 w' v", "≤"],
      ["-t w' H w", "-t lambda0 w' w", "≤"],
      ["-w' H w", "-lambda0 w' w"],
    ],
  },
};

const boundsOf = ({ spec, symbols }: Algebra["notation"]): Readonly<Record<string, string>> =>
  spec.bounds ?? (symbols.has("lambda0") && symbols.has("H") ? { lambda0: "H" } : {});

/** x′Hx − λ₀ x′x, where an atom is the row … column x′Hx. */
function quadratic(t: Term, a: Atom, low: string, H: string, algebra: Algebra): Sum[] {
  if (a.kind !== "closed") return [];
  const at = a.word.findIndex((letter) => letter.kind === "symbol" && letter.name === H);
  const factor = positiveTimes(t, a);
  if (at < 1 || at === a.word.length - 1 || !factor) return [];
  const product = (letters: readonly Atom[]) =>
    algebra.word(letters, { rows: letters[0].rows, cols: letters.at(-1)!.cols });
  const row = product(a.word.slice(0, at)), x = product(a.word.slice(at + 1));
  const turned = new Set([algebra.transpose(x).key, ...turnedKeys(a.word.slice(at + 1), algebra)]);
  if (!turned.has(row.key)) return [];
  algebra.conditions.add(`${low} ≤ λ_min(${H})`);
  const fact = subtract(one(a), algebra.multiply(algebra.symbol(low), algebra.multiply(row, x)));
  return [algebra.multiply(factor, fact)];
}

/** The transpose of a word, letter by letter. */
function turnedKeys(word: readonly Atom[], algebra: Algebra): string[] {
  const letters = [...word].reverse().map((a) => algebra.transpose(one(a)));
  return [algebra.product(letters).key];
}

/** Functions with a known curvature: f(E X) against E f(X). */
const curvature: Readonly<Record<string, "concave" | "convex">> = {
  log: "concave",
  exp: "convex",
  sqrt: "concave",
};

export const jensen: Reason = {
  name: "Jensen",
  statement:
    "\\mathbb{E} \\log X \\le \\log \\mathbb{E} X, \\quad \\mathbb{E} f(X) \\ge f(\\mathbb{E} X) \\text{ for convex } f",
  brings: ["linearity of expectation"],
  facts: (difference, algebra) => difference.terms.flatMap((t) => jensenFacts(t, algebra)),
  check: {
    notation: {
      symbols: { z: "scalar", a: "scalar", b: "scalar" },
      functions: { q: ["z"], p: ["z"] },
    },
    follows: [
      ["E(z, log(p(z)))", "log(E(z, p(z)))", "≤"],
      ["exp(E(z, p(z)))", "E(z, exp(p(z)))", "≤"],
      ["1/2 log(a) + 1/2 log(b)", "log(1/2 a + 1/2 b)", "≤"],
      ["E(z, p(z))^2", "E(z, p(z)^2)", "≤"],
    ],
    broken: [
      ["E(z, log(p(z)))", "log(E(z, p(z)))", "≥"],
      ["E(z, log(p(z)))", "log(E(z, p(z)))"],
      ["E(z, log(p(z)))", "log(E(z, q(z)))", "≤"],
      ["log(a) + log(b)", "log(a + b)", "≤"],
      ["E(z, p(z)^2)", "E(z, p(z))^2", "≤"],
    ],
  },
};

function jensenFacts(t: Term, algebra: Algebra): Sum[] {
  return t.powers.flatMap(({ atom, exponent }) => {
    const sign = isPositive(t) ? 1 : -1;
    // −(E X)² against E X²
    if (atom.kind === "bind" && atom.binder === "E" && exponent === 2 && sign < 0 && t.powers.length === 1) {
      const square = algebra.multiply(atom.body, atom.body);
      const fact = subtract(algebra.bind("E", atom.names, square), algebra.power(one(atom), number(2)));
      return [scale(t.coefficient.abs(), fact)];
    }
    const factor = positiveTimes(t, atom);
    if (!factor) return [];
    if (atom.kind === "bind" && atom.binder === "E") {
      // an inequality under E is one
      const inner = atom.body.terms.flatMap((s) =>
        jensenFacts({ ...s, coefficient: s.coefficient.mul(sign) }, algebra)
      );
      return inner.map((fact) => algebra.multiply(factor, algebra.bind("E", atom.names, fact)));
    }
    if (atom.kind !== "apply" || algebra.notation.functions.has(atom.name)) return [];
    const bent = curvature[atom.name];
    if (bent === undefined || (bent === "concave") !== (sign > 0)) return [];
    const f = (s: Sum) => algebra.apply(atom.name, [s]);
    if (atom.name === "log") algebra.conditions.add("what stands in the logarithm > 0");
    return meansOf(atom.args[0], f, algebra).map((mean) => {
      const fact = bent === "concave" ? subtract(one(atom), mean) : subtract(mean, one(atom));
      return algebra.multiply(factor, fact);
    });
  });
}

/** E f(X) where s is E X, and Σ wᵢ f(xᵢ) where s is Σ wᵢ xᵢ with positive weights that sum to 1. */
function meansOf(s: Sum, f: (x: Sum) => Sum, algebra: Algebra): Sum[] {
  const means = s.terms.map(({ powers }) => {
    const only = powers.length === 1 && powers[0].exponent === 1 ? powers[0].atom : undefined;
    return only?.kind === "bind" && only.binder === "E" ? only : undefined;
  });
  const found: Sum[] = [];
  if (means.length > 0 && means.every((mean) => mean !== undefined)) {
    const bodies = s.terms.map((t, k) => scale(t.coefficient, means[k]!.body));
    const names = [...new Set(means.flatMap((mean) => mean!.names))];
    found.push(algebra.bind("E", names, f(add(bodies[0], ...bodies.slice(1)))));
  }
  const total = s.terms.reduce<Rational>((sum, { coefficient }) => sum.add(coefficient), rational(0));
  if (s.terms.length > 1 && total.equals(1) && s.terms.every(isPositive)) {
    const parts = s.terms.map((t) =>
      scale(t.coefficient, f(collect(SCALAR, [{ ...t, coefficient: rational(1) }])))
    );
    found.push(add(parts[0], ...parts.slice(1)));
  }
  return found;
}

/** Names of functions that are densities unless the notation says otherwise. */
const DENSITIES = ["q", "prior", "post", "pX", "pU", "pF", "pBack"];

export const divergenceNotNegative: Reason = {
  name: "divergence is not negative",
  statement:
    "\\mathrm{KL}(q \\,\\Vert\\, p) = \\mathbb{E}_q \\log \\frac{q}{p} \\ge 0 \\text{ for densities } q, p",
  facts: (difference, algebra) =>
    difference.terms.flatMap((t) =>
      t.powers.flatMap(({ atom }) => {
        const factor = positiveTimes(t, atom), sign = divergence(atom, algebra);
        if (!factor || sign !== (isPositive(t) ? 1 : -1)) return [];
        return [scale(rational(sign), algebra.multiply(factor, one(atom)))];
      })
    ),
  check: {
    notation: {
      symbols: { z: "scalar", evidence: "scalar", KL: "scalar" },
      functions: { q: ["z"], post: ["z"], lik: ["z"] },
      definitions: { KL: "E(z, log(q(z) / post(z)))" },
    },
    follows: [["log(evidence) - KL", "log(evidence)", "≤"], ["E(z, log(q(z) / post(z)))", "0", "≥"]],
    broken: [
      ["log(evidence) - KL", "log(evidence)", "≥"],
      ["E(z, log(q(z) / lik(z)))", "0", "≥"],
      ["E(z, log(post(z) / q(z)))", "0", "≥"],
      ["log(evidence) - KL", "log(evidence)"],
    ],
  },
};

/** 1 where an atom is a divergence E(z, log(law / density)) or a name for one, −1 where it is minus one. */
function divergence(a: Atom, algebra: Algebra): 1 | -1 | undefined {
  if (a.kind === "symbol") {
    const definition = algebra.notation.definitions.get(a.name);
    const terms = definition ? normalForm(definition.tree, algebra).terms : [];
    const [only] = terms.length === 1 ? terms : [];
    if (!only?.coefficient.abs().equals(1) || only.powers.length !== 1 || only.powers[0].exponent !== 1) {
      return undefined;
    }
    const inner = only.powers[0].atom;
    const sign = inner.kind === "bind" ? divergence(inner, algebra) : undefined;
    return isPositive(only) ? sign : sign && (sign === 1 ? -1 : 1);
  }
  if (a.kind !== "bind" || a.binder !== "E" || a.names.length !== 1) return undefined;
  const densities = algebra.notation.spec.densities ?? DENSITIES;
  const [law] = lawsOf(a.names, algebra.notation);
  const [only, more] = a.body.terms;
  if (law === undefined || more || !only.coefficient.equals(1) || only.powers.length !== 1) return undefined;
  const [{ atom: log, exponent }] = only.powers;
  if (log.kind !== "apply" || log.name !== "log" || exponent !== 1) return undefined;
  const [ratio, rest] = log.args[0].terms;
  if (rest || !ratio.coefficient.equals(1) || ratio.powers.length !== 2) return undefined;
  const exponentOf = (test: (name: string) => boolean) =>
    ratio.powers.find(({ atom }) =>
      atom.kind === "apply" && test(atom.name) && atom.args.length === 1 && atom.args[0].key === a.names[0]
    )?.exponent;
  const top = exponentOf((name) => name === law);
  const bottom = exponentOf((name) => name !== law && densities.includes(name));
  return top === 1 && bottom === -1 ? 1 : top === -1 && bottom === 1 ? -1 : undefined;
}

export const maximiser: Reason = {
  name: "maximiser",
  statement:
    "f(x^\\star) \\ge f(x) \\text{ where } x^\\star \\text{ is the best and } x \\text{ is in the running}",
  refuses: (notation) => notation.spec.maximisers ? undefined : "no maximiser is declared here",
  facts: (difference, algebra) =>
    Object.entries(algebra.notation.spec.maximisers ?? {}).flatMap(([best, f]) =>
      difference.terms.filter((t) => !isPositive(t)).flatMap((t) =>
        t.powers.flatMap(({ atom }) => {
          const factor = positiveTimes(t, atom);
          if (!factor || atom.kind !== "apply" || atom.name !== f) return [];
          return [algebra.multiply(factor, subtract(algebra.apply(f, [algebra.symbol(best)]), one(atom)))];
        })
      )
    ),
  check: {
    notation: {
      symbols: { best: "scalar", other: "scalar", evidence: "scalar" },
      functions: { elbo: ["best"], cost: ["best"] },
      maximisers: { best: "elbo" },
    },
    follows: [["elbo(other)", "elbo(best)", "≤"], ["evidence - elbo(other)", "evidence - elbo(best)", "≥"]],
    broken: [
      ["elbo(best)", "elbo(other)", "≤"],
      ["elbo(other)", "elbo(best)"],
      ["cost(other)", "cost(best)", "≤"],
    ],
  },
};

export const comparison: Reason = {
  name: "comparison",
  statement: "\\dot u \\le -2 \\lambda_0 u \\text{ gives } u(t) \\le e^{-2 \\lambda_0 t} u(0)",
  refuses: (notation) =>
    notation.spec.starts && notation.dynamics.length > 0 ? undefined : "no start of a flow is declared here",
  facts: (difference, algebra) =>
    difference.terms.filter((t) => !isPositive(t)).flatMap((t) => {
      const u = collect(SCALAR, [{ ...t, coefficient: t.coefficient.abs() }]);
      return algebra.notation.dynamics.flatMap(({ by }) =>
        rates(algebra).flatMap((rate) => {
          const time = algebra.symbol(by);
          if (!fallsAtRate(u, rate, by, algebra)) return [];
          algebra.conditions.add(`${by} ≥ 0, and the bound on H holds from 0 to ${by}`);
          const start = Object.entries(algebra.notation.spec.starts ?? {}).reduce(
            (s, [first, name]) => algebra.substitute(s, name, algebra.symbol(first)),
            u,
          );
          const decay = algebra.apply("exp", [negate(algebra.multiply(rate, time))]);
          return [subtract(algebra.multiply(decay, start), u)];
        })
      );
    }),
  check: {
    notation: {
      symbols: { H: "n x n symmetric", w: "n", w0: "n", v: "n", lambda0: "scalar", t: "scalar" },
      dynamics: { "d(w, t)": "-H w" },
      starts: { w0: "w" },
    },
    follows: [["w' w", "exp(-2 lambda0 t) w0' w0", "≤"]],
    broken: [
      ["w' w", "exp(-4 lambda0 t) w0' w0", "≤"],
      ["w' w", "exp(-2 lambda0 t) w0' w0", "≥"],
      ["v' v", "exp(-2 lambda0 t) w0' w0", "≤"],
      ["w' w", "exp(2 lambda0 t) w0' w0", "≤"],
      ["w' w", "w0' w0 - lambda0 t", "≤"],
    ],
  },
};

/** The rates a bound on eigenvalues gives: 2 λ₀, and λ₀. */
const rates = (algebra: Algebra): Sum[] =>
  Object.keys(boundsOf(algebra.notation)).flatMap((low) =>
    [2, 1].map((k) => scale(rational(k), algebra.symbol(low)))
  );

/** Whether du/dt ≤ −rate · u, by the product rule, the dynamics and the smallest eigenvalue. */
function fallsAtRate(u: Sum, rate: Sum, by: string, algebra: Algebra): boolean {
  const derive = algebra.under(["product rule", "the dynamics"]);
  const [time] = algebra.symbol(by).terms.flatMap(atomsOf);
  const slack = negate(add(derive.derivative(u, time), derive.multiply(rate, u)));
  return smallestEigenvalue.facts!(slack, derive).some((fact) => subtract(slack, fact).terms.length === 0);
}
