import { parts, type Tree } from "./tree.ts";

/** How tightly a node holds together: sums 1, signs and quotients 2, products 3, powers 4, names 5. */
function strength(tree: Tree): number {
  switch (tree.op) {
    case "add":
      return 1;
    case "negate":
    case "divide":
      return 2;
    case "number":
      return tree.bottom === 1n ? 5 : 2;
    case "multiply":
      return 3;
    case "power":
      return 4;
    case "transpose":
      return 4;
    default:
      return 5;
  }
}

/** The tree as text that `parse` reads back to the same tree. */
export function write(tree: Tree): string {
  switch (tree.op) {
    case "number":
      return tree.bottom === 1n ? String(tree.top) : `${tree.top}/${tree.bottom}`;
    case "symbol":
      return tree.name;
    case "identity":
      return "I";
    case "imaginary":
      return "i";
    case "apply":
      return `${tree.name}(${tree.args.map(write).join(", ")})`;
    case "add":
      return tree.terms.map((term, k) => {
        if (k === 0) return term.op === "add" ? `(${write(term)})` : write(term);
        return term.op === "negate" ? `- ${within(term.of, 2)}` : `+ ${within(term, 2)}`;
      }).join(" ");
    case "multiply":
      return tree.factors.map((factor, k) => {
        // mathjs takes 1/2 in front of a name or a bracket for one factor
        if (k === 0 && factor.op === "number" && !startsWithDigit(tree.factors[1])) return write(factor);
        if (startsWithDigit(factor) && k > 0) return `(${write(factor)})`;
        if (factor.op === "number") return `(${write(factor)})`;
        return within(factor, 4);
      }).join(" ");
    case "negate":
      return `-${tree.of.op === "negate" ? `(${write(tree.of)})` : within(tree.of, 2)}`;
    case "divide":
      return `${tree.top.op === "multiply" ? write(tree.top) : within(tree.top, 4)} / ${
        within(tree.bottom, 4)
      }`;
    case "power":
      return `${within(tree.base, 5)}^${within(tree.exponent, 5)}`;
    case "transpose":
      return `${within(tree.of, tree.of.op === "transpose" ? 4 : 5)}'`;
    case "matrix":
      return `[${tree.rows.map((row) => row.map(write).join(", ")).join("; ")}]`;
    case "bind":
      return `${tree.binder}(${[...tree.names, write(tree.body)].join(", ")})`;
    case "derivative":
      return `d(${write(tree.body)}, ${tree.by})`;
  }
}

const within = (tree: Tree, least: number) => strength(tree) < least ? `(${write(tree)})` : write(tree);

function startsWithDigit(tree: Tree): boolean {
  if (tree.op === "number") return true;
  const first = parts(tree)[0];
  return (tree.op === "power" || tree.op === "transpose") && startsWithDigit(first);
}
