import { parse } from "@babel/parser";
import { declaredNames, isLink, namesIn, pruneLinks, readModule } from "./modules.ts";

/**
 * A module reduced to the declarations that the wanted names need, and to re-exports of wanted names.
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
    return {
      stays: isLink(node),
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
  const kept = parts.filter(keep).map((p) => p.text).join("").trim() + "\n";
  return {
    text: pruneLinks(kept, (link, { local }) => link.kind === "import" || passes(local, wanted)),
    cut: parts.filter((p) => !keep(p)).map((p) => p.text.trim()),
  };
}

/** Whether a re-export passes on something that is wanted. */
const passes = (local: string, wanted: ReadonlySet<string>) =>
  local === "*" || wanted.has("*") || wanted.has(local);

/**
 * Which names of which modules are needed once what `wanted` needs of them is followed through imports and
 * re-exports.
 *
 * @param read the text of a module that is shaken; undefined for one that is not
 * @param targetOf the module behind an import of another; undefined for packages
 */
export async function demand(
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
  read: (path: string) => Promise<string | undefined>,
  targetOf: (from: string, source: string) => string | undefined,
): Promise<Map<string, Set<string>>> {
  const needed = new Map([...wanted].map(([path, names]) => [path, new Set(names)]));
  const queue = [...needed.keys()];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const names = needed.get(path)!, whole = await read(path);
    if (whole === undefined) continue;
    const { links, used, exported } = readModule(keepDeclarations(whole, names).text);
    for (const link of links) {
      const target = targetOf(path, link.source);
      if (target === undefined) continue;
      const asked = link.names.flatMap(({ imported, local }) => {
        if (local === "*") return [...names].filter((name) => !exported.has(name));
        return link.kind === "export" || used.has(local) ? [imported] : [];
      });
      const known = needed.get(target) ?? new Set(), before = known.size;
      needed.set(target, new Set([...known, ...asked]));
      if (needed.get(target)!.size > before) queue.push(target);
    }
  }
  return needed;
}
