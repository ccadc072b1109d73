import { parse } from "@babel/parser";
import { boundNames } from "lib/show/cell.ts";

/** A node of a parsed cell, as far as anyone here looks into it. */
export interface Node {
  type: string;
  [key: string]: unknown;
}

/**
 * The statements of a cell.
 *
 * @throws SyntaxError with line and column; RangeError when it is nested too deeply
 */
export function parseCell(text: string): Node[] {
  const { body } = parse(text, {
    sourceType: "module",
    plugins: ["typescript"],
    allowUndeclaredExports: true,
    attachComment: false,
  }).program;
  return body as unknown as Node[];
}

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** What a node says, without where it stood and how it was spelled. */
const spelling = new Set(["start", "end", "loc", "range", "extra", "errors"]);

const number = (value: number): Node => ({ type: "NumericLiteral", value });
const infinite: Node = { type: "BinaryExpression", operator: "/", left: number(1), right: number(0) };

/** A copy of a tree that keeps what it means and nothing of its text: what is printed from it is ours. */
export function bare<T>(value: T): T {
  if (Array.isArray(value)) return value.map(bare) as T;
  if (typeof value !== "object" || value === null) return value;
  // printed, 1e400 would be the name Infinity
  if (isNode(value) && value.type === "NumericLiteral" && value.value === Infinity) return infinite as T;
  const kept: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (!spelling.has(key)) kept[key] = bare(item);
  return kept as T;
}

/** Whether two trees mean the same. */
export function sameTree(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || !a && !b && a !== 0 && b !== 0 && a !== "" && b !== "") return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    if (!spelling.has(key) && !sameTree(Reflect.get(a, key), Reflect.get(b, key))) return false;
  }
  return true;
}

/** Every name that a node uses, types included; keys and properties do not count. */
export function namesIn(node: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(node)) { for (const item of node) namesIn(item, found); }
  else if (isNode(node)) {
    if (/^(JSX)?Identifier$/.test(node.type)) found.add(String(node.name));
    const member = /Member(Expression|Type)?$/.test(node.type) ||
      /^(Object|Class).*(Property|Method)$/.test(node.type);
    for (const [key, value] of Object.entries(node)) {
      if (spelling.has(key) || member && !node.computed && (key === "property" || key === "key")) continue;
      if (typeof value === "object") namesIn(value, found);
    }
  }
  return found;
}

/** One import of a cell, by what it names. */
export interface Link {
  source: string;
  /** "default" and "*" for a default import and for a namespace. */
  names: { imported: string; local: string; typeOnly: boolean }[];
}

/** The names that a module offers; "*" among them when it passes another module on whole. */
export function exportedNames(text: string): Set<string> {
  const found = new Set<string>();
  for (const node of parseCell(text)) {
    if (node.type === "ExportAllDeclaration") found.add("*");
    if (node.type === "ExportDefaultDeclaration") found.add("default");
    if (node.type !== "ExportNamedDeclaration") continue;
    for (const { exported } of node.specifiers as { exported: Node }[]) {
      found.add(String(exported.name ?? exported.value));
    }
    const { declarations, id } = (node.declaration ?? {}) as { declarations?: { id: Node }[]; id?: Node };
    for (const name of declarations ? declarations.flatMap((d) => boundNames(d.id)) : boundNames(id)) {
      found.add(name);
    }
  }
  return found;
}
