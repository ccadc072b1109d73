import { brackets } from "./brackets.ts";
import {
  call,
  joined,
  negate,
  number,
  one,
  over,
  power,
  reciprocal,
  sum,
  swapped,
  times,
  transposed,
  two,
  without,
} from "./nodes.ts";
import type { Notation } from "./notation.ts";
import { points, weighed } from "./points.ts";
import {
  builtins,
  changedInside,
  freeNames,
  isScalar,
  mapParts,
  parts,
  sameShape,
  scalar,
  type Shape,
  type Tree,
} from "./tree.ts";

/** What a kind of slip is called: never where it is, nor what would be right. */
export const says = {
  "sign": "One sign is turned.",
  "factor": "One term is off by a constant factor: a ½, a 2 or another number is lost, or is one too many.",
  "term dropped": "One term is missing.",
  "factor dropped": "One factor is missing.",
  "transpose": "A transpose is missing, or is one too many.",
  "order": "Two factors stand in the other order: where is that not allowed?",
  "symbol": "One symbol stands where another one belongs.",
  "function": "One function stands where another one belongs.",
  "log": "A logarithm or an exponential is missing, or is one too many.",
  "abs": "An absolute value is missing, or is one too many.",
  "reciprocal":
    "Something is above the fraction bar that belongs below, or an inverse stands where none belongs, or the other way round.",
  "exponent": "An exponent is off.",
  "identity": "The identity is off by a factor.",
  "shift": "Something is off by one.",
  "operation":
    "One operation stands where another one belongs: is something added that multiplies, or inside that is outside?",
  "point": "A function is asked at another point than it should be.",
  "complement": "One minus something stands where the thing itself belongs.",
  "weight": "Something is weighed by what it should not be weighed by: a factor is one too many.",
  "stranger": "Something that is given stands where it does not belong.",
  "throughout": "Something that is given does not enter as it should: it is left out, or taken to be 0 or 1.",
  "exchange": "Two of the things that are given have changed places.",
  "bracket": "A bracket ends too early or too late: what does the factor or the function before it act on?",
  "entry": "The entries of a row are off: one is lost, or two have changed places.",
};

/**
 * Slips that are no single edit of one place: a symbol mistaken wherever it stands, a function too many, an operation
 * for another, something off by one. They name wrong answers; the strength of a check does not ask for them.
 */
export type WiderKind = keyof typeof says;

export interface Wider {
  readonly tree: Tree;
  readonly kind: WiderKind;
}

const squared = (base: Tree): Tree => power(base, two);
const halved = (of: Tree): Tree => over(of, two);
const doubled = (of: Tree): Tree => times(two, of);
const isSquare = ({ rows, cols }: Shape) => rows === cols && rows !== 1;

/** The tree with definitions opened, as far down as there are any. */
export function opened(tree: Tree, notation: Notation): Tree {
  const made = tree.op === "symbol" ? notation.definitions.get(tree.name) : undefined;
  if (made) return opened(made.tree, notation);
  return mapParts(tree, (part) => opened(part, notation));
}

/** The tree with every symbol `name`, or what the function of that name gives, replaced. */
function replaced(tree: Tree, name: string, by: (symbol: Tree) => Tree): Tree {
  const inside = mapParts(tree, (part) => replaced(part, name, by));
  return (tree.op === "symbol" || tree.op === "apply") && tree.name === name ? by(inside) : inside;
}

/** Every wider slip of a tree without definitions, but for those that hold nothing that is given. */
export function* wider(tree: Tree, notation: Notation): Generator<Wider> {
  for (const slip of [...throughout(tree, notation), ...anywhere(tree, notation), ...weighed(tree)]) {
    if (freeNames(slip.tree).size > 0) yield slip;
  }
}

