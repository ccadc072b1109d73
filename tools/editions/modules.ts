import { parse } from "@babel/parser";

type Program = ReturnType<typeof parse>["program"];
type Node = Program["body"][number];

/** One import or re-export of a module or a cell: what it names, where it stands. */
export interface Link {
  kind: "import" | "export";
  source: string;
  /** [name in the source, local or exported name]; "*" for a namespace, "default" for a default import. */
  names: { imported: string; local: string; typeOnly: boolean }[];
  typeOnly: boolean;
  /** What stands behind the source: ` with { type: "json" }`. */
  attributes: string;
  start: number;
  end: number;
}

export interface Reading {
  links: Link[];
  /** Names that the code uses, imports aside: an over-approximation (keys and properties count). */
  used: Set<string>;
  /** Names the module offers to others; "*" when it passes another module on whole. */
  exported: Set<string>;
  /** Whether anything but imports, re-exports and types is left. */
  empty: boolean;
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
  const links = body.flatMap((node) => linkOf(node, text));
  const used = new Set<string>();
  for (const node of body) if (!isLink(node)) namesIn(node, used);
  return { links, used, exported: new Set(body.flatMap(exportedBy)), empty: body.every(isLink) };
}

/** Whether a statement is an import, or passes on what stands elsewhere. */
export const isLink = (node: Node): boolean =>
  node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration" ||
  node.type === "ExportNamedDeclaration" && node.source != null;

function linkOf(node: Node, text: string): Link[] {
  if (!isLink(node)) return [];
  const { source, start, end } = node as {
    source: { value: string; end: number };
    start: number;
    end: number;
  };
  const common = {
    source: source.value,
    start,
    end,
    attributes: text.slice(source.end, end).replace(/;\s*$/, ""),
  };
  if (node.type === "ImportDeclaration") {
    const typeOnly = node.importKind === "type";
    const names = node.specifiers.map((s) => ({
      imported: s.type === "ImportDefaultSpecifier"
        ? "default"
        : s.type === "ImportNamespaceSpecifier"
        ? "*"
        : nameOf(s.imported),
      local: s.local.name,
      typeOnly: s.type === "ImportSpecifier" && s.importKind === "type",
    }));
    return [{ kind: "import", names, typeOnly, ...common }];
  }
  const names = node.type === "ExportNamedDeclaration"
    ? node.specifiers.map((s) =>
      s.type === "ExportSpecifier"
        ? { imported: nameOf(s.local), local: nameOf(s.exported), typeOnly: s.exportKind === "type" }
        : { imported: "*", local: nameOf(s.exported), typeOnly: false }
    )
    : [{ imported: "*", local: "*", typeOnly: false }];
  const typeOnly = "exportKind" in node && node.exportKind === "type";
  return [{ kind: "export", names, typeOnly, ...common }];
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

/** The names that a declaration at the top of a module or cell declares. */
export function declaredNames(node: { type: string }): string[] {
  const declaration = node as {
    type: string;
    id?: { name: string } | null;
    declarations?: { id: object }[];
  };
  if (declaration.declarations) {
    return declaration.declarations.flatMap(({ id }) => boundNames(id as PatternNode));
  }
  return declaration.id?.name ? [declaration.id.name] : [];
}

interface PatternNode {
  type: string;
  name?: string;
  properties?: { type: string; value?: PatternNode; argument?: PatternNode }[];
  elements?: (PatternNode | null)[];
  left?: PatternNode;
  argument?: PatternNode;
}

/** The names that a pattern binds: `{ a, b: [c, ...d] }` binds a, c, d. */
export function boundNames(pattern: PatternNode | null | undefined): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name!];
    case "ObjectPattern":
      return pattern.properties!.flatMap((p) => boundNames(p.type === "RestElement" ? p.argument : p.value));
    case "ArrayPattern":
      return pattern.elements!.flatMap(boundNames);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

/** Every name that a node uses, types included; keys and properties do not count. */
export function namesIn(node: unknown, found: Set<string>): Set<string> {
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

/** An import or re-export with only these of its names, as text; empty when none is left. */
export function linkText(link: Link, names: Link["names"]): string {
  const from = `${JSON.stringify(link.source)}${link.attributes};`;
  if (link.names.length === 0) return `import ${from}`;
  if (names.length === 0) return "";
  const keyword = `${link.kind}${link.typeOnly ? " type" : ""}`;
  const star = names.find((n) => n.imported === "*");
  if (star) return `${keyword} *${star.local === "*" ? "" : ` as ${star.local}`} from ${from}`;
  const plain = names.filter((n) => link.kind === "export" || n.imported !== "default").map((n) =>
    `${n.typeOnly ? "type " : ""}${n.imported === n.local ? n.local : `${n.imported} as ${n.local}`}`
  );
  const standard = names.find((n) => link.kind === "import" && n.imported === "default");
  const parts = [
    ...(standard ? [standard.local] : []),
    ...(plain.length > 0 ? [`{ ${plain.join(", ")} }`] : []),
  ];
  return `${keyword} ${parts.join(", ")} from ${from}`;
}

/** The text with each import and re-export reduced to the names that `keep` keeps; untouched links stay as they are. */
export function pruneLinks(text: string, keep: (link: Link, name: Link["names"][number]) => boolean): string {
  let pruned = text;
  for (const link of readModule(text).links.toReversed()) {
    const names = link.names.filter((name) => keep(link, name));
    if (names.length === link.names.length) continue;
    const replaced = linkText(link, names);
    const end = replaced === "" && pruned[link.end] === "\n" ? link.end + 1 : link.end;
    pruned = pruned.slice(0, link.start) + replaced + pruned.slice(end);
  }
  return pruned;
}
