import type { Notation } from "./notation.ts";
import { builtins, parts, type Tree } from "./tree.ts";

/** The set a bound variable runs over: that of its own name where one is declared, else of what it is put into. */
export function domainOf(name: string, body: Tree, { functions, symbols }: Notation): string {
  if (symbols.has(name) || [...functions.values()].some((args) => args.includes(name))) return name;
  const within = (node: Tree): string | undefined => {
    if (node.op === "bind" && node.names.includes(name)) return undefined;
    if (node.op === "apply" && !builtins.has(node.name)) {
      const at = node.args.findIndex((arg) => arg.op === "symbol" && arg.name === name);
      if (at >= 0) return functions.get(node.name)?.[at];
    }
    for (const part of parts(node)) {
      const found = within(part);
      if (found) return found;
    }
    return undefined;
  };
  return within(body) ?? name;
}

/** A sum or an integral in another letter runs over what its variable is put into. */
export function inDomain<T extends Tree & { op: "bind" }>(
  tree: T,
  notation: Notation,
  scope: Readonly<Record<string, unknown>>,
): T {
  const [name, more] = tree.names, lists = scope[tree.binder] ?? {};
  return tree.binder === "E" || more !== undefined || Object.hasOwn(lists, name)
    ? tree
    : { ...tree, names: [domainOf(name, tree.body, notation)] };
}
