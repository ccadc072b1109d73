import { type Import, parseCell } from "./parse.ts";

type CellSource = { id: string; source: string };

/** A fault with its place: cell id, line and column in the cell, both from 1. */
type CellFault = { cell: string; line: number; column: number; message: string };

export type JoinedModule = {
  text: string;
  /** For each line of the text (from 0) the cell and line it comes from; null for glue. */
  origins: ({ cell: string; line: number; column?: number } | null)[];
};

/**
 * Joins code cells into one module that means the same to the type checker as the cells mean to the kernel.
 *
 * Imports move to the top. The kernel lets a later cell declare a name anew, a module does not: from such a cell on,
 * the rest of the notebook stands in a block of its own, where the new name shadows the old one.
 *
 * @param cells the code cells in their order
 * @returns the module, or the faults that keep the cells from being joined (syntax; imports the course does not name)
 */
export function joinCells(cells: readonly CellSource[]): JoinedModule | { faults: CellFault[] } {
  const faults: CellFault[] = [];
  const header: Line[] = [], body: Line[] = [];
  const declared = new Set<string>(), imported = new Map<string, string>();
  let blocks = 0;
  for (const { id, source } of cells) {
    const cell = parseCell(source);
    if ("fault" in cell) {
      faults.push({ cell: id, ...cell.fault });
      continue;
    }
    faults.push(
      ...cell.imports.filter(isForeign).map((part) => ({
        cell: id,
        line: part.line,
        column: part.column,
        message:
          `Cannot import "${part.source}": expected a name of deno.json, such as "lib/gan/dynamics.ts"`,
      })),
    );
    const fresh = cell.imports.filter((part) => imported.get(part.local ?? "") !== importKey(part));
    const names = [...cell.declared, ...fresh.flatMap(({ local }) => local === null ? [] : [local])];
    if (names.some((name) => declared.has(name))) {
      blocks++;
      body.push({ text: "{", origin: null });
    }
    for (const part of fresh) {
      const origin = { cell: id, line: part.line, column: part.column };
      const again = part.local !== null && declared.has(part.local);
      const alias = again ? `${part.local}__${blocks}` : part.local;
      header.push({ text: importLine(part, alias), origin });
      if (again && !part.typeOnly) body.push({ text: `const ${part.local} = ${alias};`, origin });
      if (part.local !== null) imported.set(part.local, importKey(part));
    }
    for (const name of cell.declared) imported.delete(name);
    for (const name of names) declared.add(name);
    cell.body.split("\n").forEach((text, i) => body.push({ text, origin: { cell: id, line: i + 1 } }));
    body.push({ text: ";", origin: null });
  }
  if (faults.length > 0) return { faults };
  body.push({ text: "}".repeat(blocks) + " export {};", origin: null });
  const lines = [...header, ...body];
  return {
    text: lines.map(({ text }) => text).join("\n") + "\n",
    origins: lines.map(({ origin }) => origin),
  };
}

type Line = { text: string; origin: JoinedModule["origins"][number] };

/** Packages and files must be named in deno.json: VS Code and JupyterLab start the kernel in different folders. */
function isForeign({ source }: Import): boolean {
  return /^(\.|\/|npm:|jsr:|https?:|file:)/.test(source);
}

function importKey({ imported, typeOnly, source, attributes }: Import): string {
  return JSON.stringify([imported, typeOnly, source, attributes]);
}

function importLine({ imported, typeOnly, source, attributes }: Import, alias: string | null): string {
  const from = `${JSON.stringify(source)}${attributes.replaceAll("\n", " ")};`;
  const kind = typeOnly ? "import type" : "import";
  if (alias === null) return `import ${from}`;
  if (imported === "*") return `${kind} * as ${alias} from ${from}`;
  return `${kind} { ${imported} as ${alias} } from ${from}`;
}
