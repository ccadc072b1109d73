import { isRational, type Rational } from "../math/exact.ts";
import type { Notation } from "./notation.ts";
import { isScalar, type Tree } from "./tree.ts";
import type { Scope } from "./value.ts";

/** Total degrees of a quotient of polynomials. */
interface Degrees {
  readonly top: number;
  readonly bottom: number;
}

const constant: Degrees = { top: 0, bottom: 0 };
const none: Degrees = { top: Infinity, bottom: Infinity };
const product = (a: Degrees, b: Degrees): Degrees => ({ top: a.top + b.top, bottom: a.bottom + b.bottom });
const sum = (a: Degrees, b: Degrees): Degrees => ({
  top: Math.max(a.top + b.bottom, b.top + a.bottom),
  bottom: a.bottom + b.bottom,
});
const times = ({ top, bottom }: Degrees, k: number): Degrees =>
  k === 0 ? constant : { top: top * k, bottom: bottom * k };

/**
 * Total degree of a formula as a polynomial in what its symbols are worth, or of the polynomial that is left when a
 * quotient is cleared: a product adds, a sum takes the larger. Definitions are opened; a symbol counts as 1, or as
 * `notation.drawn` says; weights under E, and values that sums run over, are fixed.
 *
 * @param sizes what the sizes n1, n2, … and exponents k are where a degree depends on them: of a determinant, of a
 *   power
 * @returns Infinity where it is no quotient of polynomials, or a size that it depends on is not given
 */
export function degreeOf(
  tree: Tree,
  notation: Notation,
  sizes: Readonly<Record<string, number>> = {},
): number {
  const { top, bottom } = degrees(tree, notation, sizes);
  return Math.max(top, bottom);
}

/**
 * The degree of each name's values in what was drawn, from the same draws and from twice these: a value that is
 * computed from others, such as a second moment, grows by more than 2. What does not grow is a constant; Infinity where
 * it grows by no power of 2.
 */
export function drawnDegrees(once: readonly Scope[], twice: readonly Scope[]): Map<string, number> {
  const found = new Map<string, number>();
  const meet = (name: string, a: unknown, b: unknown): void => {
    if (Array.isArray(a)) return a.forEach((part, i) => meet(name, part, (b as unknown[])[i]));
    if (isRational(a)) found.set(name, Math.max(found.get(name) ?? 0, growth(a, b as Rational)));
  };
  const each = (a: Scope, b: Scope): void => {
    for (const [name, value] of Object.entries(a)) {
      if (name !== "E") meet(name, value, b[name]);
      else {
        // under E the names stand in each item of a law
        const [laws, other] = [value, b.E] as Record<string, readonly Scope[]>[];
        for (const [law, items] of Object.entries(laws)) {
          items.forEach((item, i) => each(item, other[law][i]));
        }
      }
    }
  };
  once.forEach((scope, k) => each(scope, twice[k]));
  return found;
}

/** The k of b = 2ᵏ a; 0 for a = b = 0. */
function growth(a: Rational, b: Rational): number {
  for (let k = 0, grown = a; k <= 20; k++, grown = grown.mul(2)) if (grown.equals(b)) return k;
  return Infinity;
}

