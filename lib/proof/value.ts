import { isRational, rational } from "../math/exact.ts";
import { complexes, type Field, floats, matricesOver, type MatrixAlgebra } from "../math/field.ts";
import { type Calculus, calculusOver, climb, dualCalculus } from "./calculus.ts";
import { inDomain } from "./domain.ts";
import { assign, binding, readRows } from "./scope.ts";
import type { Notation } from "./notation.ts";
import { freeNames, isScalar, nodes, scalar, type Shape, type Tree } from "./tree.ts";
import { write } from "./write.ts";

/**
 * What the names are worth: numbers, rationals, vectors, matrices and functions by name; laws under E, lists of
 * values under sum, weighted nodes under integral: { E: { "f1, f2": [{ weight, f1, f2 }] }, sum: { z: [0, 1] } }.
 */
export type Scope = Readonly<Record<string, unknown>>;

/** A value with what it is made of: as it was given, or as rows over a calculus. */
export type Entry = { readonly raw: unknown } | {
  readonly calculus: Calculus<unknown>;
  readonly rows: Rows<unknown>;
};
export type Rows<T> = readonly (readonly T[])[];
type Names = ReadonlyMap<string, Entry>;

/**
 * The tree's value over a field: an element, a list for a vector, rows for a matrix.
 *
 * @param field default float64, or complex floats where the tree holds i
 * @throws RangeError, TypeError for a name without a value, a value of another shape, what is not finite
 */
export function valueOf<T>(tree: Tree, notation: Notation, scope: Scope, field?: Field<T>): unknown {
  const given = field ?? (hasImaginary(tree, notation) ? complexes : floats);
  const calculus = calculusOver(given as Field<unknown>);
  const rows = evaluator(calculus, notation, scope)(tree, new Map());
  const wrong = calculus.field as unknown === floats
    ? rows.flat().find((x) => !Number.isFinite(x))
    : undefined;
  if (wrong !== undefined) throw fault(tree, "a finite value", String(wrong));
  return plainForm(rows, tree.shape);
}

const fault = (tree: Tree, expected: string, got: string) =>
  new RangeError(`Cannot evaluate ${write(tree)}: expected ${expected}, got ${got}`);

/** Rows as they are given: an element, a list for a vector. */
const plainForm = (rows: Rows<unknown>, shape: Shape): unknown =>
  isScalar(shape) ? rows[0][0] : shape.cols === 1 ? rows.map(([x]) => x) : rows;

export function hasImaginary(tree: Tree, notation: Notation): boolean {
  return nodes(tree).some((node) => {
    const meant = node.op === "symbol" ? notation.definitions.get(node.name) : undefined;
    return node.op === "imaginary" || meant && hasImaginary(meant.tree, notation);
  });
}

