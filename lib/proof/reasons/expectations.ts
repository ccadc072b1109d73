import { rational } from "../../math/exact.ts";
import { freeNames, scalar, type Shape } from "../tree.ts";
import type { Algebra } from "../normal/algebra.ts";
import { normalForm } from "../normal/form.ts";
import { logarithm } from "../normal/functions.ts";
import {
  asTerm,
  type Atom,
  collect,
  monomial,
  negate,
  number,
  one,
  type Power,
  shapeOf,
  soleAtom,
  type Sum,
  type Term,
  total,
} from "../normal/sum.ts";
import { keyOf, rotations, turned } from "../normal/word.ts";
import type { Reason } from "./reason.ts";

const laws = {
  symbols: { A: "n x n", B: "n x n", f: "n", g: "n", c: "scalar", z: "scalar", F: "n x n" },
  functions: { q: ["z"], p: ["z"] },
};

export const linearityOfExpectation: Reason = {
  name: "linearity of expectation",
  statement:
    "\\mathbb{E}[c\\,a + B\\,f] = c\\,\\mathbb{E}[a] + B\\,\\mathbb{E}[f], \\quad \\mathbb{E}\\,\\mathrm{tr} = \\mathrm{tr}\\,\\mathbb{E}, \\quad \\mathbb{E}\\,1 = 1, \\quad \\text{and so of } \\textstyle\\sum \\text{ and } \\int",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "bind") return undefined;
      if (a.binder !== "E") return termByTerm(a, algebra);
      const names = new Set(a.names);
      const parts = a.body.terms.map((t) => expectation(t, a.body, names, algebra));
      if (parts.length === 1 && parts[0] === undefined) return undefined;
      const alone = (k: number) => algebra.bind("E", a.names, collect(a.body, [a.body.terms[k]]));
      return total(a, parts.map((part, k) => part ?? alone(k)));
    },
  }),
  check: {
    notation: laws,
    follows: [
      ["E(z, c log(q(z)) + 1)", "c E(z, log(q(z))) + 1"],
      ["E(f, g, A f g' B)", "A E(f, g, f g') B"],
      ["E(f, g, tr(A f g'))", "tr(A E(f, g, f g'))"],
      ["integral(z, c q(z) - p(z))", "c integral(z, q(z)) - integral(z, p(z))"],
      ["sum(z, 2 q(z) + 1)", "2 sum(z, q(z)) + sum(z, 1)"],
    ],
    broken: [
      ["E(z, q(z) p(z))", "E(z, q(z)) E(z, p(z))"],
      ["E(z, q(z)^2)", "E(z, q(z))^2"],
      ["E(z, log(q(z)))", "log(E(z, q(z)))"],
      ["E(f, g, f' A g)", "E(f, f') A E(g, g)"],
      ["integral(z, q(z) p(z))", "integral(z, q(z)) integral(z, p(z))"],
      ["sum(z, 1)", "1"],
    ],
  },
};

/** A sum or an integral of terms, each by itself and with its constants outside; undefined where that is itself. */
function termByTerm(a: Atom & { kind: "bind" }, algebra: Algebra): Sum | undefined {
  const depends = ({ free }: Atom) => a.names.some((name) => free.has(name));
  const parts = a.body.terms.map((t) => {
    const outside = t.powers.filter(({ atom }) => !depends(atom));
    const inside = monomial(1, t.powers.filter(({ atom }) => depends(atom)), t.word, a);
    return { factor: monomial(t.coefficient, outside), inside };
  });
  const [only] = parts;
  if (parts.length === 1 && only.inside.key === a.body.key) return undefined;
  if (parts.length > 1 && a.binder === "integral") algebra.conditions.add("every integral is finite");
  return total(
    a,
    parts.map(({ factor, inside }) => algebra.multiply(factor, algebra.bind(a.binder, a.names, inside))),
  );
}

