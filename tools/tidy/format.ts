import { root } from "../command.ts";
import type { Cell } from "../notebook.ts";
import { formulas, type Hidden, hideMathematics } from "./mathematics.ts";

/** A cell's new source; with a fault the source is the old one. */
export type Formatted = { source: string; fault?: string };

/**
 * Formats cells as `deno fmt` with the course's settings does, all in one call; formulas stay as they are.
 *
 * @param cells of one or several notebooks
 */
export async function formatCells(cells: readonly Cell[]): Promise<Formatted[]> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-format-" });
  try {
    const prepared = cells.map(prepare);
    await Promise.all(prepared.map((cell, i) => {
      return "restore" in cell
        ? Deno.writeTextFile(`${folder}/${i}${extension(cells[i])}`, cell.text)
        : undefined;
    }));
    const faults = await formatFolder(folder);
    return await Promise.all(cells.map(async ({ source, ...cell }, i) => {
      const ready = prepared[i], file = `${i}${extension(cells[i])}`;
      const fault = faults.get(file);
      if (!("restore" in ready)) return { source, ...ready };
      if (fault !== undefined) return { source, fault };
      const restored = ready.restore((await Deno.readTextFile(`${folder}/${file}`)).replace(/\n$/, ""));
      if (cell.cell_type === "code" || sameFormulas(source, restored)) return { source: restored };
      return { source, fault: "Cannot format this cell: its mathematics would change" };
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function extension({ cell_type }: Cell): string {
  return cell_type === "code" ? ".ts" : ".md";
}

/** What the formatter is to see; nothing for an empty or raw cell. */
function prepare({ cell_type, source }: Cell): Hidden | { fault?: string } {
  if (cell_type === "raw" || source.trim() === "") return {};
  if (cell_type === "code") return { text: source, restore: (formatted) => formatted };
  try {
    return hideMathematics(source);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { fault: error.message };
  }
}

/** Formats all files of a folder; what could not be formatted, by file name. */
async function formatFolder(folder: string): Promise<Map<string, string>> {
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--config", `${root}/deno.json`, folder],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const faults = /^Error formatting: .*?([^/\\\n]+)\n\s*(.*)\n\s*\|\n\s*(\d+) \|/gm;
  return new Map(
    [...new TextDecoder().decode(stderr).matchAll(faults)]
      .map(([, file, message, line]) => [file, `line ${line}: ${message}`]),
  );
}

/** Whether both texts hold the same formulas, but for the indentation of their lines. */
function sameFormulas(before: string, after: string): boolean {
  const plain = (text: string) => formulas(text).map((formula) => formula.replace(/\n[ \t]*/g, "\n"));
  return JSON.stringify(plain(before)) === JSON.stringify(plain(after));
}
