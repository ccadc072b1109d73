import { parse } from "@babel/parser";
import { declaredNames, namesIn } from "./modules.ts";

/**
 * A module reduced to the declarations that the wanted names need.
 *
 * @returns the text (imports stay, for others to prune) and the declarations that were cut
 */
export function keepDeclarations(text: string, wanted: ReadonlySet<string>): { text: string; cut: string[] } {
  const { body } =
    parse(text, { sourceType: "module", plugins: ["typescript"], attachComment: false }).program;
  const parts = body.map((node, i) => {
    const inner = node.type === "ExportNamedDeclaration" && node.declaration ? node.declaration : node;
    // comments before a declaration belong to it
    const start = i === 0 ? 0 : body[i - 1].end ?? 0;
    const stays = node.type === "ImportDeclaration";
    return {
      stays,
      names: declaredNames(inner),
      uses: namesIn(node, new Set()),
      text: text.slice(start, node.end ?? 0),
    };
  });
  const needed = new Set(wanted.has("*") ? parts.flatMap((p) => p.names) : wanted);
  for (let grown = true; grown;) {
    grown = false;
    for (const { names, uses, stays } of parts) {
      if (stays || !names.some((name) => needed.has(name))) continue;
      for (const name of uses) {
        if (!needed.has(name)) {
          needed.add(name);
          grown = true;
        }
      }
    }
  }
  const keep = (part: typeof parts[number]) => part.stays || part.names.some((name) => needed.has(name));
  return {
    text: parts.filter(keep).map((p) => p.text).join("").trim() + "\n",
    cut: parts.filter((p) => !keep(p)).map((p) => p.text.trim()),
  };
}
