import { parse } from "@babel/parser";
import { boundNames } from "lib/show/cell.ts";

type Program = ReturnType<typeof parse>["program"];
type Node = Program["body"][number];
type Expression = Extract<Node, { type: "ExpressionStatement" }>["expression"];
type ImportNode = Extract<Node, { type: "ImportDeclaration" }>;

/** A fault in the text of a cell; line and column count from 1. */
type SyntaxFault = { line: number; column: number; message: string };

/** One name that a cell imports: `import { imported as local } from "source"`. */
export type Import = {
  local: string | null;
  /** The name in the source; "default" and "*" as in the language. */
  imported: string;
  typeOnly: boolean;
  source: string;
  /** What stands behind the source, such as `with { type: "json" }`. */
  attributes: string;
  line: number;
  column: number;
};

/** What one cell declares, imports and shows. */
type ParsedCell = {
  /** Names declared at the top of the cell, imports not among them. */
  declared: string[];
  imports: Import[];
  /** The cell with its imports blanked out; lines and columns stay. */
  body: string;
  /** Whether the cell, run, must show something. */
  shows: boolean;
};

/**
 * Reads one code cell.
 *
 * @param source TypeScript as the kernel takes it: statements, imports and `await` at the top
 */
export function parseCell(source: string): ParsedCell | { fault: SyntaxFault } {
  let body: Node[];
  try {
    body = parse(source, {
      sourceType: "module",
      plugins: ["typescript"],
      allowUndeclaredExports: true,
      attachComment: false,
    }).program.body;
  } catch (error) {
    return { fault: syntaxFault(error) };
  }
  let rest = source;
  for (const node of body) {
    if (node.type === "ImportDeclaration") rest = blank(rest, node.start ?? 0, node.end ?? 0);
  }
  return {
    declared: body.flatMap(declaredBy),
    imports: body.flatMap((node) => importedBy(node, source)),
    body: rest,
    shows: shows(body),
  };
}

function syntaxFault(error: unknown): SyntaxFault {
  if (!(error instanceof SyntaxError)) throw error;
  const { loc } = error as SyntaxError & { loc?: { line: number; column: number } };
  const message = error.message.replace(/ \(\d+:\d+\)$/, "");
  return { line: loc?.line ?? 1, column: (loc?.column ?? 0) + 1, message: `Syntax error: ${message}` };
}

function blank(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end);
}

function declaredBy(node: Node): string[] {
  switch (node.type) {
    case "VariableDeclaration":
      return node.declarations.flatMap(({ id }) => boundNames(id));
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
      return node.id ? [node.id.name] : [];
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
      return [node.id.name];
    default:
      return [];
  }
}

function importedBy(node: Node, text: string): Import[] {
  if (node.type !== "ImportDeclaration") return [];
  const attributes = text.slice(node.source.end ?? 0, node.end ?? 0).replace(/;\s*$/, "");
  const common = { source: node.source.value, attributes };
  if (node.specifiers.length === 0) {
    return [{ ...common, local: null, imported: "*", typeOnly: false, ...place(node.source) }];
  }
  return node.specifiers.map((specifier) => ({
    ...common,
    ...place(specifier),
    local: specifier.local.name,
    imported: importedName(specifier),
    typeOnly: node.importKind === "type" ||
      specifier.type === "ImportSpecifier" && specifier.importKind === "type",
  }));
}

function importedName(specifier: ImportNode["specifiers"][number]): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  const { imported } = specifier;
  return imported.type === "Identifier" ? imported.name : JSON.stringify(imported.value);
}

function place({ loc }: { loc?: { start: { line: number; column: number } } | null }) {
  return { line: loc?.start.line ?? 1, column: (loc?.start.column ?? 0) + 1 };
}

/** Calls whose purpose is to show something. */
const showing = /^(show|display|console\.(log|info|warn|error|table|dir|debug)|Deno\.jupyter\.display)$/;

/**
 * Whether a cell must show something: it ends in a value (not in a call, which may return undefined), or it calls
 * `show`, `display` or `console.log` at its top.
 */
function shows(body: Node[]): boolean {
  const expressions = body.map((node) => node.type === "ExpressionStatement" ? node.expression : null);
  if (expressions.some((expression) => expression !== null && showing.test(callee(expression)))) return true;
  const last = expressions.at(-1);
  return last != null && isValue(last);
}

function callee(expression: { type: string }): string {
  const called = expression as Expression;
  if (called.type === "AwaitExpression") return callee(called.argument);
  return called.type === "CallExpression" ? path(called.callee) : "";
}

/** `a.b.c` as text; empty for anything else. */
function path(expression: { type: string }): string {
  const part = expression as Expression;
  if (part.type === "Identifier") return part.name;
  return part.type === "MemberExpression" ? `${path(part.object)}.${path(part.property)}` : "";
}

function isValue(expression: Expression): boolean {
  switch (expression.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return isValue(expression.expression);
    case "Identifier":
      return expression.name !== "undefined";
    case "UnaryExpression":
      return expression.operator !== "void" && expression.operator !== "delete";
    default:
      return /Literal$|^(Member|Array|Object|Binary|New)Expression$/.test(expression.type);
  }
}
