import { type Rational, rational } from "../../math/exact.ts";
import type { Notation } from "../notation.ts";
import { type Binder, builtins, type Dim, parts, type Tree } from "../tree.ts";
import { bindSum, derivativeSum } from "./operators.ts";
import {
  asNumber,
  asTerm,
  atom,
  type Atom,
  atomsOf,
  collect,
  isScalar,
  type Kind,
  negate,
  number,
  type Power,
  scale,
  type Sum,
  type Term,
  term,
  zero,
} from "./sum.ts";
import { closedAtom, cut } from "./word.ts";

/** What a reason rewrites: an atom, or a word, into what it equals; undefined where it has nothing to say. */
export interface Rule {
  atom?(a: Atom, algebra: Algebra): Sum | undefined;
  word?(word: readonly Atom[], algebra: Algebra): Sum | undefined;
}

/** More terms than any line needs: past this a line is not multiplied out. */
const MOST_TERMS = 4000;
/** The largest power of a sum that is multiplied out. */
const LARGEST_POWER = 24;

const SCALAR = { rows: 1, cols: 1 };

/**
 * The normal forms over a notation, under the rules of some reasons. Every constructor gives what is normal
 * already; a rule that rewrites an atom sees it once, when it is made.
 */
export class Algebra {
  /** Side conditions met on the way, as texts: "q(z) ≠ 0". */
  readonly conditions = new Set<string>();
  #fresh = 0;

  constructor(
    readonly notation: Notation,
    readonly rules: readonly Rule[] = [],
    /** Names of the reasons in force. */
    readonly reasons: ReadonlySet<string> = new Set(),
    /** The algebra of the same notation under other reasons. */
    readonly under: (names: readonly string[]) => Algebra = () => this,
  ) {}

  /** A name for a bound variable that nothing else has, until its binder is closed. */
  fresh(tag: string): string {
    return `${tag}°f${this.#fresh++}`;
  }

  /** An atom as a sum, after the rules have seen it. */
  atom(kind: Kind, shape: { rows: Dim; cols: Dim } = SCALAR, opened?: Iterable<string>): Sum {
    return this.offer(atom(kind, shape, opened));
  }

  offer(made: Atom): Sum {
    for (const rule of this.rules) {
      const rewritten = rule.atom?.(made, this);
      if (rewritten && rewritten.key !== made.key) return rewritten;
    }
    return isScalar(made)
      ? collect(SCALAR, [term(rational(1), [{ atom: made, exponent: 1 }])])
      : collect(made, [term(rational(1), [], [made])]);
  }

  symbol(name: string, shape: { rows: Dim; cols: Dim } = this.notation.symbols.get(name) ?? SCALAR): Sum {
    const definition = this.notation.definitions.get(name);
    return this.atom({ kind: "symbol", name }, shape, definition && namesBehind(definition.tree, this.notation));
  }

  /** a b. */
  multiply(a: Sum, b: Sum): Sum {
    const scalar = isScalar(a) || isScalar(b);
    const shape = isScalar(a) ? b : isScalar(b) ? a : { rows: a.rows, cols: b.cols };
    if (a.terms.length * b.terms.length > MOST_TERMS) {
      throw new RangeError(
        `Cannot multiply out: expected at most ${MOST_TERMS} terms, got ${a.terms.length} times ${b.terms.length}`,
      );
    }
    const products = a.terms.flatMap((x) =>
      b.terms.map((y) => {
        const powers = this.#powers([...x.powers, ...y.powers]);
        const factor = scale(x.coefficient.mul(y.coefficient), powers);
        if (scalar) {
          const word = x.word.length > 0 ? x.word : y.word;
          return word.length === 0 ? spread(factor, shape) : withWord(factor, word, shape);
        }
        return this.#times(factor, this.word([...x.word, ...y.word], shape));
      })
    );
    return collect(shape, products.flatMap(({ terms }) => terms));
  }

  product(factors: readonly Sum[]): Sum {
    return factors.reduce((a, b) => this.multiply(a, b));
  }

