import type { Cell } from "../notebook.ts";

/** The start of a table of symbols: `| symbol | in code | …`. */
const head = /^\| symbol\b.*\n\|[-| :]+\n/m;

/** Without what solutions alone speak of: rows of symbol tables of which nothing occurs outside of the table. */
export function withoutIdleSymbols(cells: readonly Cell[]): Cell[] {
  return cells.map((cell) => {
    const found = cell.cell_type === "markdown" ? head.exec(cell.source) : null;
    if (!found) return cell;
    const from = found.index + found[0].length, rows = /^(?:\|.*\n?)*/.exec(cell.source.slice(from))![0];
    const [before, after] = [cell.source.slice(0, found.index), cell.source.slice(from + rows.length)];
    const others = cells.filter((other) => other !== cell);
    const text = [before, after, ...others.map(({ source }) => source)].join("\n\n");
    const code = [inCode({ ...cell, source: before + after }), ...others.map(inCode)].join("\n\n");
    const kept = rows.split(/(?<=\n)/).filter((row) => occurs(row, text, code)).join("");
    return { ...cell, source: before + found[0] + kept + after };
  });
}

/** What a cell says in code: of words what stands between backticks, of a program all but its imports. */
const inCode = ({ cell_type, source }: Cell): string =>
  cell_type === "code"
    ? source.replace(/^import\b[^;]*;/gm, "")
    : (source.match(/`[^`\n]+`/g) ?? []).join("\n");

/** Whether a symbol of the row stands in the text, or its name in the code. */
function occurs(row: string, text: string, code: string): boolean {
  const [, symbols, name] = row.split(/(?<!\\)\|/);
  const formulas = [...text.matchAll(/\$\$[^]+?\$\$|\$[^$\n]+\$/g)].join("\n");
  const names = [...name.matchAll(/`\[?(\w+)/g)].map(([, found]) => found);
  const letters = [...symbols.matchAll(/\$([^$]+)\$/g)].map(([, tex]) => headOf(tex));
  const stands = (what: string, where: string) =>
    new RegExp(`(?<![\\w\\\\])${what.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![A-Za-z])`).test(where);
  return letters.some((letter) => stands(letter, formulas)) || names.some((found) => stands(found, code)) ||
    letters.length === 0 && stands(symbols.trim(), text);
}

/** A symbol without its arguments and what it is set equal to: V of V(d, g) = d g, F of F : 𝒰 → 𝒳. */
function headOf(tex: string): string {
  let depth = 0, end = 0;
  for (; end < tex.length; end++) {
    if (tex[end] === "{") depth++;
    if (tex[end] === "}") depth--;
    if (depth === 0 && (/[([]/.test(tex[end]) || / [=:]/.test(tex.slice(end, end + 2)))) break;
  }
  return tex.slice(0, end).trim();
}
