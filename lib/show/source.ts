/**
 * A function's source, laid out for a reader. The kernel hands functions out as its compiler wrote them: objects
 * spread over lines, calls run together on one. No formatter runs inside a page's width and a kernel's time, so
 * brackets are laid out here: flat where they fit, else an item a line.
 */

const WIDTH = 80;

/** Text, a comment that ends its line, or a pair of brackets with its items. */
type Node = string | { comment: string } | Group;
type Group = { open: string; close: string; items: Node[][]; block: boolean };

const token =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[^]*?\*\/|[()[\]{},\n]|[^()[\]{},\n"'`/]+|\//g;
const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * @param source e.g. `String(check)`
 * @returns the same program, sign by sign; the source itself, where it can't be read, or is lines of formulas
 */
export function readableSource(source: string): string {
  if (!/=>|\bfunction\b/.test(source)) return source;
  const tokens = source.match(token) ?? [];
  const { items, at } = readItems(tokens, 0, "", false);
  if (at < tokens.length || items.length !== 1 || tokens.join("") !== source) return source;
  const text = layOut(items[0], 0, 0);
  return signs(text) === signs(source) ? text : source;
}

/** A program without what a layout may change: spaces, comments, and commas before a closing bracket. */
const signs = (source: string) =>
  (source.match(token) ?? []).filter((part) => !part.startsWith("//")).join("").replace(/\s+/g, "")
    .replace(/,([)\]}])/g, "$1");

/** The items up to `close`: separated by commas, in a block by line ends. */
function readItems(tokens: readonly string[], from: number, close: string, block: boolean) {
  const items: Node[][] = [];
  let item: Node[] = [], at = from;
  const end = () => {
    if (item.some((node) => typeof node !== "string" || node.trim() !== "")) items.push(item);
    item = [];
  };
  for (; at < tokens.length && tokens[at] !== close; at++) {
    const text = tokens[at];
    if (text === "\n" ? block : text === "," && close !== "" && !block) end();
    else if (text === "\n") addText(item, " ");
    else if (text.startsWith("//")) item.push({ comment: text });
    else if (text in closing) {
      const inner = text === "{" && isBlock(item);
      if (inner) addText(item, " ");
      const read = readItems(tokens, at + 1, closing[text], inner);
      item.push({ open: text, close: closing[text], items: read.items, block: inner });
      at = read.at;
    } else addText(item, /^["'`]/.test(text) ? text : text.replace(/=>/g, " => ").replace(/\s+/g, " "));
  }
  end();
  return { items, at };
}

/** Adds text with one space where there must be one: `) return`, not `)return` or `)  return`. */
function addText(item: Node[], text: string) {
  const last = item.at(-1);
  if (typeof last !== "string") item.push((last !== undefined && /^\w/.test(text) ? " " : "") + text);
  else item[item.length - 1] = last + (last.endsWith(" ") && text.startsWith(" ") ? text.slice(1) : text);
}

/** Whether a brace behind these nodes holds statements, not the fields of an object. */
function isBlock(before: readonly Node[]): boolean {
  const last = before.findLast((node) => typeof node !== "string" || node.trim() !== "");
  if (typeof last === "string") return /(?:=>|\b(?:try|else|finally|do))\s*$/.test(last);
  return last !== undefined && "open" in last && last.open === "(";
}

/** On one line; undefined where a comment or a block forbids it. */
function flat(nodes: readonly Node[]): string | undefined {
  let line = "";
  for (const node of nodes) {
    if (typeof node === "string") line += node;
    else if ("comment" in node) return undefined;
    else {
      const inner = node.items.map(flat);
      if (inner.includes(undefined) || node.block && inner.length > 0) return undefined;
      const pad = node.open === "{" && inner.length > 0 ? " " : "";
      line += node.open + pad + inner.join(", ") + pad + node.close;
    }
  }
  return line.trim();
}

const isComment = (node: Node): node is { comment: string } => typeof node === "object" && "comment" in node;

/** As lines: brackets that can't be flat are opened, or else the last one, until each line fits. */
function layOut(nodes: readonly Node[], indent: number, used: number): string {
  const line = flat(nodes), margin = " ".repeat(indent);
  if (line !== undefined && used + line.length <= WIDTH) return line;
  const comments = nodes.filter(isComment);
  if (comments.length > 0) {
    const rest = layOut(nodes.filter((node) => !isComment(node)), indent, used);
    return [...comments.map(({ comment }) => comment), ...rest === "" ? [] : [rest]].join(`\n${margin}`);
  }
  const filled = (node: Node) => typeof node === "object" && "items" in node && node.items.length > 0;
  const stubborn = nodes.filter((node) => flat([node]) === undefined);
  const opened = stubborn.length > 0 ? stubborn : nodes.filter(filled).slice(-1);
  if (opened.length === 0) return line ?? "";
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    return opened.includes(node) ? openUp(node as Group, indent) : flat([node]) ?? "";
  }).join("").trim();
}

function openUp({ open, close, items, block }: Group, indent: number): string {
  const lines = items.map((item) => {
    const text = layOut(item, indent + 2, indent + 3);
    const comma = block || item.every(isComment) || open === "(" && items.length === 1 ? "" : ",";
    return `${" ".repeat(indent + 2)}${text}${comma}\n`;
  });
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}