  /** A word as a sum: units multiplied, inverses cancelled, rules heard, rows … columns taken out. */
  word(letters: readonly Atom[], shape: { rows: Dim; cols: Dim }): Sum {
    const word: Atom[] = [];
    for (const letter of letters) {
      const last = word.at(-1);
      if (last?.kind === "unit" && letter.kind === "unit") {
        if (last.j !== letter.i) return zero(shape);
        word[word.length - 1] = atom({ kind: "unit", i: last.i, j: letter.j }, {
          rows: last.rows,
          cols: letter.cols,
        });
      } else if (last && areInverse(last, letter)) {
        this.conditions.add(`${inverted(last) ?? inverted(letter)} invertible`);
        word.pop();
      } else word.push(letter);
    }
    for (const rule of this.rules) {
      const rewritten = rule.word?.(word, this);
      if (rewritten) return rewritten;
    }
    const { closed, word: left } = cut(word);
    const scalars = closed.map((segment) => this.closed(segment));
    const rest = collect(shape, [term(rational(1), [], left)]);
    return scalars.reduce((product, s) => this.#times(s, product), rest);
  }

  /** A row … column as a scalar. */
  closed(word: readonly Atom[]): Sum {
    if (word.every(({ kind }) => kind === "unit")) return number(1);
    return this.offer(closedAtom(word));
  }

  /** A scalar times a sum of any shape, without hearing the rules for words again. */
  #times(s: Sum, b: Sum): Sum {
    const terms = s.terms.flatMap((x) =>
      b.terms.flatMap((y) => {
        const powers = this.#powers([...x.powers, ...y.powers]);
        return withWord(scale(x.coefficient.mul(y.coefficient), powers), y.word, b).terms;
      })
    );
    return collect(b, terms);
  }

