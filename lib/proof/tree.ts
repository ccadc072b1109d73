/** From the first to behind the last character of the text that a node was read from. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A size: 1, 2, "n1", or a product of sizes such as "n1*n2". */
export type Dim = number | string;

/** rows × columns. A scalar is 1 × 1, a vector "n2" is n2 × 1. */
export interface Shape {
  readonly rows: Dim;
  readonly cols: Dim;
  readonly symmetric?: boolean;
}

/**
 * What a line of mathematics says. Sums and products are flat and keep their order; a product inside a product
 * stays one factor only where it is a scalar made of vectors: C (a′b). Definitions stay symbols. A negative number
 * is `negate` of a number.
 */
export type Tree =
  & { readonly at?: Span; readonly shape: Shape }
  & (
    | { readonly op: "number"; readonly top: bigint; readonly bottom: bigint }
    /** A declared name, a definition's name, or a bound variable. */
    | { readonly op: "symbol"; readonly name: string }
    /** I, of the size that fits. */
    | { readonly op: "identity" }
    /** i, where the notation declares it. */
    | { readonly op: "imaginary" }
    /** A built-in function (`builtins`), or one that the notation declares: lik(z), F(u). */
    | { readonly op: "apply"; readonly name: string; readonly args: readonly Tree[] }
    | { readonly op: "add"; readonly terms: readonly Tree[] }
    | { readonly op: "multiply"; readonly factors: readonly Tree[] }
    | { readonly op: "negate"; readonly of: Tree }
    | { readonly op: "divide"; readonly top: Tree; readonly bottom: Tree }
    | { readonly op: "power"; readonly base: Tree; readonly exponent: Tree }
    | { readonly op: "transpose"; readonly of: Tree }
    | { readonly op: "matrix"; readonly rows: readonly (readonly Tree[])[] }
    /** E(f1, f2, body), sum(z, body), integral(u, body). */
    | {
      readonly op: "bind";
      readonly binder: Binder;
      readonly names: readonly string[];
      readonly body: Tree;
    }
    /** d(body, W), shaped like W where that is no scalar, else like the body. */
    | { readonly op: "derivative"; readonly body: Tree; readonly by: string }
  );

export type Binder = "E" | "sum" | "integral";

/** The functions every notation knows, each with how many arguments it takes. */
export const builtins: ReadonlyMap<string, number> = new Map(Object.entries({
  ...{ log: 1, exp: 1, sqrt: 1, abs: 1, cos: 1, sin: 1, tanh: 1, max: 2, min: 2 },
  ...{ tr: 1, det: 1, inv: 1, vec: 1, kron: 2, norm: 1, diag: 1 },
}));

export const scalar: Shape = { rows: 1, cols: 1 };

export const isScalar = ({ rows, cols }: Shape): boolean => rows === 1 && cols === 1;

export const sameShape = (a: Shape, b: Shape): boolean => a.rows === b.rows && a.cols === b.cols;

/** The parts of a node that are trees, in reading order. */
export function parts(tree: Tree): readonly Tree[] {
  switch (tree.op) {
    case "apply":
      return tree.args;
    case "add":
      return tree.terms;
    case "multiply":
      return tree.factors;
    case "negate":
    case "transpose":
      return [tree.of];
    case "divide":
      return [tree.top, tree.bottom];
    case "power":
      return [tree.base, tree.exponent];
    case "matrix":
      return tree.rows.flat();
    case "bind":
    case "derivative":
      return [tree.body];
    default:
      return [];
  }
}

/** The same node over other parts, given in the order of `parts`; the shape is kept. */
export function withParts(tree: Tree, inner: readonly Tree[]): Tree {
  switch (tree.op) {
    case "apply":
      return { ...tree, args: inner };
    case "add":
      return { ...tree, terms: inner };
    case "multiply":
      return { ...tree, factors: inner };
    case "negate":
    case "transpose":
      return { ...tree, of: inner[0] };
    case "divide":
      return { ...tree, top: inner[0], bottom: inner[1] };
    case "power":
      return { ...tree, base: inner[0], exponent: inner[1] };
    case "matrix": {
      let next = 0;
      return { ...tree, rows: tree.rows.map((row) => row.map(() => inner[next++])) };
    }
    case "bind":
    case "derivative":
      return { ...tree, body: inner[0] };
    default:
      return tree;
  }
}

/** The same node with each of its parts changed. */
export const mapParts = (tree: Tree, change: (part: Tree) => Tree): Tree =>
  withParts(tree, parts(tree).map(change));

/** The same node with one of its parts, in its turn, changed in each of the ways that there are. */
export function* changedInside<K>(
  tree: Tree,
  waysOf: (part: Tree, k: number) => Iterable<{ readonly kind: K; readonly tree: Tree }>,
): Generator<{ readonly kind: K; readonly tree: Tree }> {
  const inner = parts(tree);
  for (const [k, part] of inner.entries()) {
    for (const { kind, tree: changed } of waysOf(part, k)) {
      yield { kind, tree: withParts(tree, inner.with(k, changed)) };
    }
  }
}

/** Every node of a tree, itself first. */
export const nodes = (tree: Tree): Tree[] => [tree, ...parts(tree).flatMap(nodes)];

/** Names that stand free in a tree: bound variables are left out, definitions are not opened. */
export function freeNames(tree: Tree): Set<string> {
  const names = new Set(parts(tree).flatMap((part) => [...freeNames(part)]));
  if (tree.op === "symbol" || tree.op === "apply" && !builtins.has(tree.name)) names.add(tree.name);
  if (tree.op === "bind") tree.names.forEach((name) => names.delete(name));
  if (tree.op === "derivative") names.add(tree.by);
  return names;
}
