import type { Cell, Notebook } from "../notebook.ts";

/**
 * Slots: a comment that holds `{{names}}`, what it stands for with this year's values, and a mark of its end. In text
 * `to <!--${{largest}}$-->$2$<!--/-->`, around the whole of a formula or of code; in code the comments are the
 * language's own, and the mark of the end is an empty one.
 */

const form = (begin: string, close: string, end: string) => {
  const inside = `(?:(?!${close})[^])*`;
  return {
    begin: new RegExp(`${begin}${inside}\\{\\{${inside}${close}`),
    slot: new RegExp(`(${begin}(${inside}\\{\\{${inside})${close})(\\s*)([^]*?)(\\s*${end})`, "g"),
    end: new RegExp(end),
  };
};
const forms = { markdown: form("<!--", "-->", "<!--/-->"), code: form("/\\*", "\\*/", "/\\*\\*/") };
const formOf = ({ cell_type }: Cell) => cell_type === "code" ? forms.code : forms.markdown;

/** A slot of Markdown: its first mark, what that holds, white space, the text, the rest. */
export const slot = forms.markdown.slot;

/** Text by the names that stand for it. */
export type Values = Readonly<Record<string, string>>;

/** What a layout leaves as it is: in code the comma behind the last of several lines comes and goes, too. */
const squeezed = (text: string, { cell_type }: Cell) =>
  cell_type === "code" ? text.replace(/\s+|,(?=\s*[\])}])/g, "") : text.replace(/\s+/g, " ");

/**
 * The notebook with these values in its slots; a cell with a fault stays as it is.
 *
 * @param asked names of which each must stand in a slot
 */
export function fillSlots(
  notebook: Notebook,
  values: Values,
  asked: readonly string[],
): { notebook: Notebook; faults: string[] } {
  const faults: string[] = [], used = new Set<string>();
  const fault = (expected: string, got: string, cell = "") =>
    faults.push(`${cell}Cannot fill a slot: expected ${expected}, got ${got}`);
  const cells = notebook.cells.map((cell): Cell => {
    const { begin, slot, end } = formOf(cell), before = faults.length, rest = cell.source.replace(slot, "");
    const wrong = (expected: string, got = "none") => fault(expected, got, `cell ${cell.id}: `);
    const source = cell.source.replace(slot, (whole, mark, template, gap, there, behind) => {
      const inner = begin.exec(there);
      if (inner) wrong(`the end of ${mark}`, inner[0]);
      const now = template.replace(/\{\{([^{}]*)\}\}/g, (_: string, name: string) => {
        used.add(name);
        if (!Object.hasOwn(values, name)) wrong(`one of ${Object.keys(values).join(", ")}`, name);
        return values[name];
      });
      // where the values are this year's already, the layout stays the formatter's
      return squeezed(there, cell) === squeezed(now, cell) ? whole : mark + gap + now + behind;
    });
    const [open] = begin.exec(rest) ?? [], [close] = end.exec(rest) ?? [];
    if (faults.length === before && open) wrong(`the end of ${open}`);
    if (faults.length === before && close) wrong(`a slot before ${close}`);
    return faults.length > before ? cell : { ...cell, source };
  });
  const idle = asked.filter((name) => !used.has(name)).map((name) => `{{${name}}}`);
  if (idle.length > 0) fault(`${idle.join(", ")} in a cell`, "none");
  return { notebook: { ...notebook, cells }, faults };
}

/** The notebook as it is read: what stands in its slots, without their marks. */
export const withoutSlots = (notebook: Notebook): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) => ({ ...cell, source: cell.source.replace(formOf(cell).slot, "$4") })),
});