  /** Scalar atoms multiplied: exponents of one atom are added; roots and i are lowered. */
  #powers(given: readonly Power[]): Sum {
    const found = new Map<string, Power>();
    for (const { atom: a, exponent } of given) {
      const old = found.get(a.key)?.exponent ?? 0;
      if (old * exponent < 0) this.conditions.add(`${a.key} ≠ 0`);
      found.set(a.key, { atom: a, exponent: old + exponent });
    }
    let result = number(1);
    const plain: Power[] = [];
    for (const { atom: a, exponent } of found.values()) {
      if (exponent === 0) continue;
      const root = a.kind === "power" ? rootOf(a.exponent) : undefined;
      if (a.kind === "imaginary") {
        const turn = ((exponent % 4) + 4) % 4;
        if (turn >= 2) result = negate(result);
        if (turn % 2 === 1) plain.push({ atom: a, exponent: 1 });
      } else if (root && a.kind === "power" && (exponent < 0 || exponent >= root)) {
        const whole = Math.floor(exponent / root), rest = exponent - whole * root;
        result = this.multiply(result, this.power(a.base, number(whole)));
        if (rest !== 0) plain.push({ atom: a, exponent: rest });
      } else plain.push({ atom: a, exponent });
    }
    const own = collect(SCALAR, [term(rational(1), plain)]);
    return asNumber(result)?.equals(1) ? own : this.#join(result, own);
  }

  #join(a: Sum, b: Sum): Sum {
    const one = asNumber(a);
    return one ? scale(one, b) : this.multiply(a, b);
  }

  /** A′. */
  transpose(a: Sum): Sum {
    if (isScalar(a)) return a;
    const shape = { rows: a.cols, cols: a.rows };
    return collect(
      shape,
      a.terms.flatMap((t) => {
        const factor = collect(SCALAR, [term(t.coefficient, t.powers)]);
        if (t.word.length === 0) return spread(factor, shape).terms;
        return this.multiply(factor, this.#turned(t.word, shape)).terms;
      }),
    );
  }

  #turned(word: readonly Atom[], shape: { rows: Dim; cols: Dim }): Sum {
    const [first] = word;
    if (word.length === 1) {
      if (first.kind === "transposed") return this.word(first.word, shape);
      if (first.kind === "unit") return this.atom({ kind: "unit", i: first.j, j: first.i }, shape);
      if (first.kind === "bind") return this.bind(first.binder, first.names, this.transpose(first.body));
    }
    return this.atom({ kind: "transposed", word }, shape);
  }

  /** tr A. A number's trace is that number; of a row … column it is kept, until a reason says what it is. */
  trace(a: Sum): Sum {
    const traced = a.terms.map((t) => {
      const outside: Power[] = [], inside: Power[] = [];
      for (const p of t.powers) (isScalar(a) && p.atom.kind === "closed" ? inside : outside).push(p);
      const factor = collect(SCALAR, [term(t.coefficient, outside)]);
      if (!isScalar(a)) return this.multiply(factor, this.traceOf(t.word, a.rows));
      if (inside.length === 0) return factor;
      const only = inside.length === 1 && inside[0].exponent === 1 ? inside[0].atom : undefined;
      return this.multiply(
        factor,
        only?.kind === "closed"
          ? this.traceOf(only.word, 1)
          : this.atom({ kind: "apply", name: "tr", args: [collect(SCALAR, [term(rational(1), inside)])] }),
      );
    });
    return collect(SCALAR, traced.flatMap(({ terms }) => terms));
  }

  traceOf(word: readonly Atom[], size: Dim): Sum {
    if (word.length === 0 && typeof size === "number") return number(size);
    const [first] = word;
    if (word.length === 1 && first.kind === "unit") return number(first.i === first.j ? 1 : 0);
    return this.atom({ kind: "trace", word, size });
  }

  apply(name: string, args: readonly Sum[]): Sum {
    if (this.notation.functions.has(name)) return this.atom({ kind: "apply", name, args });
    const [a, b] = args;
    switch (name) {
      case "tr":
        return this.trace(a);
      case "vec":
        return this.#perTerm(a, { rows: sizes(a.rows, a.cols), cols: 1 }, (one) =>
          a.cols === 1 ? one : this.atom({ kind: "apply", name, args: [one] }, {
            rows: sizes(a.rows, a.cols),
            cols: 1,
          }));
      case "kron": {
        const shape = { rows: sizes(a.rows, b.rows), cols: sizes(a.cols, b.cols) };
        return this.#perTerm(a, shape, (x) =>
          this.#perTerm(b, shape, (y) =>
            isScalar(x) || isScalar(y)
              ? this.multiply(x, y)
              : this.atom({ kind: "apply", name, args: [x, y] }, shape)));
      }
      case "inv":
        return isScalar(a) ? this.power(a, number(-1)) : this.inverse(a);
      case "sqrt":
        return this.power(a, number(rational(1, 2)));
      case "exp":
        return this.#signed(a, name, (s) => this.power(s, number(-1)), number(1));
      case "log":
        return this.logarithm(a);
      case "norm":
        if (a.terms.length === 0) return number(0);
        return this.atom({ kind: "apply", name, args: [a] });
      default:
        return this.atom({ kind: "apply", name, args }, shapeOf(name, args));
    }
  }

  /** log a; log(1 / a) = −log a, so that one of the two stands for both. */
  logarithm(a: Sum): Sum {
    const only = asTerm(a);
    if (asNumber(a)?.equals(1)) return number(0);
    const lead = only?.powers[0];
    return lead && lead.exponent < 0
      ? negate(this.atom({ kind: "apply", name: "log", args: [this.power(a, number(-1))] }))
      : this.atom({ kind: "apply", name: "log", args: [a] });
  }

  /** f(−s) by f(s), for one of the two signs. */
  #signed(a: Sum, name: string, turned: (s: Sum) => Sum, atZero: Sum): Sum {
    if (a.terms.length === 0) return atZero;
    return a.terms[0].coefficient.s < 0n
      ? turned(this.atom({ kind: "apply", name, args: [negate(a)] }))
      : this.atom({ kind: "apply", name, args: [a] });
  }

  /** A function that is linear in a: term by term, coefficients and scalars outside. */
  #perTerm(a: Sum, shape: { rows: Dim; cols: Dim }, f: (one: Sum) => Sum): Sum {
    if (isScalar(a)) return f(a);
    return collect(
      shape,
      a.terms.flatMap((t) =>
        this.multiply(
          collect(SCALAR, [term(t.coefficient, t.powers)]),
          f(collect(a, [term(rational(1), [], t.word)])),
        ).terms
      ),
    );
  }

  /** A⁻¹ of a matrix. */
  inverse(a: Sum): Sum {
    const only = a.terms.length === 1 ? a.terms[0] : undefined;
    if (!only) return this.atom({ kind: "apply", name: "inv", args: [a] }, a);
    const factor = this.power(collect(SCALAR, [term(only.coefficient, only.powers)]), number(-1));
    if (only.word.length === 0) return spread(factor, a);
    const [letter] = only.word;
    if (only.word.length === 1 && letter.kind === "apply" && letter.name === "inv") {
      return this.multiply(factor, letter.args[0]);
    }
    const word = collect(a, [term(rational(1), [], only.word)]);
    return this.multiply(factor, this.atom({ kind: "apply", name: "inv", args: [word] }, a));
  }

  /** base ^ exponent: whole powers are multiplied out, sums in an exponent split into factors. */
  power(base: Sum, exponent: Sum): Sum {
    const n = asNumber(exponent);
    if (n && n.d === 1n) return this.#whole(base, Number(n));
    if (!isScalar(base)) return this.atom({ kind: "power", base, exponent }, base);
    const value = asNumber(base);
    if (value?.equals(1)) return number(1);
    if (n) {
      const whole = Number(n.floor()), rest = n.sub(whole);
      const part = (value && exactRoot(value, rest)) ?? this.#rootPower(base, rest);
      return whole === 0 ? part : this.multiply(this.power(base, number(whole)), part);
    }
    return this.product(exponent.terms.map((t) => {
      const c = t.coefficient;
      if (t.key === "1") return this.power(base, number(c));
      const one = collect(SCALAR, [term(rational(1, c.d), t.powers)]);
      return this.power(this.atom({ kind: "power", base, exponent: one }), number(rational(c.s * c.n)));
    }));
  }

  /** base ^ (p/q) for 0 < p/q < 1, as a power of the q-th root. */
  #rootPower(base: Sum, exponent: Rational): Sum {
    if (exponent.n === 0n) return number(1);
    const root = this.atom({ kind: "power", base, exponent: number(rational(1, exponent.d)) });
    return this.power(root, number(rational(exponent.n)));
  }

  #whole(base: Sum, n: number): Sum {
    if (n === 0) return number(1, base);
    if (n < 0) {
      const inverted = isScalar(base) ? this.#reciprocal(base) : this.inverse(base);
      return this.#whole(inverted, -n);
    }
    const [only, more] = base.terms;
    if (n > LARGEST_POWER && isScalar(base) && only && !more) {
      const powers = this.#powers(only.powers.map((p) => ({ ...p, exponent: p.exponent * n })));
      return scale(only.coefficient.pow(n) as Rational, powers);
    }
    if (n > LARGEST_POWER) return this.atom({ kind: "power", base, exponent: number(n) }, base);
    let result = base;
    for (let k = 1; k < n; k++) result = this.multiply(result, base);
    return result;
  }

  #reciprocal(base: Sum): Sum {
    if (base.terms.length === 0) {
      throw new RangeError("Cannot divide: expected a divisor that is not 0, got 0");
    }
    const lead = base.terms[0].coefficient, inverse = rational(1).div(lead);
    if (base.terms.length > 1) {
      return scale(inverse, this.atom({ kind: "reciprocal", of: scale(inverse, base) }));
    }
    const [only] = base.terms;
    const plain = only.powers.filter(({ atom: a }) => a.kind !== "reciprocal" && a.kind !== "imaginary");
    const under = only.powers.filter(({ atom: a }) => a.kind === "reciprocal");
    const turns = only.powers.find(({ atom: a }) => a.kind === "imaginary");
    const flipped = collect(SCALAR, [
      term(inverse, plain.map(({ atom: a, exponent }) => ({ atom: a, exponent: -exponent }))),
    ]);
    const parts = under.map(({ atom: a, exponent }) =>
      this.power(a.kind === "reciprocal" ? a.of : number(1), number(exponent))
    );
    // 1 / i = −i
    const turned = turns ? [negate(collect(SCALAR, [term(rational(1), [turns])]))] : [];
    return this.product([flipped, ...parts, ...turned]);
  }

  bind(binder: Binder, names: readonly string[], body: Sum): Sum {
    return bindSum(this, binder, names, body);
  }

  derivative(body: Sum, by: Atom): Sum {
    return derivativeSum(this, body, by);
  }

  /** Every atom made again, after a change of what `leaf` names: new names, or values for names. */
  rebuild(sum: Sum, touches: (a: Atom) => boolean, leaf: (a: Atom) => Sum | undefined): Sum {
    const again = (s: Sum): Sum =>
      s.terms.some((t) => atomsOf(t).some(touches))
        ? collect(
          s,
          s.terms.flatMap((t) => {
            const scalars = t.powers.map(({ atom: a, exponent }) => this.power(one(a), number(exponent)));
            const factor = this.product([number(t.coefficient), ...scalars]);
            return (t.word.length === 0
              ? spread(factor, s)
              : this.multiply(factor, this.product(t.word.map(one)))).terms;
          }),
        )
        : s;
    const words = (word: readonly Atom[]) => this.product(word.map(one));
    const one = (a: Atom): Sum => {
      if (!touches(a)) return this.#asSum(a);
      const replaced = leaf(a);
      if (replaced) return replaced;
      switch (a.kind) {
        case "apply":
          return this.apply(a.name, a.args.map(again));
        case "transposed":
          return this.transpose(words(a.word));
        case "closed":
          return words(a.word);
        case "trace":
          return this.trace(words(a.word));
        case "bind": {
          if (a.binder === "E") return this.bind(a.binder, a.names, again(a.body));
          const fresh = a.names.map((name) => [name, this.fresh(name.split("°")[0])] as const);
          const opened = fresh.reduce((s, [name, other]) => this.substitute(s, name, this.symbol(other, SCALAR)), a.body);
          return this.bind(a.binder, fresh.map(([, other]) => other), again(opened));
        }
        case "derivative":
          return this.derivative(again(a.body), a.by);
        case "power":
          return this.power(again(a.base), again(a.exponent));
        case "reciprocal":
          return this.power(again(a.of), number(-1));
        default:
          return this.#asSum(a);
      }
    };
    return again(sum);
  }

  #asSum(a: Atom): Sum {
    return isScalar(a)
      ? collect(SCALAR, [term(rational(1), [{ atom: a, exponent: 1 }])])
      : collect(a, [term(rational(1), [], [a])]);
  }

  /** A sum with `value` in place of the name. */
  substitute(sum: Sum, name: string, value: Sum): Sum {
    return this.rebuild(
      sum,
      ({ free }) => free.has(name),
      (a) => a.kind === "symbol" && a.name === name ? value : undefined,
    );
  }
}

