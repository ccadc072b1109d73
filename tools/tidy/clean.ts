import { type Cell, courseMetadata, type Notebook } from "../notebook.ts";

/** The notebook without what running it left behind: outputs, counts, and metadata but for tags and attachments. */
export function clean(notebook: Notebook): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: courseMetadata,
    cells: notebook.cells.map(cleanCell),
  };
}

function cleanCell({ id, source, metadata: { tags }, ...rest }: Cell): Cell {
  const common = {
    id,
    source,
    metadata: Array.isArray(tags) && tags.length > 0 ? { tags: tags.map(String) } : {},
  };
  if (rest.cell_type === "code") return { cell_type: "code", ...common, outputs: [], execution_count: null };
  const { cell_type, attachments } = rest;
  return {
    cell_type,
    ...common,
    ...attachments && Object.keys(attachments).length > 0 ? { attachments } : {},
  };
}
