import type { Notation } from "../notation.ts";
import { type Binder, builtins, freeNames, isScalar, parts, scalar, type Tree } from "../tree.ts";
import type { Algebra } from "./algebra.ts";
import {
  type Atom,
  atomsOf,
  monomial,
  negate,
  number,
  ofWord,
  shapeOf,
  soleAtom,
  type Sum,
  type Term,
  total,
  zero,
} from "./sum.ts";

/** The name a bound variable was written with. */
export const tagOf = (name: string): string => name.split("°")[0];

/** Names of the laws behind the names of an expectation: declared, or q(z) where q takes z. */
export function lawsOf(names: readonly string[], notation: Notation): string[] {
  const laws = notation.spec.laws ?? {};
  return names.flatMap((name) => laws[name] ?? (notation.functions.get("q")?.includes(name) ? ["q"] : []));
}

/** What the law of random names leans on: the names behind the averages that are given of them. */
function momentsOf(names: readonly string[], notation: Notation): string[] {
  return notation.averages.filter(({ body }) => names.some((name) => freeNames(body).has(name)))
    .flatMap(({ value }) => [...namesBehind(value, notation)]);
}

/**
 * E(names, body), sum(z, body), integral(u, body). The names of an expectation carry their law and stay; those of
 * sums and integrals become z°k, where k counts how deep sums and integrals are nested below: equal formulas in
 * other letters have one form.
 */
export function bindSum(algebra: Algebra, binder: Binder, names: readonly string[], body: Sum): Sum {
  if (body.terms.length === 0) return body;
  if (binder === "E") {
    const opened = [...lawsOf(names, algebra.notation), ...momentsOf(names, algebra.notation)];
    return signed(algebra, { binder, names: [...names].sort() }, body, opened);
  }
  let height = Math.max(0, ...body.terms.flatMap(atomsOf).map((a) => a.height));
  const closed: string[] = [];
  let inner = body;
  for (const name of names) {
    const canonical = `${tagOf(name)}°${++height}`;
    if (canonical !== name) inner = algebra.substitute(inner, name, algebra.symbol(canonical, scalar));
    closed.push(canonical);
  }
  return signed(algebra, { binder, names: closed }, inner);
}

/** E(−s) = −E(s), and so of sums and integrals: one of the two stands for both. */
function signed(
  algebra: Algebra,
  bound: { readonly binder: Binder; readonly names: readonly string[] },
  body: Sum,
  opened?: readonly string[],
): Sum {
  const turned = body.terms[0]?.coefficient.s < 0n;
  const made = algebra.atom({ kind: "bind", ...bound, body: turned ? negate(body) : body }, body, opened);
  return turned ? negate(made) : made;
}

/** What moves with `by`: itself, what the notation gives dynamics in it, and the matrices of these dynamics. */
export function moving(by: Atom, notation: Notation): Set<string> {
  const dynamics = notation.dynamics.filter((d) => by.kind === "symbol" && d.by === by.name);
  const matrices = dynamics.flatMap(({ rate }) => [...freeNames(rate)])
    .filter((name) => !isScalar(notation.symbols.get(name) ?? scalar));
  return new Set([by.key, ...dynamics.map((d) => d.of), ...matrices]);
}

/**
 * d(body, by): linear, with everything that does not move outside; d(x, x) = 1, d(A′, t) = d(A, t)′. By a matrix
 * or a vector the body is a scalar and the result has the shape of `by`.
 */
export function derivativeSum(algebra: Algebra, body: Sum, by: Atom): Sum {
  const names = moving(by, algebra.notation);
  const moves = (a: Atom) => [...a.free].some((name) => names.has(name));
  const shape = isScalar(by) ? body : by;
  const ofTerm = (t: Term): Sum => {
    const outside = t.powers.filter(({ atom }) => !moves(atom)),
      inside = t.powers.filter(({ atom }) => moves(atom));
    const factor = monomial(t.coefficient, outside);
    const first = t.word.findIndex(moves), last = t.word.findLastIndex(moves);
    if (inside.length === 0 && first < 0) return zero(shape);
    if (inside.length > 0 && t.word.length > 0) {
      return algebra.multiply(factor, raw(monomial(1, inside, t.word, body)));
    }
    if (t.word.length === 0) return algebra.multiply(factor, single(monomial(1, inside, [], body)));
    const middle = t.word.slice(first, last + 1), { rows, cols } = shapeOf(middle);
    const core = single(ofWord(middle));
    const word = (letters: readonly Atom[], rows: Sum["rows"], cols: Sum["cols"]) =>
      letters.length > 0 ? [algebra.word(letters, { rows, cols })] : [];
    const before = word(t.word.slice(0, first), body.rows, rows);
    const after = word(t.word.slice(last + 1), cols, body.cols);
    return algebra.product([factor, ...before, core, ...after]);
  };
  /** One term without a constant part. */
  const single = (one: Sum): Sum => {
    const [only] = one.terms;
    const letter = only.word.length === 1 && only.powers.length === 0 ? only.word[0] : undefined;
    if (letter?.kind === "transposed") {
      return algebra.transpose(
        derivativeSum(algebra, algebra.product(letter.word.map((a) => algebra.offer(a))), by),
      );
    }
    const isBy = only.word.length === 0 && soleAtom(only.powers)?.key === by.key;
    if (isBy && isScalar(by)) return number(1);
    return raw(one);
  };
  const raw = (one: Sum): Sum => algebra.atom({ kind: "derivative", body: one, by }, shape);
  return total(shape, body.terms.map(ofTerm));
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
