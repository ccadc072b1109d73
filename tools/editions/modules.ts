import { parse } from "@babel/parser";
import { boundNames } from "lib/show/cell.ts";

type Program = ReturnType<typeof parse>["program"];
type Node = Program["body"][number];

/** One import or re-export of a module or a cell: what it names, where it stands. */
export interface Link {
  source: string;
  /** What is imported under which name, and how that is written; "*" for a namespace, "default" for a default. */
  names: { imported: string; local: string; text: string }[];
  start: number;
  end: number;
}

export interface Reading {
  links: Link[];
  /** Names that the code uses, imports aside: an over-approximation (keys and properties count). */
  used: Set<string>;
  /** Names the module offers to others; "*" when it passes another module on whole. */
  exported: Set<string>;
}

/**
 * Reads a module or a cell.
 *
 * @throws SyntaxError with line and column
 */
export function readModule(text: string): Reading {
  const { body } = parse(text, {
    sourceType: "module",
    plugins: ["typescript"],
    allowUndeclaredExports: true,
    attachComment: false,
  }).program;
  const used = new Set<string>();
  for (const node of body) if (!isLink(node)) namesIn(node, used);
  return {
    links: body.filter(isLink).map((node) => linkOf(node, text)),
    used,
    exported: new Set(body.flatMap(exportedBy)),
  };
}

/** Whether a statement is an import, or passes on what stands elsewhere. */
const isLink = (node: Node) =>
  node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration" ||
  node.type === "ExportNamedDeclaration" && node.source != null;

function linkOf(node: Node, text: string): Link {
  const { source, start, end } = node as { source: { value: string }; start: number; end: number };
  const names = node.type !== "ImportDeclaration" ? [] : node.specifiers.map((s) => ({
    imported: s.type === "ImportSpecifier"
      ? nameOf(s.imported)
      : s.type === "ImportDefaultSpecifier"
      ? "default"
      : "*",
    local: s.local.name,
    text: text.slice(s.start ?? 0, s.end ?? 0),
  }));
  return { source: source.value, names, start, end };
}

function nameOf(node: { type: string }): string {
  const part = node as { name?: string; value?: string };
  return part.name ?? part.value ?? "";
}

function exportedBy(node: Node): string[] {
  if (node.type === "ExportAllDeclaration") return ["*"];
  if (node.type === "ExportDefaultDeclaration") return ["default"];
  if (node.type !== "ExportNamedDeclaration") return [];
  const own = node.declaration ? declaredNames(node.declaration) : [];
  return [...own, ...node.specifiers.map((s) => nameOf(s.exported))];
}

/** The names that a declaration at the top of a module declares. */
function declaredNames(node: { type: string }): string[] {
  const declaration = node as {
    type: string;
    id?: { name: string } | null;
    declarations?: { id: object }[];
  };
  if (declaration.declarations) {
    return declaration.declarations.flatMap(({ id }) => boundNames(id));
  }
  return declaration.id?.name ? [declaration.id.name] : [];
}

/** Every name that a node uses, types included; keys and properties do not count. */
function namesIn(node: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(node)) {
    for (const item of node) namesIn(item, found);
    return found;
  }
  if (typeof node !== "object" || node === null) return found;
  const { type, name, computed } = node as { type?: string; name?: unknown; computed?: boolean };
  if (type === "Identifier" && typeof name === "string") found.add(name);
  for (const [key, value] of Object.entries(node)) {
    const isKey = !computed && (key === "property" && /Member/.test(type ?? "") ||
      key === "key" && /Property|Method|Signature/.test(type ?? ""));
    if (key !== "loc" && !isKey) namesIn(value, found);
  }
  return found;
}

/** The text with each import reduced to the names that `keep` keeps; untouched imports stay as they are. */
export function pruneLinks(text: string, keep: (link: Link, name: Link["names"][number]) => boolean): string {
  let pruned = text;
  for (const link of readModule(text).links.toReversed()) {
    const names = link.names.filter((name) => keep(link, name));
    if (names.length === link.names.length) continue;
    const whole = text.slice(link.start, link.end),
      named = names.filter(({ imported }) => imported !== "default");
    const parts = [
      ...names.filter(({ imported }) => imported === "default").map(({ text }) => text),
      ...(named.length > 0 ? [`{ ${named.map(({ text }) => text).join(", ")} }`] : []),
    ];
    const keyword = /^import type\b/.test(whole) ? "import type" : "import";
    const left = names.length === 0
      ? ""
      : `${keyword} ${parts.join(", ")} ${whole.slice(whole.lastIndexOf("from"))}`;
    const end = left === "" && pruned[link.end] === "\n" ? link.end + 1 : link.end;
    pruned = pruned.slice(0, link.start) + left + pruned.slice(end);
  }
  return pruned;
}
