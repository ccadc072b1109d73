import type { EditKind } from "./edits.ts";
import type { Notation } from "./notation.ts";
import { builtins, freeNames, isScalar, parts, sameShape, scalar, type Tree, withParts } from "./tree.ts";

/**
 * Slips that are no single edit of one place: a symbol mistaken wherever it stands, a function too many, an operation
 * for another, something off by one. They name wrong answers; the strength of a check does not ask for them.
 */
export type WiderKind =
  | EditKind
  | "shift"
  | "operation"
  | "point"
  | "throughout"
  | "exchange"
  | "entry"
  | "stranger";

/** What a kind of slip is called: never where it is, nor what would be right. */
export const says: Readonly<Record<WiderKind, string>> = {
  "sign": "One sign is turned.",
  "factor": "One term is off by a factor: a ½ or a 2 is lost, or is one too many.",
  "term dropped": "One term is missing.",
  "factor dropped": "One factor is missing.",
  "transpose": "A transpose is missing, or is one too many.",
  "order": "Two factors stand in the other order: where is that not allowed?",
  "symbol": "One symbol stands where another one belongs.",
  "function": "One function stands where another one belongs.",
  "log": "A logarithm or an exponential is missing.",
  "abs": "An absolute value is missing.",
  "reciprocal": "Something is above the fraction bar that belongs below, or the other way round.",
  "exponent": "An exponent is off.",
  "identity": "The identity is off by a factor.",
  "shift": "Something is off by one.",
  "operation":
    "One operation stands where another one belongs: is something added that multiplies, or inside that is outside?",
  "point": "A function is asked at another point than it should be.",
  "stranger": "Something that is given stands where it does not belong.",
  "throughout": "Something that is given does not enter as it should: it is left out, or taken to be 0 or 1.",
  "exchange": "Two of the things that are given have changed places.",
  "entry": "The entries of a row are off: one is lost, or two have changed places.",
};

export interface Wider {
  readonly tree: Tree;
  readonly kind: WiderKind;
}

const number = (top: bigint): Tree => ({ op: "number", top, bottom: 1n, shape: scalar });
const one = number(1n);
const negated = (of: Tree): Tree => ({ op: "negate", of, shape: of.shape });
const over = (top: Tree, bottom: Tree): Tree => ({ op: "divide", top, bottom, shape: scalar });
const power = (base: Tree, exponent: Tree): Tree => ({ op: "power", base, exponent, shape: scalar });
const call = (name: string, ...args: Tree[]): Tree => ({ op: "apply", name, args, shape: scalar });
const sum = (...terms: Tree[]): Tree => ({ op: "add", terms, shape: terms[0].shape });
const times = (c: Tree, of: Tree): Tree => ({ op: "multiply", factors: [c, of], shape: of.shape });

/** The tree with definitions opened, as far down as there are any. */
export function opened(tree: Tree, notation: Notation): Tree {
  const made = tree.op === "symbol" ? notation.definitions.get(tree.name) : undefined;
  if (made) return opened(made.tree, notation);
  return withParts(tree, parts(tree).map((part) => opened(part, notation)));
}

/** The tree with every `name` replaced. */
function replaced(tree: Tree, name: string, by: (symbol: Tree) => Tree): Tree {
  if (tree.op === "symbol" && tree.name === name) return by(tree);
  return withParts(tree, parts(tree).map((part) => replaced(part, name, by)));
}

/** Every wider slip of a tree without definitions, but for those that hold nothing that is given. */
export function* wider(tree: Tree, notation: Notation): Generator<Wider> {
  for (const slip of [...throughout(tree, notation), ...anywhere(tree, notation)]) {
    if (freeNames(slip.tree).size > 0) yield slip;
  }
}

/** One symbol mistaken wherever it stands, or two for each other. */
function* throughout(tree: Tree, notation: Notation): Generator<Wider> {
  const free = [...notation.symbols].filter(([name]) => !notation.definitions.has(name));
  for (const [name, shape] of free) {
    const put = (by: (symbol: Tree) => Tree) => replaced(tree, name, by);
    if (isScalar(shape)) {
      yield { kind: "sign", tree: put(negated) };
      yield { kind: "throughout", tree: put(() => one) };
      yield { kind: "throughout", tree: put(() => number(0n)) };
      yield { kind: "exponent", tree: put((s) => power(s, number(2n))) };
      yield { kind: "exponent", tree: put((s) => call("sqrt", s)) };
      yield { kind: "factor", tree: put((s) => times(number(2n), s)) };
      yield { kind: "factor", tree: put((s) => over(s, number(2n))) };
      yield { kind: "reciprocal", tree: put((s) => over(one, s)) };
      yield { kind: "log", tree: put((s) => call("exp", s)) };
      yield { kind: "log", tree: put((s) => call("log", s)) };
      yield { kind: "abs", tree: put((s) => call("abs", s)) };
    } else if (shape.rows === shape.cols) {
      yield { kind: "throughout", tree: put((s) => ({ op: "identity", shape: s.shape })) };
      yield { kind: "throughout", tree: put((s) => times(number(0n), s)) };
      yield { kind: "operation", tree: put((s) => times(call("tr", s), { op: "identity", shape: s.shape })) };
      yield { kind: "sign", tree: put(negated) };
      if (!shape.symmetric) {
        yield { kind: "transpose", tree: put((s) => ({ op: "transpose", of: s, shape: s.shape })) };
      }
    }
    for (const [other, its] of free) {
      if (other <= name || !sameShape(shape, its)) continue;
      const apart = replaced(tree, name, (s) => ({ ...s, name: `${other} ` }) as Tree);
      const both = replaced(apart, other, (s) => ({ ...s, name }) as Tree);
      yield {
        kind: "exchange",
        tree: replaced(both, `${other} `, (s) => ({ ...s, name: other }) as Tree),
      };
    }
  }
}

