import { isUnknown, over } from "./shapes.ts";
import { FormulaError } from "./tokens.ts";
import { isScalar, mapParts, type Shape, type Tree } from "./tree.ts";

/**
 * The tree with the size of every I told by its place: by the other terms of a sum, by its neighbours in a product.
 *
 * @throws FormulaError where the place does not tell
 */
export function settled(tree: Tree, text: string, wanted: Shape = tree.shape): Tree {
  const known = isUnknown(tree.shape) ? wanted : tree.shape;
  if (isUnknown(known)) {
    const free = tree.op === "apply" ? tree.args.find((arg) => isUnknown(arg.shape)) : undefined;
    throw new FormulaError(text, (free ?? tree).at!, "a place that tells the size of I");
  }
  const shape = known === tree.shape ? known : { rows: known.rows, cols: known.rows };
  switch (tree.op) {
    case "identity":
      return { ...tree, shape: { ...shape, symmetric: true } };
    case "add":
    case "negate":
    case "divide":
    case "power":
    case "transpose":
    case "bind":
      return { ...mapParts(tree, (part) => settled(part, text, sizeOf(part, shape))), shape };
    case "multiply": {
      let left = shape.rows;
      const factors = tree.factors.map((factor, k) => {
        if (isScalar(factor.shape)) return settled(factor, text);
        const next = tree.factors.slice(k).find((f) => !isScalar(f.shape) && !isUnknown(f.shape));
        const size = left !== "?" ? left : next?.shape.rows ?? shape.cols;
        const done = settled(factor, text, { rows: size, cols: size });
        left = done.shape.cols;
        return done;
      });
      return { ...tree, factors, shape };
    }
    case "apply": {
      if (tree.name !== "kron" || !isUnknown(tree.shape)) break;
      const told = tree.args.find((arg) => !isUnknown(arg.shape))!.shape, size = over(shape.rows, told.rows);
      if (size === undefined) throw new FormulaError(text, tree.at!, "a place that tells the size of I");
      const args = tree.args.map((arg) => settled(arg, text, { rows: size, cols: size }));
      return { ...tree, args, shape };
    }
  }
  return mapParts(tree, (part) => settled(part, text));
}

/** What a part of unknown size must be: numbers beside a matrix stay numbers. */
const sizeOf = (part: Tree, shape: Shape): Shape => isUnknown(part.shape) ? shape : part.shape;
