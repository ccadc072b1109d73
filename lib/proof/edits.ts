import {
  half,
  joined,
  negate,
  number,
  one,
  power,
  reciprocal,
  sum,
  times,
  transposed,
  two,
  without,
} from "./nodes.ts";
import type { Notation } from "./notation.ts";
import { parse } from "./parse.ts";
import { FormulaError } from "./tokens.ts";
import { builtins, changedInside, isScalar, nodes, sameShape, type Tree } from "./tree.ts";
import { write } from "./write.ts";

/** The kinds of slip that one edit of a formula is. */
export type EditKind =
  | "sign"
  | "factor"
  | "term dropped"
  | "factor dropped"
  | "transpose"
  | "order"
  | "symbol"
  | "function"
  | "log"
  | "abs"
  | "reciprocal"
  | "exponent"
  | "identity";

export interface Edit {
  readonly text: string;
  readonly kind: EditKind;
  readonly tree: Tree;
}

/**
 * Every formula that one slip makes of this one: a sign, a factor ½ or 2, a term or factor dropped, a transpose
 * added or taken away, two factors in the other order, a symbol for another of its shape, a logarithm or an absolute
 * value dropped, a reciprocal, an exponent, I for 0. Each fits the notation; none is the text itself.
 */
export function edits(text: string, notation: Notation): Edit[] {
  const tree = parse(text, notation), found = new Map<string, Edit>();
  const own = write(tree);
  for (const { tree: edited, kind } of variants(tree, notation)) {
    const written = write(edited);
    if (written === own || found.has(written) || written.includes("''")) continue;
    try {
      found.set(written, { text: written, kind, tree: parse(written, notation) });
    } catch (cause) {
      // an edit that no longer fits in its place is none
      if (!(cause instanceof FormulaError)) throw cause;
    }
  }
  return [...found.values()];
}

interface Variant {
  readonly tree: Tree;
  readonly kind: EditKind;
}

/** The tree edited once, at the node itself or in one of its parts; shapes may no longer fit. */
export function* variants(
  tree: Tree,
  notation: Notation,
  bound: ReadonlySet<string> = new Set(),
): Generator<Variant> {
  yield* here(tree, notation, bound);
  const inside = tree.op === "bind" ? new Set([...bound, ...tree.names]) : bound;
  yield* changedInside(tree, function* (part, k): Generator<Variant> {
    for (const variant of variants(part, notation, inside)) {
      yield tree.op === "power" && k === 1 ? { ...variant, kind: "exponent" } : variant;
    }
  });
}

function* here(tree: Tree, notation: Notation, bound: ReadonlySet<string>): Generator<Variant> {
  switch (tree.op) {
    case "add": {
      const again = (terms: readonly Tree[]) => joined("add", terms, tree.shape);
      for (const [k, term] of tree.terms.entries()) {
        yield { kind: "sign", tree: again(tree.terms.with(k, negate(term))) };
        yield { kind: "term dropped", tree: again(without(tree.terms, k)) };
        yield* scaled(term, (edited) => again(tree.terms.with(k, edited)));
      }
      return;
    }
    case "multiply": {
      const product = (factors: readonly Tree[]) => joined("multiply", factors, tree.shape);
      for (const [k, factor] of tree.factors.entries()) {
        if (isScalar(factor.shape) || sameShape(factor.shape, transposed(factor).shape)) {
          yield { kind: "factor dropped", tree: product(without(tree.factors, k)) };
        }
        if (isScalar(factor.shape) && factor.op !== "number") {
          yield { kind: "reciprocal", tree: product(tree.factors.with(k, reciprocal(factor))) };
        }
        const next = tree.factors[k + 1];
        if (next && !isScalar(factor.shape) && !isScalar(next.shape)) {
          yield { kind: "order", tree: product(tree.factors.with(k, next).with(k + 1, factor)) };
        }
      }
      // the first factor behind the last, as in Wp M for M Wp
      const [first, ...rest] = tree.factors.filter((f) => !isScalar(f.shape));
      if (rest.length > 1) {
        yield { kind: "order", tree: product([...tree.factors.filter((f) => f !== first), first]) };
      }
      return;
    }
    case "negate":
      yield { kind: "sign", tree: tree.of };
      return;
    case "number":
      yield { kind: "factor", tree: number(tree.top * 2n, tree.bottom) };
      yield { kind: "factor", tree: number(tree.top, tree.bottom * 2n) };
      if (tree.top !== 1n && tree.bottom !== 1n) {
        yield { kind: "reciprocal", tree: number(tree.bottom, tree.top) };
      }
      if (tree.bottom === 1n && tree.top > 0n) {
        yield { kind: "factor", tree: number(tree.top + 1n) };
        yield { kind: tree.top === 1n ? "term dropped" : "factor", tree: number(tree.top - 1n) };
      }
      return;
    case "divide":
      if (isScalar(tree.top.shape)) {
        yield { kind: "reciprocal", tree: { ...tree, top: tree.bottom, bottom: tree.top } };
        yield {
          kind: "reciprocal",
          tree: { op: "multiply", factors: [tree.top, tree.bottom], shape: tree.shape },
        };
      }
      yield { kind: "factor dropped", tree: tree.top };
      return;
    case "power":
      yield* powers(tree);
      return;
    case "transpose":
      yield { kind: "transpose", tree: tree.of };
      return;
    case "symbol":
      yield* symbols(tree, notation, bound);
      return;
    case "identity":
      yield { kind: "identity", tree: times(two, tree) };
      return;
    case "apply":
      yield* applied(tree, notation);
      return;
    default:
      // the mean left out can't be said; a factor on the whole can
      return;
  }
}

