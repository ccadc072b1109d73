import type { Rational } from "../../math/exact.ts";
import { isScalar, scalar, type Shape, type Tree } from "../tree.ts";
import { tagOf } from "./operators.ts";
import { type Atom, freeOf, type Power, shapeOf, type Sum, type Term } from "./sum.ts";

/** How bound variables are called, by the names that stand for them in the normal form. */
type Names = ReadonlyMap<string, string>;

/** A normal form as a tree again: what a reader is shown, and what tests hold against the line it came from. */
export function treeOf(sum: Sum, names: Names = new Map()): Tree {
  const shape = { rows: sum.rows, cols: sum.cols };
  const terms = sum.terms.map((t) => treeOfTerm(t, shape, names));
  if (terms.length === 0) {
    const zero = quotient({ n: 0n, d: 1n });
    if (isScalar(shape)) return zero;
    if (shape.rows === shape.cols) {
      return { op: "multiply", factors: [zero, { op: "identity", shape }], shape };
    }
    throw new RangeError(
      `Cannot write a zero matrix: expected a square one, got ${shape.rows} × ${shape.cols}`,
    );
  }
  return terms.length === 1 ? terms[0] : { op: "add", terms, shape };
}

const quotient = ({ n, d }: { n: bigint; d: bigint }): Tree => ({
  op: "number",
  top: n,
  bottom: d,
  shape: scalar,
});

function treeOfTerm({ coefficient, powers, word }: Term, shape: Shape, names: Names): Tree {
  const above = powers.filter(({ exponent }) => exponent > 0).map((p) => powerTree(p, names));
  const below = powers.filter(({ exponent }) => exponent < 0)
    .map(({ atom, exponent }) => powerTree({ atom, exponent: -exponent }, names));
  const letters = word.map((letter) => atomTree(letter, names));
  const { n, d }: Rational = coefficient;
  const front = n === 1n && d === 1n ? [] : [quotient({ n, d })];
  const scalars = [...front, ...above];
  const top = product(
    scalars.length > 0 ? scalars : below.length > 0 ? [quotient({ n: 1n, d: 1n })] : [],
    scalar,
  );
  const divided: Tree[] = below.length > 0
    ? [{ op: "divide", top: top!, bottom: product(below, scalar)!, shape: scalar }]
    : top
    ? [top]
    : [];
  const identity: Tree[] = !isScalar(shape) && word.length === 0 ? [{ op: "identity", shape }] : [];
  const tree = product([...divided, ...letters, ...identity], shape) ?? quotient({ n: 1n, d: 1n });
  return coefficient.s < 0n ? { op: "negate", of: tree, shape } : tree;
}

function product(factors: readonly Tree[], shape: Shape): Tree | undefined {
  const flat = factors.flatMap((f) =>
    f.op === "multiply" && isScalar(f.shape) && f.factors.every((x) => isScalar(x.shape)) ? f.factors : [f]
  );
  return flat.length === 0
    ? undefined
    : flat.length === 1
    ? flat[0]
    : { op: "multiply", factors: flat, shape };
}

function powerTree({ atom, exponent }: Power, names: Names): Tree {
  const base = atomTree(atom, names);
  if (exponent === 1) return base;
  return { op: "power", base, exponent: quotient({ n: BigInt(exponent), d: 1n }), shape: scalar };
}

function wordTree(word: readonly Atom[], names: Names): Tree {
  return product(word.map((letter) => atomTree(letter, names)), shapeOf(word))!;
}

function atomTree(a: Atom, names: Names): Tree {
  const shape = { rows: a.rows, cols: a.cols };
  switch (a.kind) {
    case "symbol":
      return { op: "symbol", name: names.get(a.name) ?? a.name, shape };
    case "imaginary":
      return { op: "imaginary", shape };
    case "apply":
      return { op: "apply", name: a.name, args: a.args.map((arg) => treeOf(arg, names)), shape };
    case "transposed":
      return { op: "transpose", of: wordTree(a.word, names), shape };
    case "closed":
      return wordTree(a.word, names);
    case "trace": {
      const of: Tree = a.word.length > 0
        ? wordTree(a.word, names)
        : { op: "identity", shape: { rows: a.size, cols: a.size } };
      return { op: "apply", name: "tr", args: [of], shape };
    }
    case "unit": {
      const size = [a.rows, a.cols].map(Number);
      const rows = Array.from(
        { length: size[0] },
        (_, i) =>
          Array.from(
            { length: size[1] },
            (_, j) => quotient({ n: i + 1 === a.i && j + 1 === a.j ? 1n : 0n, d: 1n }),
          ),
      );
      return { op: "matrix", rows, shape };
    }
    case "bind": {
      const taken = new Set([...names.values(), ...freeOf(a.body)]);
      const called = new Map(names);
      for (const name of a.names) {
        const tag = tagOf(name);
        called.set(name, taken.has(tag) && tag !== name ? name.replace("°", "_") : tag);
        taken.add(called.get(name)!);
      }
      const own = a.names.map((name) => called.get(name)!);
      return { op: "bind", binder: a.binder, names: own, body: treeOf(a.body, called), shape };
    }
    case "derivative":
      return { op: "derivative", body: treeOf(a.body, names), by: names.get(a.by.key) ?? a.by.key, shape };
    case "power":
      return { op: "power", base: treeOf(a.base, names), exponent: treeOf(a.exponent, names), shape };
    case "reciprocal":
      return { op: "divide", top: quotient({ n: 1n, d: 1n }), bottom: treeOf(a.of, names), shape };
  }
}