function degrees(
  tree: Tree,
  notation: Notation,
  sizes: Readonly<Record<string, number>>,
  fixed: ReadonlySet<string> = new Set(),
): Degrees {
  const of = (part: Tree) => degrees(part, notation, sizes, fixed);
  const size = (dim: number | string): number =>
    String(dim).split("*").reduce((n, x) => n * (/^\d+$/.test(x) ? Number(x) : own(sizes, x) ?? Infinity), 1);
  switch (tree.op) {
    case "number":
    case "identity":
    case "imaginary":
      return constant;
    case "symbol": {
      if (fixed.has(tree.name)) return constant;
      const meant = notation.definitions.get(tree.name);
      if (meant) return of(meant.tree);
      return { top: notation.drawn.get(tree.name) ?? (tree.name === "pi" ? 0 : 1), bottom: 0 };
    }
    case "add":
      return tree.terms.map(of).reduce(sum);
    case "multiply":
      return tree.factors.map(of).reduce(product);
    case "negate":
    case "transpose":
      return of(tree.of);
    case "matrix":
      return tree.rows.flat().map(of).reduce(sum);
    case "divide": {
      const a = of(tree.top), b = of(tree.bottom);
      return { top: a.top + b.bottom, bottom: a.bottom + b.top };
    }
    case "power":
      return power(tree, of, sizes, size);
    case "bind":
      return tree.binder === "E"
        ? of(tree.body)
        : degrees(tree.body, notation, sizes, new Set([...fixed, ...tree.names]));
    case "derivative": {
      const moved = notation.dynamics.filter((motion) => motion.by === tree.by).map((motion) =>
        of(motion.rate).top - 1
      );
      const { top, bottom } = of(tree.body);
      if (bottom > 0) return { top: top + bottom, bottom: 2 * bottom };
      return { top: Math.max(0, moved.length > 0 ? top + Math.max(...moved, 0) : top - 1), bottom: 0 };
    }
    case "apply":
      return applied(tree, notation, of, size);
  }
}

const own = (record: Readonly<Record<string, number>>, name: string) =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function power(
  { base, exponent }: Tree & { op: "power" },
  of: (part: Tree) => Degrees,
  sizes: Readonly<Record<string, number>>,
  size: (dim: number | string) => number,
): Degrees {
  const minus = exponent.op === "negate", inner = minus ? exponent.of : exponent;
  const k = constantOf(inner, sizes);
  if (!Number.isInteger(k) || k < 0) return none;
  if (base.op === "apply" && ["norm", "abs"].includes(base.name) && k % 2 === 0 && !minus) {
    return times(of(base.args[0]), k);
  }
  const one = isScalar(base.shape) || !minus ? of(base) : inverse(of(base), size(base.shape.rows));
  const all = times(one, k);
  return minus && isScalar(base.shape) ? { top: all.bottom, bottom: all.top } : all;
}

/** What an exponent is worth: NaN where a name in it has no size. */
function constantOf(tree: Tree, sizes: Readonly<Record<string, number>>): number {
  const of = (part: Tree) => constantOf(part, sizes);
  switch (tree.op) {
    case "number":
      return Number(tree.top) / Number(tree.bottom);
    case "symbol":
      return own(sizes, tree.name) ?? NaN;
    case "negate":
      return -of(tree.of);
    case "add":
      return tree.terms.reduce((total, term) => total + of(term), 0);
    case "multiply":
      return tree.factors.reduce((total, factor) => total * of(factor), 1);
    case "divide":
      return of(tree.top) / of(tree.bottom);
    case "power":
      return of(tree.base) ** of(tree.exponent);
    default:
      return NaN;
  }
}

/** A⁻¹ = adj A / det A. */
const inverse = ({ top, bottom }: Degrees, n: number): Degrees => {
  if (!Number.isFinite(n)) return none;
  // every entry over one common bottom
  return { top: (n - 1) * top + bottom, bottom: n * top };
};

function applied(
  { name, args }: Tree & { op: "apply" },
  notation: Notation,
  of: (part: Tree) => Degrees,
  size: (dim: number | string) => number,
): Degrees {
  if (notation.functions.has(name)) return { top: notation.drawn.get(name) ?? 1, bottom: 0 };
  const first = of(args[0]);
  switch (name) {
    case "tr":
    case "vec":
    case "diag":
      return first;
    case "kron":
      return product(first, of(args[1]));
    case "det": {
      const n = size(args[0].shape.rows);
      return Number.isFinite(n) ? times(first, n) : first.top + first.bottom === 0 ? constant : none;
    }
    case "inv":
      return isScalar(args[0].shape)
        ? { top: first.bottom, bottom: first.top }
        : inverse(first, size(args[0].shape.rows));
    default:
      return args.every((arg) => of(arg).top + of(arg).bottom === 0) ? constant : none;
  }
}
