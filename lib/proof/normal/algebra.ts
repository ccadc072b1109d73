import type { Notation } from "../notation.ts";
import { type Binder, type Dim, isScalar, scalar, type Shape } from "../tree.ts";
import { bindSum, derivativeSum, namesBehind } from "./operators.ts";
import { functionSum } from "./functions.ts";
import { powersSum, powerSum } from "./powers.ts";
import { substituted } from "./rebuild.ts";
import {
  type Atom,
  atom,
  collect,
  type Kind,
  monomial,
  number,
  ofWord,
  one,
  type Power,
  scale,
  soleAtom,
  spread,
  type Sum,
  term,
  total,
  zero,
} from "./sum.ts";
import { closedAtom, cut } from "./word.ts";

/** What a reason rewrites: an atom, or a word, into what it equals; undefined where it has nothing to say. */
export interface Rule {
  atom?(a: Atom, algebra: Algebra): Sum | undefined;
  word?(word: readonly Atom[], algebra: Algebra): Sum | undefined;
}

/** More terms than any line needs: past this a line is not multiplied out. */
const MOST_TERMS = 1500;

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
  atom(kind: Kind, shape: Shape = scalar, opened?: Iterable<string>): Sum {
    return this.offer(atom(kind, shape, opened));
  }

  offer(made: Atom): Sum {
    for (const rule of this.rules) {
      const rewritten = rule.atom?.(made, this);
      if (rewritten && rewritten.key !== made.key) return rewritten;
    }
    return one(made);
  }

  symbol(name: string, shape: Shape = this.notation.symbols.get(name) ?? scalar): Sum {
    const definition = this.notation.definitions.get(name);
    return this.atom(
      { kind: "symbol", name },
      shape,
      definition && namesBehind(definition.tree, this.notation),
    );
  }

  /** a b. */
  multiply(a: Sum, b: Sum): Sum {
    const isScaled = isScalar(a) || isScalar(b);
    const shape = isScalar(a) ? b : isScalar(b) ? a : { rows: a.rows, cols: b.cols };
    if (a.terms.length * b.terms.length > MOST_TERMS) {
      throw new RangeError(
        `Cannot multiply out: expected at most ${MOST_TERMS} terms, got ${a.terms.length} times ${b.terms.length}`,
      );
    }
    const products = a.terms.flatMap((x) =>
      b.terms.map((y) => {
        const powers = powersSum(this, [...x.powers, ...y.powers]);
        const factor = scale(x.coefficient.mul(y.coefficient), powers);
        if (isScaled) {
          const word = x.word.length > 0 ? x.word : y.word;
          return word.length === 0 ? spread(factor, shape) : withWord(factor, word, shape);
        }
        return this.#times(factor, this.word([...x.word, ...y.word], shape));
      })
    );
    return total(shape, products);
  }

  product(factors: readonly Sum[]): Sum {
    return factors.reduce((a, b) => this.multiply(a, b));
  }

  /** A word as a sum: units multiplied, inverses cancelled, rules heard, rows … columns taken out. */
  word(letters: readonly Atom[], shape: Shape): Sum {
    const word: Atom[] = [];
    for (const letter of letters) {
      const last = word.at(-1);
      if (last?.kind === "unit" && letter.kind === "unit") {
        if (last.j !== letter.i) return zero(shape);
        const unit = { rows: last.rows, cols: letter.cols };
        word[word.length - 1] = atom({ kind: "unit", i: last.i, j: letter.j }, unit);
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
    return scalars.reduce((product, s) => this.#times(s, product), ofWord(left, shape));
  }

  /** A row … column as a scalar. */
  closed(word: readonly Atom[]): Sum {
    if (word.every(({ kind }) => kind === "unit")) return number(1);
    return this.offer(closedAtom(word));
  }

  /** A scalar times a sum of any shape, without hearing the rules for words again. */
  #times(s: Sum, b: Sum): Sum {
    const products = s.terms.flatMap((x) =>
      b.terms.map((y) => {
        const powers = powersSum(this, [...x.powers, ...y.powers]);
        return withWord(scale(x.coefficient.mul(y.coefficient), powers), y.word, b);
      })
    );
    return total(b, products);
  }

  /** A′. */
  transpose(a: Sum): Sum {
    if (isScalar(a)) return a;
    const shape = { rows: a.cols, cols: a.rows };
    const turned = a.terms.map((t) => {
      const factor = monomial(t.coefficient, t.powers);
      return t.word.length === 0 ? spread(factor, shape) : this.multiply(factor, this.#turned(t.word, shape));
    });
    return total(shape, turned);
  }

  #turned(word: readonly Atom[], shape: Shape): Sum {
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
      const factor = monomial(t.coefficient, outside);
      if (!isScalar(a)) return this.multiply(factor, this.traceOf(t.word, a.rows));
      if (inside.length === 0) return factor;
      const only = soleAtom(inside);
      return this.multiply(
        factor,
        only?.kind === "closed"
          ? this.traceOf(only.word, 1)
          : this.atom({ kind: "apply", name: "tr", args: [monomial(1, inside)] }),
      );
    });
    return total(scalar, traced);
  }

  traceOf(word: readonly Atom[], size: Dim): Sum {
    if (word.length === 0 && typeof size === "number") return number(size);
    const [first] = word;
    if (word.length === 1 && first.kind === "unit") return number(first.i === first.j ? 1 : 0);
    return this.atom({ kind: "trace", word, size });
  }

  apply(name: string, args: readonly Sum[]): Sum {
    return functionSum(this, name, args);
  }

  power(base: Sum, exponent: Sum): Sum {
    return powerSum(this, base, exponent);
  }

  bind(binder: Binder, names: readonly string[], body: Sum): Sum {
    return bindSum(this, binder, names, body);
  }

  derivative(body: Sum, by: Atom): Sum {
    return derivativeSum(this, body, by);
  }

  /** A sum with `value` in place of the name. */
  substitute(sum: Sum, name: string, value: Sum): Sum {
    return substituted(this, sum, name, value);
  }
}

const withWord = (s: Sum, word: readonly Atom[], shape: Shape): Sum =>
  collect(shape, s.terms.map((t) => term(t.coefficient, t.powers, word)));

const inverted = (a: Atom): string | undefined =>
  a.kind === "apply" && a.name === "inv" ? a.args[0].key : undefined;

const areInverse = (a: Atom, b: Atom): boolean => inverted(a) === b.key || inverted(b) === a.key;
