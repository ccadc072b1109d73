import { type Rational, rational } from "../../math/exact.ts";
import type { Algebra } from "../normal/algebra.ts";
import { normalForm } from "../normal/form.ts";
import { lawsOf } from "../normal/operators.ts";
import {
  add,
  asAtom,
  asTerm,
  type Atom,
  atomsOf,
  monomial,
  negate,
  number,
  one,
  scale,
  shapeOf,
  soleAtom,
  subtract,
  type Sum,
  type Term,
  total,
} from "../normal/sum.ts";
import { scalar } from "../tree.ts";
import type { Reason } from "./reason.ts";

/**
 * Reasons for ≤ and ≥. Each offers facts: sums that are not negative, made to take a term of the difference away.
 * Where the difference is a sum of facts, the inequality follows.
 */

const isPositive = (t: Term) => t.coefficient.s > 0n;
const isMean = (a: Atom | undefined) => a?.kind === "bind" && a.binder === "E" ? a : undefined;

/**
 * What is offered for each scalar atom that a term holds with a positive factor, times that factor: for w′Hw in
 * −2 e^t w′Hw it is 2 e^t, and the sign −1.
 */
function factsOf(t: Term, algebra: Algebra, offer: (atom: Atom, sign: 1 | -1) => readonly Sum[]): Sum[] {
  if (t.word.length > 0) return [];
  return t.powers.flatMap(({ atom, exponent }, k) => {
    const rest = t.powers.toSpliced(k, 1);
    const isPositiveFactor = rest.every(({ atom, exponent }) =>
      exponent % 2 === 0 || atom.kind === "apply" && atom.name === "exp"
    );
    if (exponent !== 1 || !isPositiveFactor) return [];
    const factor = monomial(t.coefficient.abs(), rest);
    return offer(atom, isPositive(t) ? 1 : -1).map((fact) => algebra.multiply(factor, fact));
  });
}

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
    return Object.entries(boundsOf(algebra.notation))
      .filter(([, H]) => algebra.notation.symbols.get(H)?.symmetric)
      .flatMap(([low, H]) =>
        difference.terms.flatMap((t) =>
          factsOf(t, algebra, (atom, sign) => sign > 0 ? quadratic(atom, low, H, algebra) : [])
        )
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
function quadratic(a: Atom, low: string, H: string, algebra: Algebra): Sum[] {
  if (a.kind !== "closed") return [];
  const at = a.word.findIndex((letter) => letter.kind === "symbol" && letter.name === H);
  if (at < 1 || at === a.word.length - 1) return [];
  const [before, behind] = [a.word.slice(0, at), a.word.slice(at + 1)];
  const [row, x] = [before, behind].map((letters) => algebra.word(letters, shapeOf(letters)));
  // as a whole, or letter by letter
  const turned = [
    algebra.transpose(x),
    algebra.product(behind.toReversed().map((b) => algebra.transpose(one(b)))),
  ];
  if (!turned.some(({ key }) => key === row.key)) return [];
  algebra.conditions.add(`${low} ≤ λ_min(${H})`);
  return [subtract(one(a), algebra.multiply(algebra.symbol(low), algebra.multiply(row, x)))];
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
  const [{ atom: first, exponent } = {}, more] = t.powers, mean = isMean(first);
  // −(E X)² against E X²
  if (mean && exponent === 2 && !more && !isPositive(t)) {
    const square = algebra.bind("E", mean.names, algebra.multiply(mean.body, mean.body));
    return [scale(t.coefficient.abs(), subtract(square, algebra.power(one(mean), number(2))))];
  }
  return factsOf(t, algebra, (atom, sign) => {
    const mean = isMean(atom);
    if (mean) {
      // an inequality under E is one
      const inner = mean.body.terms.flatMap((s) =>
        jensenFacts({ ...s, coefficient: s.coefficient.mul(sign) }, algebra)
      );
      return inner.map((fact) => algebra.bind("E", mean.names, fact));
    }
    if (atom.kind !== "apply" || algebra.notation.functions.has(atom.name)) return [];
    const bent = curvature[atom.name];
    if (bent === undefined || (bent === "concave") !== (sign > 0)) return [];
    if (atom.name === "log") algebra.conditions.add("what stands in the logarithm > 0");
    return meansOf(atom.args[0], (s) => algebra.apply(atom.name, [s]), algebra)
      .map((found) => scale(rational(sign), subtract(one(atom), found)));
  });
}

/** E f(X) where s is E X, and Σ wᵢ f(xᵢ) where s is Σ wᵢ xᵢ with positive weights that sum to 1. */
function meansOf(s: Sum, f: (x: Sum) => Sum, algebra: Algebra): Sum[] {
  const means = s.terms.map(({ powers }) => isMean(soleAtom(powers))), found: Sum[] = [];
  if (means.length > 0 && means.every((mean) => mean !== undefined)) {
    const bodies = s.terms.map((t, k) => scale(t.coefficient, means[k].body));
    const names = [...new Set(means.flatMap((mean) => mean.names))];
    found.push(algebra.bind("E", names, f(total(bodies[0], bodies))));
  }
  const weight = s.terms.reduce<Rational>((sum, { coefficient }) => sum.add(coefficient), rational(0));
  if (s.terms.length > 1 && weight.equals(1) && s.terms.every(isPositive)) {
    found.push(total(scalar, s.terms.map((t) => scale(t.coefficient, f(monomial(1, t.powers))))));
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
      factsOf(
        t,
        algebra,
        (atom, sign) => divergence(atom, algebra) === sign ? [scale(rational(sign), one(atom))] : [],
      )
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
    const [only, more] = definition ? normalForm(definition.tree, algebra).terms : [];
    const inner = !more && only?.coefficient.abs().equals(1) ? isMean(soleAtom(only.powers)) : undefined;
    const sign = inner && divergence(inner, algebra);
    return sign && (isPositive(only) ? sign : sign === 1 ? -1 : 1);
  }
  const mean = isMean(a);
  if (mean?.names.length !== 1) return undefined;
  const densities = algebra.notation.spec.densities ?? DENSITIES;
  const [law] = lawsOf(mean.names, algebra.notation);
  const log = asAtom(mean.body);
  if (law === undefined || log?.kind !== "apply" || log.name !== "log") return undefined;
  const ratio = asTerm(log.args[0]);
  if (ratio?.powers.length !== 2) return undefined;
  const exponentOf = (test: (name: string) => boolean) =>
    ratio.powers.find(({ atom }) =>
      atom.kind === "apply" && test(atom.name) && atom.args.length === 1 && atom.args[0].key === mean.names[0]
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
      difference.terms.flatMap((t) =>
        factsOf(
          t,
          algebra,
          (atom, sign) =>
            sign < 0 && atom.kind === "apply" && atom.name === f
              ? [subtract(algebra.apply(f, [algebra.symbol(best)]), one(atom))]
              : [],
        )
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
      const u = monomial(t.coefficient.abs(), t.powers);
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
