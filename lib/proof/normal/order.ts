import { rational } from "../../math/exact.ts";
import { isScalar, type Tree } from "../tree.ts";

/**
 * A tree with order and brackets taken away, and nothing else: sums flat and sorted, signs moved to the terms,
 * factors flat, scalar ones sorted. Two lines that agree in it differ by no step.
 */
export function unordered(tree: Tree): string {
  switch (tree.op) {
    case "number":
      return `${tree.top}/${tree.bottom}`;
    case "symbol":
      return tree.name;
    case "identity":
      return `I:${tree.shape.rows}`;
    case "imaginary":
      return "i";
    case "add":
    case "negate":
      return `{${termsOf(tree, 1).sort().join(" ; ")}}`;
    case "multiply":
    case "divide":
      return product(tree, 1);
    case "power":
      return `(${unordered(tree.base)})^(${unordered(tree.exponent)})`;
    case "transpose":
      return tree.of.op === "transpose" ? unordered(tree.of.of) : `(${unordered(tree.of)})'`;
    case "matrix":
      return `[${tree.rows.map((row) => row.map(unordered).join(",")).join(";")}]`;
    case "apply":
      return `${tree.name}(${tree.args.map(unordered).join(",")})`;
    case "bind": {
      const names = tree.binder === "E" ? [...tree.names].sort() : tree.names;
      return `${tree.binder}(${names.join(",")},${unordered(tree.body)})`;
    }
    case "derivative":
      return `d(${unordered(tree.body)},${tree.by})`;
  }
}

function termsOf(tree: Tree, sign: 1 | -1): string[] {
  if (tree.op === "add") return tree.terms.flatMap((t) => termsOf(t, sign));
  if (tree.op === "negate") return termsOf(tree.of, sign === 1 ? -1 : 1);
  return [product(tree, sign)];
}

/** A product as its sign, its scalar factors in one order, and its matrices as they stand. */
function product(tree: Tree, sign: 1 | -1): string {
  const scalars: string[] = [], word: string[] = [];
  let top = 1n, bottom = 1n;
  const walk = (node: Tree, inverse: boolean) => {
    if (node.op === "multiply") return node.factors.forEach((f) => walk(f, inverse));
    // what stands above a fraction bar below a fraction bar is no matter of order
    if (node.op === "divide" && !inverse) {
      walk(node.top, inverse);
      return walk(node.bottom, !inverse);
    }
    if (node.op === "negate") {
      sign = sign === 1 ? -1 : 1;
      return walk(node.of, inverse);
    }
    if (node.op === "number" && node.top !== 0n) {
      top *= inverse ? node.bottom : node.top;
      bottom *= inverse ? node.top : node.bottom;
      return;
    }
    const text = node.op === "divide" ? `(${product(node, 1)})` : unordered(node);
    (isScalar(node.shape) ? scalars : word).push(`${inverse ? "1/" : ""}${text}`);
  };
  walk(tree, false);
  const { s, n, d } = rational(top, bottom);
  const text = [`${n}/${d}`, ...scalars.sort(), ...word].join(" ");
  return `${s > 0n === sign > 0 ? "+" : "-"}${text}`;
}