/** One symbol or function mistaken wherever it stands, or two symbols for each other. */
export function* throughout(tree: Tree, notation: Notation): Generator<Wider> {
  const free = [...notation.symbols].filter(([name]) => !notation.definitions.has(name));
  for (const name of notation.functions.keys()) {
    yield* scalarsThroughout(tree, name);
    for (const by of points(notation)) {
      yield { kind: "point", tree: replaced(tree, name, (s) => by(s as Tree & { op: "apply" })) };
    }
  }
  yield { kind: "function", tree: replaced(tree, "tr", (s) => ({ ...s, name: "det" }) as Tree) };
  for (const [name, shape] of free) {
    const put = (by: (symbol: Tree) => Tree) => replaced(tree, name, by);
    if (isScalar(shape)) {
      yield* scalarsThroughout(tree, name);
    } else if (shape.rows === shape.cols) {
      yield { kind: "throughout", tree: put((s) => ({ op: "identity", shape: s.shape })) };
      yield { kind: "throughout", tree: put((s) => times(number(0n), s)) };
      yield { kind: "operation", tree: put((s) => times(call("tr", s), { op: "identity", shape: s.shape })) };
      yield { kind: "sign", tree: put(negate) };
      yield { kind: "reciprocal", tree: put((s) => call("inv", s, s.shape)) };
      if (!shape.symmetric) yield { kind: "transpose", tree: put(transposed) };
    }
    for (const [other, its] of free) {
      if (other <= name || !sameShape(shape, its)) continue;
      yield { kind: "exchange", tree: swapped(tree, name, other) };
    }
  }
}

/** A number mistaken wherever its name stands. */
function* scalarsThroughout(tree: Tree, name: string): Generator<Wider> {
  const ways: readonly (readonly [WiderKind, (symbol: Tree) => Tree])[] = [
    ["sign", negate],
    ["throughout", () => one],
    ["throughout", () => number(0n)],
    ["exponent", squared],
    ["exponent", (s) => call("sqrt", s)],
    ["factor", doubled],
    ["factor", halved],
    ["reciprocal", reciprocal],
    ["log", (s) => call("exp", s)],
    ["log", (s) => call("log", s)],
    ["log", (s) => call("log", call("abs", s))],
    ["abs", (s) => call("abs", s)],
  ];
  for (const [kind, by] of ways) yield { kind, tree: replaced(tree, name, by) };
}

/** Each node in turn, in every way that is wider than an edit. */
function* anywhere(tree: Tree, notation: Notation): Generator<Wider> {
  yield* here(tree, notation);
  yield* changedInside(tree, (part) => anywhere(part, notation));
}

function* here(tree: Tree, notation: Notation): Generator<Wider> {
  if (tree.op === "matrix") yield* entries(tree);
  if (tree.op === "bind") yield* outside(tree);
  yield* brackets(tree);
  if (!isScalar(tree.shape)) {
    yield* matrices(tree, notation);
    return;
  }
  if (tree.op !== "add") yield* strangers(tree, notation);
  if (tree.op !== "number") {
    yield { kind: "log", tree: call("exp", tree) };
    yield { kind: "log", tree: call("log", tree) };
    yield { kind: "exponent", tree: squared(tree) };
    yield { kind: "exponent", tree: call("sqrt", tree) };
    yield { kind: "reciprocal", tree: reciprocal(tree) };
    yield { kind: "abs", tree: call("abs", tree) };
  }
  if (tree.op !== "negate" && tree.op !== "add") yield { kind: "sign", tree: negate(tree) };
  yield { kind: "shift", tree: sum(tree, one) };
  yield { kind: "shift", tree: sum(tree, negate(one)) };
  if (tree.op !== "number") yield { kind: "complement", tree: sum(one, negate(tree)) };
  yield* operations(tree);
  if (tree.op === "power" || tree.op === "apply" && tree.name === "sqrt") {
    const base = parts(tree)[0];
    for (const top of [number(2n), number(3n), number(4n), number(1n, 3n), number(3n, 2n)]) {
      yield { kind: "exponent", tree: power(base, top) };
    }
    if (tree.op === "power") yield { kind: "exponent", tree: call("sqrt", base) };
  }
  if (tree.op === "apply" && tree.name === "tr") yield* traces(tree);
  if (tree.op === "apply" && !builtins.has(tree.name)) {
    // another point: the function's own argument alone, or one more function before it
    yield { kind: "point", tree: tree.args[0] };
    for (const by of points(notation)) yield { kind: "point", tree: by(tree) };
  }
}

