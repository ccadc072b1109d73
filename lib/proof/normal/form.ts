import { rational } from "../../math/exact.ts";
import { domainOf } from "../domain.ts";
import { freeNames, isScalar, scalar, type Tree } from "../tree.ts";
import { type Algebra } from "./algebra.ts";
import {
  asNumber,
  type Atom,
  atom,
  collect,
  monomial,
  negate,
  number,
  subtract,
  type Sum,
  type Term,
  term,
  total,
} from "./sum.ts";

/** Names bound around a node, by the name that stands for each in the normal form. */
type Bound = ReadonlyMap<string, string>;

/** The normal form of a tree, under the rules of an algebra. */
export function normalForm(tree: Tree, algebra: Algebra, bound: Bound = new Map()): Sum {
  const of = (node: Tree) => normalForm(node, algebra, bound);
  switch (tree.op) {
    case "number":
      return number(rational(tree.top, tree.bottom));
    case "identity":
      return number(1, tree.shape);
    case "imaginary":
      return algebra.atom({ kind: "imaginary" });
    case "symbol": {
      const known = bound.get(tree.name);
      if (known) return algebra.symbol(known, tree.shape);
      const definition = algebra.notation.definitions.get(tree.name);
      // a definition that leans on a name bound here is an abbreviation: it is opened at once
      const leans = definition && [...freeNames(definition.tree)].some((name) => bound.has(name));
      return leans ? of(definition.tree) : algebra.symbol(tree.name, tree.shape);
    }
    case "apply":
      return algebra.apply(tree.name, tree.args.map(of));
    case "add":
      return writtenOut(total(tree.shape, tree.terms.map(of)));
    case "multiply":
      return algebra.product(tree.factors.map(of));
    case "negate":
      return negate(of(tree.of));
    case "divide": {
      const top = of(tree.top), bottom = of(tree.bottom);
      if (top.terms.length === 0 && asNumber(bottom) === undefined) {
        algebra.conditions.add(`${bottom.key} ≠ 0`);
      }
      return algebra.multiply(top, algebra.power(bottom, number(-1)));
    }
    case "power":
      return algebra.power(of(tree.base), of(tree.exponent));
    case "transpose":
      return algebra.transpose(of(tree.of));
    case "matrix":
      return explicit(tree.rows.map((row) => row.map(of)), algebra);
    case "bind": {
      if (tree.binder === "E") {
        const inner = new Map([...bound, ...tree.names.map((name) => [name, name] as const)]);
        return algebra.bind("E", tree.names, normalForm(tree.body, algebra, inner));
      }
      const named = tree.names.map((name) =>
        [name, algebra.fresh(domainOf(name, tree.body, algebra.notation))] as const
      );
      const body = normalForm(tree.body, algebra, new Map([...bound, ...named]));
      return algebra.bind(tree.binder, named.map(([, fresh]) => fresh), body);
    }
    case "derivative": {
      const shape = algebra.notation.symbols.get(tree.by) ?? scalar;
      const by: Atom = atom({ kind: "symbol", name: bound.get(tree.by) ?? tree.by }, shape);
      return algebra.derivative(of(tree.body), by);
    }
  }
}

/** A matrix written out: its entries times units. */
function explicit(rows: readonly (readonly Sum[])[], algebra: Algebra): Sum {
  const shape = { rows: rows.length, cols: rows[0].length };
  if (isScalar(shape)) return rows[0][0];
  const entries = rows.flatMap((row, i) =>
    row.map((entry, j) => algebra.multiply(entry, algebra.atom({ kind: "unit", i: i + 1, j: j + 1 }, shape)))
  );
  return total(shape, entries);
}

/** A multiple of the identity beside explicit entries is written out too: I = e₁₁ + … + eₙₙ. */
export function writtenOut(sum: Sum): Sum {
  const explicitOnly = (t: Term) => t.word.length === 1 && t.word[0].kind === "unit";
  const { rows } = sum;
  if (typeof rows !== "number" || isScalar(sum) || !sum.terms.some(explicitOnly)) return sum;
  return collect(
    sum,
    sum.terms.flatMap((t) =>
      t.word.length > 0
        ? [t]
        : Array.from({ length: rows }, (_, k) =>
          term(t.coefficient, t.powers, [atom({ kind: "unit", i: k + 1, j: k + 1 }, sum)]))
    ),
  );
}

/** What is left of a − b when both are normal, with every denominator multiplied out. */
export function difference(a: Sum, b: Sum, algebra: Algebra): Sum {
  let left = writtenOut(subtract(a, b));
  for (let round = 0; round < 8; round++) {
    const under = left.terms.flatMap(({ powers }) => powers).find(({ atom: a }) => a.kind === "reciprocal");
    if (!under || under.atom.kind !== "reciprocal") break;
    const { of, key } = under.atom;
    algebra.conditions.add(`${of.key} ≠ 0`);
    const exponentIn = (t: Term) => t.powers.find((p) => p.atom.key === key)?.exponent ?? 0;
    const depth = Math.max(...left.terms.map(exponentIn));
    const cleared = left.terms.map((t) => {
      const rest = monomial(t.coefficient, t.powers.filter((p) => p.atom.key !== key), t.word, left);
      return algebra.multiply(algebra.power(of, number(depth - exponentIn(t))), rest);
    });
    left = total(left, cleared);
  }
  return left;
}