/** A scalar as a multiple of the identity of a shape. */
const spread = (s: Sum, shape: { rows: Dim; cols: Dim }): Sum => collect(shape, s.terms);

const withWord = (s: Sum, word: readonly Atom[], shape: { rows: Dim; cols: Dim }): Sum =>
  collect(shape, s.terms.map((t: Term) => term(t.coefficient, t.powers, word)));

const inverted = (a: Atom): string | undefined => a.kind === "apply" && a.name === "inv" ? a.args[0].key : undefined;

const areInverse = (a: Atom, b: Atom): boolean => inverted(a) === b.key || inverted(b) === a.key;

/** q where an exponent is 1/q. */
function rootOf(exponent: Sum): number | undefined {
  const value = asNumber(exponent);
  return value && value.n === 1n && value.d > 1n ? Number(value.d) : undefined;
}

/** base^(p/q) where it is rational, and base is not negative. */
function exactRoot(base: Rational, exponent: Rational): Sum | undefined {
  if (base.s < 0n || exponent.n === 0n) return undefined;
  const q = Number(exponent.d);
  const root = (n: bigint) => {
    const near = BigInt(Math.round(Number(n) ** (1 / q)));
    return near ** BigInt(q) === n ? near : undefined;
  };
  const top = root(base.n), bottom = root(base.d);
  return top === undefined || bottom === undefined ? undefined : number(rational(top, bottom).pow(exponent.n) as Rational);
}

/** A product of sizes, in one order. */
function sizes(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (a === 1) return b;
  if (b === 1) return a;
  return [a, b].flatMap((x) => String(x).split("*")).sort().join("*");
}

function shapeOf(name: string, [a]: readonly Sum[]): { rows: Dim; cols: Dim } {
  return name === "diag" ? { rows: a.rows, cols: a.rows } : SCALAR;
}

/** All names that a definition leans on, through the definitions it uses. */
export function namesBehind(tree: Tree, notation: Notation): Set<string> {
  const names = new Set<string>();
  const walk = (node: Tree, bound: ReadonlySet<string>) => {
    if (node.op === "symbol" && !bound.has(node.name) || node.op === "apply" && !builtins.has(node.name)) {
      const name = node.op === "symbol" || node.op === "apply" ? node.name : "";
      if (!names.has(name)) {
        names.add(name);
        const behind = notation.definitions.get(name);
        if (behind) walk(behind.tree, bound);
      }
    }
    const inner = node.op === "bind" ? new Set([...bound, ...node.names]) : bound;
    for (const part of parts(node)) walk(part, inner);
  };
  walk(tree, new Set());
  return names;
}
