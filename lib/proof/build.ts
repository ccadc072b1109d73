import {
  type ArrayNode,
  type FunctionNode,
  isArrayNode,
  isConstantNode,
  isFunctionNode,
  isOperatorNode,
  isParenthesisNode,
  isSymbolNode,
  type MathNode,
  type SymbolNode,
} from "mathjs";
import { number as numberNode } from "./nodes.ts";
import type { Notation } from "./notation.ts";
import { isUnknown, kronShape, plainShape, productShape, shapeWords, times, unknown } from "./shapes.ts";
import { FormulaError, type Token } from "./tokens.ts";
import {
  type Binder,
  builtins,
  freeNames,
  isScalar,
  sameShape,
  scalar,
  type Shape,
  type Span,
  type Tree,
} from "./tree.ts";

/** Where a tree is built: the text, its tokens in order, and the shapes of names that are bound around it. */
export interface Site {
  readonly text: string;
  readonly notation: Notation;
  readonly read: readonly Token[];
  readonly bound: ReadonlyMap<string, Shape>;
}

/** A bare node: everything but its shape and place. */
type Bare = Tree extends infer T ? T extends Tree ? Omit<T, "shape" | "at"> : never : never;

/** mathjs's tree as ours: only what the grammar has, with shapes; an identity's size may still be unknown. */
export function build(root: MathNode, { text, notation, read, bound: outer }: Site): Tree {
  const leaves = read.filter((token) => token.kind !== "sign");
  let next = 0;
  const take = () => leaves[next++] ?? read[read.length - 1];
  /** From the name at this place to behind the bracket that it opens. */
  const callAt = ({ from }: Span): Span => {
    let depth = 0;
    for (const token of read.slice(read.findIndex((t) => t.at.from === from) + 1)) {
      depth += "([".includes(token.text) ? 1 : ")]".includes(token.text) ? -1 : 0;
      if (depth === 0) return { from, to: token.at.to };
    }
    return { from, to: text.length };
  };
  const wrong = (at: Span, expected: string, got?: string) => new FormulaError(text, at, expected, got);
  const node = (at: Span, shape: Shape, bare: Bare): Tree => ({ ...bare, shape, at }) as Tree;

  const visit = (given: MathNode, bound: ReadonlyMap<string, Shape>): Tree => {
    if (isParenthesisNode(given)) return visit(given.content, bound);
    if (isConstantNode(given)) return number();
    if (isSymbolNode(given)) return symbol(given, bound);
    if (isFunctionNode(given)) return call(given, bound);
    if (isArrayNode(given)) return matrix(given, bound);
    if (isOperatorNode(given)) return operation(given, bound);
    throw wrong(leaves[next]?.at ?? { from: 0, to: text.length }, "one formula");
  };

  const number = (): Tree => {
    const { kind, text: digits, at } = take();
    if (kind !== "number") throw wrong(at, "a formula");
    const [, whole, fraction, power] = /^(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(digits)!;
    const exponent = Number(power ?? 0) - fraction.length;
    if (Math.abs(exponent) > 300 || whole.length > 300) throw wrong(at, "a number below 1e300");
    const top = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, exponent));
    return { ...numberNode(top, 10n ** BigInt(Math.max(0, -exponent))), at };
  };

  const symbol = ({ name }: SymbolNode, bound: ReadonlyMap<string, Shape>): Tree => {
    const { at } = take();
    const shape = bound.get(name) ?? notation.symbols.get(name);
    if (shape) return node(at, shape, { op: "symbol", name });
    if (name === notation.imaginary) return node(at, scalar, { op: "imaginary" });
    if (name === "I") return node(at, unknown, { op: "identity" });
    if (name === "pi") return node(at, scalar, { op: "symbol", name });
    if (notation.functions.has(name) || builtins.has(name)) {
      throw wrong(at, `brackets behind the function: ${name}(…)`);
    }
    throw wrong(at, `a name of this notation (${names(notation, bound)})`);
  };

  const call = (given: FunctionNode, bound: ReadonlyMap<string, Shape>): Tree => {
    const { text: name, at } = take();
    const { args } = given;
    if (["E", "sum", "integral"].includes(name) && !notation.functions.has(name)) {
      return bind(name as Binder, args, at, bound);
    }
    if (name === "d" && !notation.functions.has(name)) return derivative(args, at, bound);
    const parameters = notation.functions.get(name);
    const arity = parameters?.length ?? builtins.get(name);
    if (arity === undefined) throw wrong(at, `a function of this notation (${names(notation, bound)})`);
    if (args.length !== arity) {
      throw wrong(at, `${arity} ${arity === 1 ? "argument" : "arguments"} of ${name}`, `${args.length}`);
    }
    const inner = args.map((arg) => visit(arg, bound));
    const whole = callAt(at);
    if (!parameters) return node(whole, builtinShape(name, inner, whole), { op: "apply", name, args: inner });
    inner.forEach((arg, k) => {
      const wanted = notation.symbols.get(parameters[k]) ?? scalar;
      if (!sameShape(arg.shape, wanted)) {
        throw wrong(arg.at!, `${shapeWords(wanted)} in ${name}`, shapeWords(arg.shape));
      }
    });
    return node(whole, scalar, { op: "apply", name, args: inner });
  };

  const builtinShape = (name: string, args: readonly Tree[], at: Span): Shape => {
    const [{ shape }] = args;
    const square = () => {
      if (isUnknown(shape)) throw wrong(args[0].at!, `a matrix whose size ${name} can know`, "I");
      if (shape.rows !== shape.cols) throw wrong(at, `a square matrix in ${name}`, shapeWords(shape));
    };
    switch (name) {
      case "tr":
      case "det":
        square();
        return scalar;
      case "inv":
        if (!isUnknown(shape)) square();
        return plainShape(shape);
      case "norm":
        if (isUnknown(shape)) square();
        return scalar;
      case "vec":
        if (isUnknown(shape)) square();
        return { rows: times(shape.rows, shape.cols), cols: 1 };
      case "diag":
        if (shape.cols !== 1) throw wrong(at, "a vector in diag", shapeWords(shape));
        return { rows: shape.rows, cols: shape.rows, symmetric: true };
      case "kron": {
        const made = kronShape(shape, args[1].shape);
        if (made) return made;
        throw wrong(args.find((arg) => isUnknown(arg.shape))!.at!, "a matrix whose size kron can know", "I");
      }
      default:
        for (const arg of args) {
          if (!isScalar(arg.shape)) throw wrong(arg.at!, `a number in ${name}`, shapeWords(arg.shape));
        }
        return scalar;
    }
  };

  const bind = (
    binder: Binder,
    args: readonly MathNode[],
    at: Span,
    bound: ReadonlyMap<string, Shape>,
  ): Tree => {
    if (args.length < 2) {
      const [average] = notation.averages, [parameters] = notation.functions.values();
      const run = average ? [...freeNames(average.body)] : parameters ?? ["z"];
      throw wrong(at, `a variable and a body: ${binder}(${run.join(", ")}, …)`, `${args.length} argument`);
    }
    const inside = new Map(bound), variables: string[] = [];
    for (const arg of args.slice(0, -1)) {
      const { text: name, at: place } = take();
      const taken = notation.definitions.has(name) || notation.functions.has(name) || builtins.has(name);
      if (!isSymbolNode(arg) || taken) throw wrong(place, `a variable that ${binder} can run over`);
      inside.set(name, notation.symbols.get(name) ?? scalar);
      variables.push(name);
    }
    if (new Set(variables).size < variables.length) throw wrong(at, `different variables in ${binder}`);
    const body = visit(args[args.length - 1], inside);
    return node(callAt(at), plainShape(body.shape), { op: "bind", binder, names: variables, body });
  };

  const derivative = (args: readonly MathNode[], at: Span, bound: ReadonlyMap<string, Shape>): Tree => {
    if (args.length !== 2) throw wrong(at, "what is differentiated and by which symbol: d(…, W)");
    const body = visit(args[0], bound), by = args[1];
    const { text: name, at: place } = take();
    const shape = bound.get(name) ?? notation.symbols.get(name);
    if (!isSymbolNode(by) || !shape || notation.definitions.has(name)) {
      throw wrong(place, "a declared symbol to differentiate by");
    }
    if (!isScalar(shape) && !isScalar(body.shape)) {
      throw wrong(body.at!, `a number to differentiate by ${name}`, shapeWords(body.shape));
    }
    const made = plainShape(isScalar(shape) ? body.shape : shape);
    return node(callAt(at), made, { op: "derivative", body, by: name });
  };

  const matrix = ({ items }: ArrayNode, bound: ReadonlyMap<string, Shape>): Tree => {
    const from = leaves[next]?.at.from ?? 0;
    const rows = items.some(isArrayNode)
      ? items.map((item) => isArrayNode(item) ? item.items : [item])
      : [items];
    const entries = rows.map((row) => row.map((entry) => visit(entry, bound))), all = entries.flat();
    const at = { from, to: Math.max(from, ...all.map((entry) => entry.at!.to)) };
    if (all.length === 0) throw wrong(at, "entries in the matrix", "none");
    if (entries.some((row) => row.length !== entries[0].length)) {
      throw wrong(at, "rows of one length", `rows of ${entries.map((row) => row.length).join(" and ")}`);
    }
    const odd = all.find((entry) => !isScalar(entry.shape));
    if (odd) throw wrong(odd.at!, "a number as entry of a matrix", shapeWords(odd.shape));
    return node(at, { rows: entries.length, cols: entries[0].length }, { op: "matrix", rows: entries });
  };

  const operation = (
    { fn, args }: { readonly fn: string; readonly args: readonly MathNode[] },
    bound: ReadonlyMap<string, Shape>,
  ): Tree => {
    const first = visit(args[0], bound);
    switch (fn) {
      case "unaryPlus":
        return first;
      case "unaryMinus":
        return negated(first);
      case "ctranspose":
        return turned(first, args[0]);
      case "add":
      case "subtract": {
        const second = visit(args[1], bound);
        return sum(args[0], first, fn === "add" ? second : negated(second));
      }
      case "multiply":
        return product(args[0], first, args[1], visit(args[1], bound));
      case "divide":
        return quotient(first, visit(args[1], bound), args[0]);
      case "pow":
        return raised(first, args[1], bound);
      default:
        throw wrong(first.at!, "sums, products, quotients, powers and transposes only");
    }
  };

  const negated = (of: Tree): Tree => node(of.at!, plainShape(of.shape), { op: "negate", of });
  const across = (a: Tree, b: Tree): Span => ({
    from: Math.min(a.at!.from, b.at!.from),
    to: Math.max(a.at!.to, b.at!.to),
  });

  /** What stands behind a sign, where the node is one. */
  const unsigned = (given: MathNode): MathNode =>
    isOperatorNode(given) && given.fn as string === "unaryMinus" ? given.args[0] : given;

  const turned = (of: Tree, written: MathNode): Tree => {
    if (of.op === "number" || isScalar(of.shape) && isSymbolNode(written)) {
      throw wrong(of.at!, "a matrix or a vector before the ′", "a number");
    }
    const { rows, cols, symmetric } = of.shape;
    const shape = symmetric ? { rows: cols, cols: rows, symmetric } : { rows: cols, cols: rows };
    return node({ from: of.at!.from, to: of.at!.to + 1 }, shape, { op: "transpose", of });
  };

  const sum = (leftNode: MathNode, left: Tree, right: Tree): Tree => {
    // brackets that were written stay: (a − b) + (b − c) is read as two differences
    const terms = left.op === "add" && !isParenthesisNode(leftNode) ? [...left.terms, right] : [left, right];
    const known = isUnknown(left.shape) ? right.shape : left.shape;
    const free = isUnknown(left.shape) || isUnknown(right.shape);
    if (!free && !sameShape(left.shape, right.shape)) {
      throw wrong(right.at!, `${shapeWords(left.shape)} as the terms before it`, shapeWords(right.shape));
    }
    if (free && (known.rows !== known.cols || isScalar(known))) {
      throw wrong(right.at!, "a square matrix beside I", shapeWords(known));
    }
    return node(across(left, right), plainShape(known), { op: "add", terms });
  };

  const product = (leftNode: MathNode, left: Tree, rightNode: MathNode, right: Tree): Tree => {
    const factorsOf = (tree: Tree, written: MathNode) =>
      tree.op === "multiply" && !isParenthesisNode(written) ? tree.factors : [tree];
    // a sign in front belongs to the whole product
    if (left.op === "negate" && !isParenthesisNode(leftNode)) {
      return negated(product(unsigned(leftNode), left.of, rightNode, right));
    }
    const shape = productShape(left.shape, right.shape);
    if (!shape) {
      throw wrong(right.at!, `a factor with ${left.shape.cols} rows`, shapeWords(right.shape));
    }
    const factors = [...factorsOf(left, leftNode), ...factorsOf(right, rightNode)];
    return node(across(left, right), plainShape(shape), { op: "multiply", factors });
  };

  const quotient = (top: Tree, bottom: Tree, topNode: MathNode): Tree => {
    if (!isScalar(bottom.shape)) throw wrong(bottom.at!, "a number below the line", shapeWords(bottom.shape));
    if (top.op === "negate" && !isParenthesisNode(topNode)) {
      return negated(quotient(top.of, bottom, unsigned(topNode)));
    }
    const at = across(top, bottom);
    if (bottom.op === "number" && bottom.top === 0n) throw wrong(bottom.at!, "no division by zero");
    if (top.op === "number" && bottom.op === "number" && top.bottom === 1n && bottom.bottom === 1n) {
      const ratio = numberNode(top.top, bottom.top) as Tree & { op: "number" };
      // one that is not in lowest terms stays as it was written
      if (bottom.top > 1n && ratio.bottom === bottom.top) return { ...ratio, at };
    }
    return node(at, plainShape(top.shape), { op: "divide", top, bottom });
  };

  const raised = (base: Tree, given: MathNode, bound: ReadonlyMap<string, Shape>): Tree => {
    // A^T, where no symbol is called T, is a transpose
    if (isSymbolNode(given) && given.name === "T" && !notation.symbols.has("T")) {
      const at = { from: base.at!.from, to: take().at.to };
      return { ...turned(base, given), at };
    }
    const exponent = visit(given, bound), at = across(base, exponent);
    if (!isScalar(exponent.shape)) {
      throw wrong(exponent.at!, "a number as exponent", shapeWords(exponent.shape));
    }
    if (!isScalar(base.shape)) {
      if (base.shape.rows !== base.shape.cols) {
        throw wrong(base.at!, "a number or a square matrix below the exponent", shapeWords(base.shape));
      }
      const inner = exponent.op === "negate" ? exponent.of : exponent;
      if (!(inner.op === "number" && inner.bottom === 1n) && inner.op !== "symbol") {
        throw wrong(exponent.at!, "a whole number as exponent of a matrix");
      }
    }
    return node(at, plainShape(base.shape), { op: "power", base, exponent });
  };

  return visit(root, outer);
}

function names(notation: Notation, bound: ReadonlyMap<string, Shape>): string {
  const all = [...new Set([...bound.keys(), ...notation.symbols.keys(), ...notation.functions.keys()])];
  return all.length > 24 ? `${all.slice(0, 24).join(", ")}, …` : all.join(", ");
}
