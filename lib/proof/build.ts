import type {
  ArrayNode,
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
} from "mathjs";
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
  /** Behind the bracket that the call at this place opens. */
  const endOfCall = ({ from }: Span): number => {
    let depth = 0;
    for (const token of read.slice(read.findIndex((t) => t.at.from === from) + 1)) {
      depth += "([".includes(token.text) ? 1 : ")]".includes(token.text) ? -1 : 0;
      if (depth === 0) return token.at.to;
    }
    return text.length;
  };
  const wrong = (at: Span, expected: string, got?: string) => new FormulaError(text, at, expected, got);
  const node = (at: Span, shape: Shape, bare: Bare): Tree => ({ ...bare, shape, at }) as Tree;

  const visit = (given: MathNode, bound: ReadonlyMap<string, Shape>): Tree => {
    switch (given.type) {
      case "ParenthesisNode":
        return visit((given as ParenthesisNode).content, bound);
      case "ConstantNode":
        return number(given as ConstantNode);
      case "SymbolNode":
        return symbol(given as SymbolNode, bound);
      case "FunctionNode":
        return call(given as FunctionNode, bound);
      case "ArrayNode":
        return matrix(given as ArrayNode, bound);
      case "OperatorNode":
        return operation(given as OperatorNode, bound);
      default:
        throw wrong(leaves[next]?.at ?? { from: 0, to: text.length }, "one formula");
    }
  };

  const number = (_: ConstantNode): Tree => {
    const { kind, text: digits, at } = take();
    if (kind !== "number") throw wrong(at, "a formula");
    const [, whole, fraction, power] = /^(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(digits)!;
    const exponent = Number(power ?? 0) - fraction.length;
    if (Math.abs(exponent) > 300 || whole.length > 300) throw wrong(at, "a number below 1e300");
    const top = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, exponent));
    const bottom = 10n ** BigInt(Math.max(0, -exponent)), common = gcd(top, bottom);
    return node(at, scalar, { op: "number", top: top / common, bottom: bottom / common });
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
    const whole = { from: at.from, to: endOfCall(at) };
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
      if (arg.type !== "SymbolNode" || taken) throw wrong(place, `a variable that ${binder} can run over`);
      inside.set(name, notation.symbols.get(name) ?? scalar);
      variables.push(name);
    }
    if (new Set(variables).size < variables.length) throw wrong(at, `different variables in ${binder}`);
    const body = visit(args[args.length - 1], inside);
    const whole = { from: at.from, to: endOfCall(at) };
    return node(whole, plainShape(body.shape), { op: "bind", binder, names: variables, body });
  };

  const derivative = (args: readonly MathNode[], at: Span, bound: ReadonlyMap<string, Shape>): Tree => {
    if (args.length !== 2) throw wrong(at, "what is differentiated and by which symbol: d(…, W)");
    const body = visit(args[0], bound), by = args[1];
    const { text: name, at: place } = take();
    const shape = bound.get(name) ?? notation.symbols.get(name);
    if (by.type !== "SymbolNode" || !shape || notation.definitions.has(name)) {
      throw wrong(place, "a declared symbol to differentiate by");
    }
    if (!isScalar(shape) && !isScalar(body.shape)) {
      throw wrong(body.at!, `a number to differentiate by ${name}`, shapeWords(body.shape));
    }
    const whole = { from: at.from, to: endOfCall(at) };
    return node(whole, plainShape(isScalar(shape) ? body.shape : shape), {
      op: "derivative",
      body,
      by: name,
    });
  };

  const matrix = ({ items }: ArrayNode, bound: ReadonlyMap<string, Shape>): Tree => {
    const from = leaves[next]?.at.from ?? 0;
    const nested = items.some((item) => item.type === "ArrayNode");
    const entries = (nested ? items : [undefined]).map((item) =>
      (item === undefined ? items : item.type === "ArrayNode" ? (item as ArrayNode).items : [item]).map((
        entry,
      ) => visit(entry, bound))
    );
    const all = entries.flat(), at = { from, to: endOf(all, { from, to: from }) };
    if (all.length === 0) throw wrong(at, "entries in the matrix", "none");
    if (entries.some((row) => row.length !== entries[0].length)) {
      throw wrong(at, "rows of one length", `rows of ${entries.map((row) => row.length).join(" and ")}`);
    }
    const odd = all.find((entry) => !isScalar(entry.shape));
    if (odd) throw wrong(odd.at!, "a number as entry of a matrix", shapeWords(odd.shape));
    return node(at, { rows: entries.length, cols: entries[0].length }, { op: "matrix", rows: entries });
  };

  const operation = (given: OperatorNode, bound: ReadonlyMap<string, Shape>): Tree => {
    const { fn, args } = given as unknown as { fn: string; args: MathNode[] };
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
  const unsigned = (given: MathNode): MathNode => {
    const { fn, args } = given as OperatorNode;
    return fn as string === "unaryMinus" ? args[0] : given;
  };

  const turned = (of: Tree, written: MathNode): Tree => {
    if (of.op === "number" || isScalar(of.shape) && written.type === "SymbolNode") {
      throw wrong(of.at!, "a matrix or a vector before the ′", "a number");
    }
    const { rows, cols, symmetric } = of.shape;
    const shape = symmetric ? { rows: cols, cols: rows, symmetric } : { rows: cols, cols: rows };
    return node({ from: of.at!.from, to: of.at!.to + 1 }, shape, { op: "transpose", of });
  };

  const sum = (leftNode: MathNode, left: Tree, right: Tree): Tree => {
    // brackets that were written stay: (a − b) + (b − c) is read as two differences
    const terms = left.op === "add" && leftNode.type !== "ParenthesisNode"
      ? [...left.terms, right]
      : [left, right];
    const known = isUnknown(left.shape) ? right.shape : left.shape;
    if (!isUnknown(left.shape) && !isUnknown(right.shape) && !sameShape(left.shape, right.shape)) {
      throw wrong(right.at!, `${shapeWords(left.shape)} as the terms before it`, shapeWords(right.shape));
    }
    const free = isUnknown(left.shape) || isUnknown(right.shape);
    if (free && known.rows !== known.cols || free && isScalar(known)) {
      throw wrong(right.at!, "a square matrix beside I", shapeWords(known));
    }
    return node(across(left, right), plainShape(known), { op: "add", terms });
  };

  const product = (leftNode: MathNode, left: Tree, rightNode: MathNode, right: Tree): Tree => {
    const flat = left.op === "multiply" && leftNode.type !== "ParenthesisNode";
    // a sign in front belongs to the whole product
    if (left.op === "negate" && leftNode.type !== "ParenthesisNode") {
      return negated(product(unsigned(leftNode), left.of, rightNode, right));
    }
    const shape = productShape(left.shape, right.shape);
    if (!shape) {
      throw wrong(right.at!, `a factor with ${left.shape.cols} rows`, shapeWords(right.shape));
    }
    const more = right.op === "multiply" && rightNode.type !== "ParenthesisNode" ? right.factors : [right];
    return node(across(left, right), plainShape(shape), {
      op: "multiply",
      factors: flat ? [...(left as Tree & { op: "multiply" }).factors, ...more] : [left, ...more],
    });
  };

  const quotient = (top: Tree, bottom: Tree, topNode: MathNode): Tree => {
    if (!isScalar(bottom.shape)) throw wrong(bottom.at!, "a number below the line", shapeWords(bottom.shape));
    if (top.op === "negate" && topNode.type !== "ParenthesisNode") {
      return negated(quotient(top.of, bottom, unsigned(topNode)));
    }
    const at = across(top, bottom);
    if (bottom.op === "number" && bottom.top === 0n) throw wrong(bottom.at!, "no division by zero");
    if (top.op === "number" && bottom.op === "number" && top.bottom === 1n && bottom.bottom === 1n) {
      if (bottom.top > 1n && gcd(top.top, bottom.top) === 1n) {
        return node(at, scalar, { op: "number", top: top.top, bottom: bottom.top });
      }
    }
    return node(at, plainShape(top.shape), { op: "divide", top, bottom });
  };

  const raised = (base: Tree, given: MathNode, bound: ReadonlyMap<string, Shape>): Tree => {
    // A^T, where no symbol is called T, is a transpose
    if (given.type === "SymbolNode" && (given as SymbolNode).name === "T" && !notation.symbols.has("T")) {
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

const endOf = (trees: readonly Tree[], otherwise: Span) =>
  Math.max(otherwise.to, ...trees.map((t) => t.at!.to));

const gcd = (a: bigint, b: bigint): bigint => b === 0n ? a : gcd(b, a % b);

function names(notation: Notation, bound: ReadonlyMap<string, Shape>): string {
  const all = [...new Set([...bound.keys(), ...notation.symbols.keys(), ...notation.functions.keys()])];
  return all.length > 24 ? `${all.slice(0, 24).join(", ")}, …` : all.join(", ");
}