/** The walk over one calculus: what a tree is worth, as rows, where some names are bound. */
function evaluator<T>(
  calculus: Calculus<T>,
  notation: Notation,
  scope: Scope,
): (tree: Tree, names: Names) => Rows<T> {
  const { field } = calculus, M: MatrixAlgebra<T> = matricesOver(field);
  const { one, add, mul, div, neg } = field;
  const sizes = new Map<string, number>();
  const defined = new Map<string, Rows<T>>();
  const scalarOf = (tree: Tree, names: Names): T => rows(tree, names)[0][0];
  const scalars = (x: T): Rows<T> => [[x]];

  const rows = (tree: Tree, names: Names): Rows<T> => {
    switch (tree.op) {
      case "number":
        return scalars(ratio(tree.top, tree.bottom));
      case "imaginary":
        if (calculus.imaginary === undefined) throw fault(tree, "a field that has i", calculus.name);
        return scalars(calculus.imaginary);
      case "identity":
        return M.identity(sizeOf(tree, names));
      case "symbol":
        return symbol(tree, names);
      case "apply":
        return apply(tree, names);
      case "add":
        return tree.terms.reduce<Rows<T> | undefined>((sum, term) => {
          if (sum !== undefined && term.op === "negate") return M.sub(sum, rows(term.of, names));
          const value = rows(term, names);
          return sum === undefined ? value : M.add(sum, value);
        }, undefined)!;
      case "multiply":
        return product(tree.factors, names);
      case "negate":
        return rows(tree.of, names).map((row) => row.map(neg));
      case "divide": {
        const bottom = scalarOf(tree.bottom, names);
        return rows(tree.top, names).map((row) => row.map((x) => div(x, bottom)));
      }
      case "power":
        return power(tree, names);
      case "transpose":
        return isScalar(tree.of.shape) ? rows(tree.of, names) : M.transpose(rows(tree.of, names));
      case "matrix":
        return tree.rows.map((row) => row.map((entry) => scalarOf(entry, names)));
      case "bind":
        return bound(tree, names);
      case "derivative":
        return derivative(tree, names);
    }
  };

  const ratio = (top: bigint, bottom: bigint): T =>
    bottom === 1n && top < 2n ** 53n ? field.of(Number(top)) : calculus.embed(rational(top, bottom));

  const product = (factors: readonly Tree[], names: Names): Rows<T> => {
    let result = rows(factors[0], names), { shape } = factors[0];
    // what is a number is told by the shapes, not by sizes that happen to be 1
    for (const factor of factors.slice(1)) {
      const next = rows(factor, names);
      if (isScalar(shape)) [result, shape] = [scaled(result[0][0], next), factor.shape];
      else if (isScalar(factor.shape)) result = scaled(next[0][0], result);
      else [result, shape] = [M.mul(result, next), { rows: shape.rows, cols: factor.shape.cols }];
    }
    return result;
  };
  const scaled = (c: T, A: Rows<T>) => A.map((row) => row.map((x) => mul(c, x)));
  const symbol = (tree: Tree & { op: "symbol" }, names: Names): Rows<T> => {
    const { name } = tree, entry = names.get(name);
    if (entry) return "raw" in entry ? given(tree, entry.raw) : lifted(entry);
    const definition = notation.definitions.get(name);
    if (definition) {
      const before = defined.get(name);
      if (before) return before;
      const value = rows(definition.tree, names);
      const inside = opened(definition.tree);
      if (![...names.keys()].some((bound) => inside.has(bound))) defined.set(name, value);
      return value;
    }
    if (Object.hasOwn(scope, name)) return given(tree, scope[name]);
    if (name === "pi") return scalars(calculus.embed(Math.PI));
    throw fault(tree, `a value of ${name} in the scope`, "none");
  };
  const opened = (tree: Tree): Set<string> => {
    const all = freeNames(tree);
    for (const name of [...all]) {
      const meant = notation.definitions.get(name);
      if (meant) opened(meant.tree).forEach((inner) => all.add(inner));
    }
    return all;
  };

  const given = (tree: Tree & { op: "symbol" }, raw: unknown): Rows<T> => {
    const value = readRows(tree, raw, calculus.embed);
    assign(tree, value, sizes);
    return value;
  };
  const lifted = (entry: Exclude<Entry, { raw: unknown }>): Rows<T> => {
    const to = calculus as Calculus<unknown>;
    if (entry.calculus === to) return entry.rows as Rows<T>;
    return entry.rows.map((row) => row.map((x) => climb(x, entry.calculus, to) as T));
  };

  const sizeOf = (tree: Tree, names: Names): number => {
    const { rows: dim } = tree.shape;
    if (typeof dim === "number") return dim;
    let size = 1;
    for (const factor of dim.split("*")) {
      size *= /^\d+$/.test(factor) ? Number(factor) : sizes.get(factor) ?? measured(factor, names) ?? NaN;
    }
    if (Number.isNaN(size)) throw fault(tree, `a value in the scope that tells ${dim}`, "none");
    return size;
  };
  /** A size that no value has told yet: from any declared symbol of the scope that has it. */
  const measured = (dim: string, names: Names): number | undefined => {
    for (const [name, shape] of notation.symbols) {
      if (shape.rows !== dim && shape.cols !== dim || notation.definitions.has(name)) continue;
      if (Object.hasOwn(scope, name) || names.has(name)) symbol(symbolOf(name), names);
      if (sizes.has(dim)) return sizes.get(dim);
    }
    return undefined;
  };

  const raise = (x: T, k: number): T => {
    if (k < 0) return div(one, raise(x, -k));
    let result = one, square = x;
    for (; k > 0; k = Math.floor(k / 2), square = mul(square, square)) {
      if (k % 2 === 1) result = mul(result, square);
    }
    return result;
  };

  const power = (tree: Tree & { op: "power" }, names: Names): Rows<T> => {
    const exponent = scalarOf(tree.exponent, names), k = calculus.whole(exponent), { base } = tree;
    if (!isScalar(base.shape)) {
      if (k === undefined || Math.abs(k) > 1000) {
        throw fault(tree.exponent, "a whole number up to 1000", String(exponent));
      }
      const A = rows(base, names), root = k < 0 ? M.inverse(A) : A;
      let result: Rows<T> = M.identity(A.length);
      for (let i = 0; i < Math.abs(k); i++) result = M.mul(result, root);
      return result;
    }
    // the square of a norm has no root in it
    if (
      k !== undefined && k % 2 === 0 && base.op === "apply" && base.name === "norm" &&
      !notation.functions.has("norm")
    ) {
      return scalars(raise(square(rows(base.args[0], names)), k / 2));
    }
    const x = scalarOf(base, names);
    if (k !== undefined && Math.abs(k) <= 1e6) return scalars(raise(x, k));
    return scalars(call("exp", mul(exponent, call("log", x, tree)), tree));
  };
  const square = (A: Rows<T>): T => A.flat().map((x) => mul(x, x)).reduce(add);

  const call = (name: string, x: T, tree: Tree): T => {
    const f = calculus.functions.get(name);
    if (!f) throw fault(tree, `a field that has ${name}`, calculus.name);
    return f(x);
  };

  const apply = (tree: Tree & { op: "apply" }, names: Names): Rows<T> => {
    const { name, args } = tree;
    if (notation.functions.has(name)) return scalars(calculus.embed(declared(tree, names)));
    const A = rows(args[0], names);
    switch (name) {
      case "tr":
        return scalars(M.trace(A));
      case "det":
        return scalars(M.determinant(A));
      case "inv":
        return isScalar(args[0].shape) ? scalars(div(one, A[0][0])) : M.inverse(A);
      case "vec":
        return M.vec(A).map((x) => [x]);
      case "kron":
        return M.kron(A, rows(args[1], names));
      case "norm":
        return scalars(call("sqrt", square(A), tree));
      case "diag":
        return A.map(([x], i) => A.map((_, j) => i === j ? x : field.zero));
      case "max":
      case "min": {
        const [x, y] = [A[0][0], scalarOf(args[1], names)];
        if (!calculus.less) throw fault(tree, "a field with an order", calculus.name);
        return scalars(calculus.less(x, y) === (name === "max") ? y : x);
      }
      default:
        return scalars(call(name, A[0][0], tree));
    }
  };

  /** What a function of the scope says of its arguments: bound variables go in as they were given. */
  const declared = (tree: Tree & { op: "apply" }, names: Names): unknown => {
    const f = Object.hasOwn(scope, tree.name) ? scope[tree.name] : undefined;
    if (typeof f !== "function") throw fault(tree, `a function ${tree.name} in the scope`, typeof f);
    const result: unknown = f(...tree.args.map((arg) => plain(arg, names)));
    if (result === undefined || result === null) throw fault(tree, "a value", String(result));
    return result;
  };
  const plain = (arg: Tree, names: Names): unknown => {
    if (arg.op === "apply" && notation.functions.has(arg.name)) return declared(arg, names);
    if (arg.op === "symbol") {
      const entry = names.get(arg.name);
      if (entry && "raw" in entry) return entry.raw;
      if (!entry && !notation.definitions.has(arg.name) && Object.hasOwn(scope, arg.name)) {
        return scope[arg.name];
      }
    }
    return plainForm(ground(rows(arg, names), arg), arg.shape);
  };
  /** Values that do not move, without their duals: functions of the scope know nothing of those. */
  const ground = (value: Rows<unknown>, arg: Tree): Rows<unknown> => {
    let level = calculus as Calculus<unknown>, result = value;
    while (level.base) {
      const { zero, equal } = level.base.field;
      result = result.map((row) =>
        row.map((x) => {
          const dual = x as { value: unknown; slope: unknown };
          if (!equal(dual.slope, zero)) {
            throw fault(arg, "an argument that the derivative leaves alone", "one that moves");
          }
          return dual.value;
        })
      );
      level = level.base;
    }
    return result;
  };

  const bound = (tree: Tree & { op: "bind" }, names: Names): Rows<T> => {
    let sum: Rows<T> | undefined;
    const inside = new Map<string, Entry>(names);
    for (const { weight, values } of binding(inDomain(tree, notation, scope), scope)) {
      tree.names.forEach((name, k) => inside.set(name, { raw: values[k] }));
      if (weight === 0 || isRational(weight) && weight.n === 0n) continue;
      const body = rows(tree.body, inside);
      const term = weight === undefined ? body : scaled(calculus.embed(weight), body);
      sum = sum === undefined ? term : M.add(sum, term);
    }
    if (sum === undefined) throw fault(tree, "at least one term", "none");
    return sum;
  };

  const derivative = ({ body, by }: Tree & { op: "derivative" }, names: Names): Rows<T> => {
    const above = dualCalculus(calculus), twin = evaluator(above, notation, scope);
    const inside = new Map<string, Entry>(names);
    const move = (name: string, value: Rows<T>, slope: Rows<T>) =>
      inside.set(name, {
        calculus: above as Calculus<unknown>,
        rows: value.map((row, i) => row.map((x, j) => ({ value: x, slope: slope[i][j] }))),
      });
    const slopes = () => twin(body, inside).map((row) => row.map((x) => x.slope));
    const moves = notation.dynamics.filter((motion) => motion.by === by);
    for (const { of, rate } of moves) {
      const at = symbolOf(of), given = `d(${of}, ${by})`;
      const slope = Object.hasOwn(scope, given)
        ? readRows(at, scope[given], calculus.embed)
        : rows(rate, names);
      move(of, rows(at, names), slope);
    }
    const self = symbolOf(by);
    if (!names.has(by) && !Object.hasOwn(scope, by)) {
      if (moves.length > 0) return slopes();
      throw fault(self, `a value of ${by} in the scope, or how the symbols move with it`, "neither");
    }
    const at = rows(self, names);
    const along = (i: number, j: number) => {
      move(by, at, at.map((row, k) => row.map((_, l) => k === i && l === j ? one : field.zero)));
      return slopes();
    };
    return isScalar(self.shape) ? along(0, 0) : at.map((row, i) => row.map((_, j) => along(i, j)[0][0]));
  };
  const symbolOf = (name: string): Tree & { op: "symbol" } => ({
    op: "symbol",
    name,
    shape: notation.symbols.get(name) ?? scalar,
  });
  return rows;
}