/** A square, a sum for a product, or something given before or behind a factor. */
function* matrices(tree: Tree, notation: Notation): Generator<Wider> {
  if (isSquare(tree.shape) && tree.op !== "identity") {
    yield { kind: "exponent", tree: squared(tree) };
    yield { kind: "reciprocal", tree: call("inv", tree, tree.shape) };
  }
  const [a, b, ...others] = tree.op === "multiply" ? tree.factors : [];
  if (b && others.length === 0 && sameShape(a.shape, b.shape)) yield { kind: "operation", tree: sum(a, b) };
  if (tree.op !== "symbol") return;
  for (const [name, shape] of notation.symbols) {
    if (notation.definitions.has(name)) continue;
    for (const stranger of squares({ op: "symbol", name, shape })) {
      if (stranger.shape.cols === tree.shape.rows) yield { kind: "stranger", tree: times(stranger, tree) };
      if (stranger.shape.rows === tree.shape.cols) {
        yield { kind: "stranger", tree: { op: "multiply", factors: [tree, stranger], shape: tree.shape } };
      }
    }
  }
}

/** A matrix and its transpose where it is square, else its products with its transpose. */
function squares(symbol: Tree): Tree[] {
  const { rows, cols, symmetric } = symbol.shape, turned = transposed(symbol);
  if (isSquare(symbol.shape)) return symmetric ? [symbol] : [symbol, turned];
  if (isScalar(symbol.shape)) return [];
  return [
    { op: "multiply", factors: [symbol, turned], shape: { rows, cols: rows } },
    { op: "multiply", factors: [turned, symbol], shape: { rows: cols, cols } },
  ];
}

/** A determinant for a trace, a product of traces for the trace of a product. */
function* traces(tree: Tree & { op: "apply" }): Generator<Wider> {
  yield { kind: "function", tree: { ...tree, name: "det" } };
  const [of] = tree.args;
  if (of.op !== "multiply") return;
  for (let k = 1; k < of.factors.length; k++) {
    const [first, second] = [of.factors.slice(0, k), of.factors.slice(k)];
    const { rows } = first[0].shape, { cols } = first[k - 1].shape;
    if (rows !== cols || rows === 1) continue;
    const shape = { rows, cols };
    yield {
      kind: "operation",
      tree: times(
        call("tr", joined("multiply", first, shape)),
        call("tr", joined("multiply", second, shape)),
      ),
    };
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
    yield { kind: "stranger", tree: sum(tree, negate(symbol)) };
  }
}

/** + for ·, · for +, − for /, a power for a product. */
function* operations(tree: Tree): Generator<Wider> {
  const kind = "operation" as const;
  if (tree.op === "add") {
    for (const [k, term] of tree.terms.entries()) {
      const rest = joined("add", without(tree.terms, k), scalar),
        bare = term.op === "negate" ? term.of : term;
      yield { kind, tree: times(bare, rest) };
      yield { kind, tree: over(rest, bare) };
      yield { kind, tree: over(bare, rest) };
      // two of several: a + b c for a + b + c
      const next = tree.terms[k + 1];
      if (!next || tree.terms.length === 2) continue;
      const product = times(bare, next.op === "negate" ? next.of : next);
      const both = term.op === "negate" ? negate(product) : product;
      yield { kind, tree: { ...tree, terms: tree.terms.toSpliced(k, 2, both) } };
    }
  }
  if (tree.op === "multiply" && tree.factors.every(({ shape }) => isScalar(shape))) {
    yield { kind, tree: sum(...tree.factors) };
    if (tree.factors.length !== 2) return;
    const [a, b] = tree.factors;
    yield { kind, tree: sum(a, negate(b)) };
    yield { kind, tree: power(a, b) };
    yield { kind, tree: power(b, a) };
  }
  if (tree.op === "divide" && isScalar(tree.top.shape)) {
    yield { kind, tree: sum(tree.top, negate(tree.bottom)) };
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
