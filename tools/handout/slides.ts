import type { Cell, Notebook } from "../notebook.ts";

/** Where a cell stands when the notebook is shown as slides: a slide a heading, nothing of setting up. */
function slideType({ cell_type, source, metadata: { tags = [] } }: Cell): string {
  if (cell_type === "markdown") return /^#{1,3} /m.test(source) ? "slide" : "fragment";
  return tags.includes("setup") || /^import /.test(source) ? "skip" : "-";
}

/** The notebook as `jupyter nbconvert --to slides` takes it. */
export const withSlides = (notebook: Notebook): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) => ({
    ...cell,
    metadata: { ...cell.metadata, slideshow: { slide_type: slideType(cell) } },
  })),
});
