/** Grafted cells as one module: what they import, and the text behind it. Runs where answers are graded and in pages. */
import type { Notebook } from "../notebook.ts";
import { type Graft, graftCell } from "./graft.ts";

/** The submitted cells and, of the cells of the handed-out notebook that stand before them, those they build on. */
export function withSetup({ cells }: Pick<Notebook, "cells">, given: ReadonlyMap<string, Graft>): Graft[] {
  const used = new Set<string>(), chosen: Graft[] = [];
  const take = (graft: Graft) => {
    chosen.unshift(graft);
    for (const name of graft.used) used.add(name);
  };
  for (const cell of cells.toReversed()) {
    const own = given.get(cell.id);
    if (own) take(own);
    if (own || cell.cell_type !== "code") continue;
    if (cell.metadata.tags?.some((tag) => tag === "answer" || tag === "check")) continue;
    const setup = graftCell(cell.id, cell.source);
    if (typeof setup !== "string" && setup.declared.some((name) => used.has(name))) take(setup);
  }
  // an answer that stands in another notebook than its own comes last
  for (const graft of given.values()) if (!chosen.includes(graft)) chosen.push(graft);
  return chosen;
}

/** One name that is imported. */
interface Imported {
  source: string;
  /** "default" and "*" for a default import and for a namespace. */
  imported: string;
  local: string;
}

/** What the cells use and do not declare, of what they or the handed-out notebook import: each name once. */
export function importsOf(
  cells: readonly Graft[],
  { cells: handedOut }: Pick<Notebook, "cells">,
  names: readonly string[],
): Imported[] {
  const used = new Set(cells.flatMap((cell) => [...cell.used])), declared = declaredBy(cells, names);
  const links = handedOut.filter((cell) => cell.cell_type === "code").flatMap(({ id, source }) => {
    const graft = graftCell(id, source);
    return typeof graft === "string" ? [] : graft.links;
  });
  const known = new Set<string>(), found: Imported[] = [];
  for (const { source, names } of [...cells.flatMap((cell) => cell.links), ...links]) {
    for (const { imported, local, typeOnly } of names) {
      if (typeOnly || !used.has(local) || declared.has(local) || known.has(local)) continue;
      known.add(local);
      found.push({ source, imported, local });
    }
  }
  return found;
}

const declaredBy = (cells: readonly Graft[], names: readonly string[]) =>
  new Set([...names, ...cells.flatMap((cell) => cell.declared)]);

/** The names in which the text keeps its cells and the answers' thunks. */
export const cellsName = "$$cells", answersName = "$$answers";

/** Everything below the imports: the variables, a function for each cell, a thunk for each answer. */
export function bodyOf(cells: readonly Graft[], names: readonly string[]): string {
  const listed = cells.map(({ id, body }) => `[${JSON.stringify(id)}, async () => ${body}]`).join(",\n");
  const thunks = names.map((name) => `${JSON.stringify(name)}: () => ${name}`).join(", ");
  return [
    `let ${[...declaredBy(cells, names)].join(", ")};`,
    `const ${cellsName} = [\n${listed}\n];`,
    `const ${answersName} = { ${thunks} };`,
  ].join("\n");
}