/** A term with a factor 2 or ½, on top of what it has. */
function* scaled(term: Tree, put: (edited: Tree) => Tree): Generator<Variant> {
  const minus = term.op === "negate", body = minus ? term.of : term;
  const back = (edited: Tree) => put(minus ? negate(edited) : edited);
  if (body.op === "number") return;
  yield { kind: "factor", tree: back(times(two, body)) };
  yield { kind: "factor", tree: back(times(half, body)) };
}

function* powers(tree: Tree & { op: "power" }): Generator<Variant> {
  const { base, exponent } = tree;
  yield { kind: "exponent", tree: base };
  if (!isScalar(base.shape)) return;
  if (exponent.op === "number") return;
  for (const other of [sum(exponent, one), sum(exponent, negate(one)), times(two, exponent)]) {
    yield { kind: "exponent", tree: { ...tree, exponent: other } };
  }
}

function* symbols(
  tree: Tree & { op: "symbol" },
  notation: Notation,
  bound: ReadonlySet<string>,
): Generator<Variant> {
  const { name, shape } = tree;
  if (!isScalar(shape) && !shape.symmetric && sameShape(shape, transposed(tree).shape)) {
    yield { kind: "transpose", tree: transposed(tree) };
  }
  for (const [other, its] of notation.symbols) {
    // a bound variable stands for another bound one only, and a free symbol for a free one
    const isBound = bound.has(other);
    if (other === name || !sameShape(its, shape) || bound.has(name) !== isBound) continue;
    if (isBound || !isBinderName(other, notation)) {
      yield { kind: "symbol", tree: { ...tree, name: other, shape: its } };
    }
  }
}

/** Names that only binders give a value: those of averages. */
function isBinderName(name: string, notation: Notation): boolean {
  return notation.averages.some(({ body }) =>
    nodes(body).some((node) => node.op === "symbol" && node.name === name)
  );
}

function* applied(tree: Tree & { op: "apply" }, notation: Notation): Generator<Variant> {
  const { name, args } = tree;
  const parameters = notation.functions.get(name);
  if (parameters) {
    for (const [other, its] of notation.functions) {
      if (other !== name && its.length === parameters.length && its.every((p, k) => p === parameters[k])) {
        yield { kind: "function", tree: { ...tree, name: other } };
      }
    }
    return;
  }
  if (!builtins.has(name)) return;
  if (["log", "exp", "tanh"].includes(name)) yield { kind: "log", tree: args[0] };
  if (name === "log") yield { kind: "sign", tree: { ...tree, args: [reciprocal(args[0])] } };
  if (name === "abs") yield { kind: "abs", tree: args[0] };
  if (name === "sqrt") yield { kind: "exponent", tree: args[0] };
  if (name === "norm") yield { kind: "exponent", tree: power(tree, two) };
  if (name === "inv") yield { kind: "reciprocal", tree: args[0] };
  if (name === "cos" || name === "sin") {
    yield { kind: "function", tree: { ...tree, name: name === "cos" ? "sin" : "cos" } };
  }
  if (name === "kron") yield { kind: "order", tree: { ...tree, args: [args[1], args[0]] } };
}