/** E of one term with everything taken out that is free of the names; undefined where that is the term itself. */
function expectation(t: Term, shape: Shape, names: ReadonlySet<string>, algebra: Algebra): Sum | undefined {
  const depends = ({ free }: Atom) => [...free].some((name) => names.has(name));
  const outside = t.powers.filter(({ atom }) => !depends(atom)),
    inside = t.powers.filter(({ atom }) => depends(atom));
  const first = t.word.findIndex(depends), last = t.word.findLastIndex(depends);
  const factor = monomial(t.coefficient, outside);
  if (inside.length === 0 && first < 0) return collect(shape, [t]);
  const only = t.word.length === 0 ? soleAtom(inside) : undefined;
  const cyclic = only && split(only, depends, algebra);
  if (cyclic) return algebra.multiply(factor, cyclic(names));
  const middle = first < 0 ? [] : t.word.slice(first, last + 1);
  const core = middle.length > 0 ? shapeOf(middle) : scalar;
  const bound = used(names, [...inside.map(({ atom }) => atom), ...middle]);
  const whole = t.coefficient.equals(1) && outside.length === 0 && middle.length === t.word.length;
  if (whole && bound.length === names.size) return undefined;
  const mean = algebra.bind("E", bound, monomial(1, inside, middle, core));
  const before = first < 0 ? [] : t.word.slice(0, first), after = first < 0 ? t.word : t.word.slice(last + 1);
  return algebra.product([factor, ...before.map(one), mean, ...after.map(one)]);
}

/** A mean over many names is one over those that occur. */
const used = (names: ReadonlySet<string>, atoms: readonly Atom[]): string[] =>
  [...names].filter((name) => atoms.some(({ free }) => free.has(name)));

/** E tr(P M S) = tr(P E(M) S): how a trace, or a row … column, is split into what moves and what does not. */
function split(a: Atom, depends: (a: Atom) => boolean, algebra: Algebra) {
  const turns = algebra.reasons.has("cyclic trace");
  const closed = a.kind === "closed";
  if (a.kind !== "trace" && !closed) return undefined;
  const cyclic = turns && (!closed || algebra.reasons.has("a scalar is its trace"));
  const word = cyclic ? widestGapFirst(a.word, depends) : a.word;
  const first = word.findIndex(depends), last = word.findLastIndex(depends);
  const before = word.slice(0, first), middle = word.slice(first, last + 1), after = word.slice(last + 1);
  const isNumber = word.length > 0 && word[0].rows === 1;
  if (isNumber && !cyclic && before.length === 0 && after.length === 0) return undefined;
  return (names: ReadonlySet<string>): Sum => {
    const mean = algebra.bind("E", used(names, middle), algebra.word(middle, shapeOf(middle)));
    const product = algebra.product([...before.map(one), mean, ...after.map(one)]);
    return closed && !cyclic ? product : algebra.trace(product);
  };
}

/**
 * The rotation of a cyclic word that begins with its longest run of letters free of the names, and does not begin
 * with a row where another one can be had: the mean is then of a matrix.
 */
function widestGapFirst(word: readonly Atom[], depends: (a: Atom) => boolean): readonly Atom[] {
  const run = (w: readonly Atom[]) => w.findIndex(depends);
  const all = rotations(word), matrices = all.filter((w) => w[run(w)].rows !== 1);
  return (matrices.length > 0 ? matrices : all)
    .reduce((a, b) => run(b) > run(a) || run(b) === run(a) && keyOf(b) < keyOf(a) ? b : a);
}

export const definitionOf: Reason = {
  name: "definition of NAME",
  statement: "\\text{a name and what it stands for, either way}",
  rule: (notation, name) => ({
    atom(a, algebra) {
      const definition = notation.definitions.get(name);
      if (a.kind === "symbol" && a.name === name && definition) return normalForm(definition.tree, algebra);
      if (a.kind !== "bind" || a.binder !== "E") return undefined;
      for (const average of notation.averages) {
        if (!(average.value.op === "symbol" && average.value.name === name)) continue;
        // a name that is not bound here is no random one: E(z, f) of a fixed f is f
        const random = [...freeNames(average.body)].filter((n) => notation.symbols.has(n));
        if (!random.every((n) => a.names.includes(n))) continue;
        const body = normalForm(average.body, algebra);
        if (body.key === a.body.key) return normalForm(average.value, algebra);
        const word = asTerm(body)?.word ?? [], inner = asTerm(a.body)?.word ?? [];
        const other = word.length > 0 ? turned(word, algebra) : undefined;
        if (other && keyOf(other) === keyOf(inner) && asTerm(a.body)?.powers.length === 0) {
          return algebra.transpose(normalForm(average.value, algebra));
        }
      }
      return undefined;
    },
  }),
  refuses: (notation, name) =>
    notation.definitions.has(name) ||
      notation.averages.some(({ value }) => value.op === "symbol" && value.name === name)
      ? undefined
      : `nothing is said here of what ${name} stands for`,
  check: {
    notation: { ...laws, definitions: { F: "A B'" }, averages: { "f g'": "F" } },
    about: "F",
    follows: [["tr(F)", "tr(A B')"], ["E(f, g, f g')", "A B'"]],
    broken: [["F", "B A'"], ["F'", "A B'"], ["E(f, g, g g')", "F"], ["E(z, f g')", "F"]],
  },
};

