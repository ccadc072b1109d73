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
    const kept = rows.split(/(?<=\n)/).filter((row) => occurs(row, text)).join("");
    return { ...cell, source: before + found[0] + kept + after };
  });
}

/** Whether a symbol of the row, or its name in code, stands in the text. */
function occurs(row: string, text: string): boolean {
  const [, symbols, code] = row.split(/(?<!\\)\|/);
  const formulas = [...text.matchAll(/\$\$[^]+?\$\$|\$[^$\n]+\$/g)].join("\n");
  const names = [...code.matchAll(/`\[?(\w+)/g)].map(([, name]) => name);
  const letters = [...symbols.matchAll(/\$([^$]+)\$/g)].map(([, tex]) => headOf(tex));
  const stands = (what: string, where: string) =>
    new RegExp(`(?<![\\w\\\\])${what.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![A-Za-z])`).test(where);
  return letters.some((letter) => stands(letter, formulas)) || names.some((name) => stands(name, text)) ||
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