/** Each node in turn, in every way that is wider than an edit. */
function* anywhere(tree: Tree, notation: Notation): Generator<Wider> {
  yield* here(tree, notation);
  const inner = parts(tree);
  for (const [k, part] of inner.entries()) {
    for (const { tree: changed, kind } of anywhere(part, notation)) {
      yield { kind, tree: withParts(tree, inner.map((old, i) => i === k ? changed : old)) };
    }
  }
}

function* here(tree: Tree, notation: Notation): Generator<Wider> {
  if (tree.op === "matrix") yield* entries(tree);
  if (tree.op === "bind") yield* outside(tree);
  if (!isScalar(tree.shape)) {
    const [a, b, ...others] = tree.op === "multiply" ? tree.factors : [];
    if (b && others.length === 0 && sameShape(a.shape, b.shape)) yield { kind: "operation", tree: sum(a, b) };
    return;
  }
  if (tree.op !== "add") yield* strangers(tree, notation);
  if (tree.op !== "number") {
    yield { kind: "log", tree: call("exp", tree) };
    yield { kind: "log", tree: call("log", tree) };
    yield { kind: "exponent", tree: power(tree, number(2n)) };
    yield { kind: "exponent", tree: call("sqrt", tree) };
    yield { kind: "reciprocal", tree: over(one, tree) };
    yield { kind: "abs", tree: call("abs", tree) };
  }
  if (tree.op !== "negate" && tree.op !== "add") yield { kind: "sign", tree: negated(tree) };
  yield { kind: "shift", tree: sum(tree, one) };
  yield { kind: "shift", tree: sum(tree, negated(one)) };
  yield { kind: "shift", tree: sum(one, negated(tree)) };
  yield* operations(tree);
  if (tree.op === "apply" && !builtins.has(tree.name)) {
    // another point: the function's own argument alone, or one more function before it
    yield { kind: "point", tree: tree.args[0] };
    for (const [name, parameters] of notation.functions) {
      if (parameters.length !== 1) continue;
      const [first, ...rest] = tree.args;
      yield { kind: "point", tree: { ...tree, args: [call(name, first), ...rest] } };
      if (first.op === "apply") yield { kind: "point", tree: { ...tree, args: [first.args[0], ...rest] } };
    }
  }
}

/** Something given that does not belong there: as a factor, a divisor, a term, or in a number's place. */
function* strangers(tree: Tree, notation: Notation): Generator<Wider> {
  for (const [name, shape] of notation.symbols) {
    if (!isScalar(shape) || notation.definitions.has(name)) continue;
    const symbol: Tree = { op: "symbol", name, shape };
    if (tree.op === "number") yield { kind: "symbol", tree: symbol };
    yield { kind: "stranger", tree: times(symbol, tree) };
    yield { kind: "stranger", tree: over(tree, symbol) };
    yield { kind: "stranger", tree: sum(tree, symbol) };
    yield { kind: "stranger", tree: sum(tree, negated(symbol)) };
  }
}

/** + for ·, · for +, − for /, a power for a product. */
function* operations(tree: Tree): Generator<Wider> {
  const kind = "operation" as const;
  if (tree.op === "add" && tree.terms.length === 2) {
    const [a, b] = tree.terms, bare = b.op === "negate" ? b.of : b;
    yield { kind, tree: times(a, bare) };
    yield { kind, tree: over(a, bare) };
    yield { kind, tree: over(bare, a) };
  }
  if (tree.op === "multiply" && tree.factors.every(({ shape }) => isScalar(shape))) {
    yield { kind, tree: sum(...tree.factors) };
    if (tree.factors.length !== 2) return;
    const [a, b] = tree.factors;
    yield { kind, tree: sum(a, negated(b)) };
    yield { kind, tree: power(a, b) };
    yield { kind, tree: power(b, a) };
  }
  if (tree.op === "divide" && isScalar(tree.top.shape)) {
    yield { kind, tree: sum(tree.top, negated(tree.bottom)) };
    yield { kind, tree: sum(tree.top, tree.bottom) };
  }
}

/** f of a mean for the mean of f. */
function* outside(tree: Tree & { op: "bind" }): Generator<Wider> {
  const { body } = tree;
  if (body.op !== "apply" || !builtins.has(body.name) || body.args.length !== 1) return;
  yield { kind: "operation", tree: { ...body, args: [{ ...tree, body: body.args[0] }] } };
}

/** A written matrix with an entry of the wrong sign, or 0 or 1; with a row or a column turned round. */
function* entries(tree: Tree & { op: "matrix" }): Generator<Wider> {
  const put = (i: number, j: number, entry: Tree): Tree => ({
    ...tree,
    rows: tree.rows.map((row, r) => row.map((old, c) => r === i && c === j ? entry : old)),
  });
  for (const [i, row] of tree.rows.entries()) {
    for (const j of row.keys()) {
      yield { kind: "entry", tree: put(i, j, number(0n)) };
      yield { kind: "entry", tree: put(i, j, one) };
    }
    if (row.length > 1) {
      yield {
        kind: "entry",
        tree: { ...tree, rows: tree.rows.map((old, r) => r === i ? row.toReversed() : old) },
      };
    }
  }
}