export const logarithmOfProduct: Reason = {
  name: "logarithm of a product",
  statement: "\\log(a^k b) = k \\log a + \\log b \\text{ for positive factors}",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "log") return undefined;
      const [only, more] = a.args[0].terms;
      if (!only || more || only.coefficient.s < 0n) return undefined;
      const whole = only.coefficient.equals(1) ? soleAtom(only.powers) : undefined;
      if (whole && !opens(whole)) return undefined;
      const { n, d } = only.coefficient;
      if (only.powers.length === 0 && isPrime(n) && d === 1n) return undefined;
      return total(scalar, [
        ...primes(n).map((p) => logOf(number(rational(p)), algebra)),
        ...primes(d).map((p) => negate(logOf(number(rational(p)), algebra))),
        ...only.powers.map((power) => logOfPower(power, algebra)),
      ]);
    },
  }),
  check: {
    notation: { symbols: { a: "scalar", b: "scalar", k: "scalar" }, functions: laws.functions },
    follows: [
      ["log(a b)", "log(a) + log(b)"],
      ["log(a / b)", "log(a) - log(b)"],
      ["log(a^k / 6)", "k log(a) - log(2) - log(3)"],
    ],
    broken: [
      ["log(a + b)", "log(a) + log(b)"],
      ["log(a b)", "log(a) log(b)"],
      ["log(a)^2", "2 log(a)"],
      ["log(-a)", "log(-1) + log(a)"],
    ],
  },
};

const opens = (a: Atom): boolean => a.kind === "power" || a.kind === "apply" && a.name === "exp";

const logOf = (s: Sum, algebra: Algebra): Sum => algebra.atom({ kind: "apply", name: "log", args: [s] });

function logOfPower({ atom: a, exponent }: Power, algebra: Algebra): Sum {
  const times = (s: Sum) => algebra.multiply(number(exponent), s);
  if (a.kind === "apply" && a.name === "exp") return times(a.args[0]);
  if (a.kind === "power") {
    algebra.conditions.add(`${a.base.key} > 0`);
    return times(algebra.multiply(a.exponent, logarithm(algebra, a.base)));
  }
  algebra.conditions.add(`${a.key} > 0`);
  return times(logOf(one(a), algebra));
}

/** The prime factors of a whole number, as far as small primes go; what is left is kept whole. */
function primes(n: bigint): bigint[] {
  const found: bigint[] = [];
  for (let p = 2n; p * p <= n && p < 1000n; p++) {
    while (n % p === 0n) {
      found.push(p);
      n /= p;
    }
  }
  return n > 1n ? [...found, n] : found;
}

const isPrime = (n: bigint) => primes(n).length === 1;

/** What a term, but for its coefficient, is the logarithm of. */
function underLog({ powers }: Term): Sum | undefined {
  const atom = soleAtom(powers);
  return atom?.kind === "apply" && atom.name === "log" ? atom.args[0] : undefined;
}

export const exponentialOfSum: Reason = {
  name: "exponential of a sum",
  statement: "e^{a + b} = e^a e^b, \\quad e^{\\log a} = a",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "exp") return undefined;
      const { terms } = a.args[0];
      const [only] = terms;
      if (terms.length === 1 && only.coefficient.n === 1n && !underLog(only)) return undefined;
      return algebra.product(terms.map((t) => {
        const { s, n, d } = t.coefficient, inner = underLog(t);
        if (inner) {
          algebra.conditions.add(`${inner.key} > 0`);
          return algebra.power(inner, number(t.coefficient));
        }
        const root = algebra.atom({ kind: "apply", name: "exp", args: [monomial(rational(1, d), t.powers)] });
        return algebra.power(root, number(rational(s * n)));
      }));
    },
  }),
  check: {
    notation: { symbols: { a: "scalar", b: "scalar" } },
    follows: [["exp(a + b)", "exp(a) exp(b)"], ["exp(2 a)", "exp(a)^2"], ["exp(log(a) - b)", "a / exp(b)"]],
    broken: [["exp(a b)", "exp(a) exp(b)"], ["exp(a + b)", "exp(a) + exp(b)"], ["exp(2 a)", "2 exp(a)"]],
  },
};
