import course from "../data/course.json" with { type: "json" };
import { readersPath } from "./command.ts";
import type { Output } from "./kernel/mod.ts";

type CellMetadata = { tags?: string[] } & Record<string, unknown>;

export type CodeCell = {
  cell_type: "code";
  id: string;
  metadata: CellMetadata;
  source: string;
  execution_count: number | null;
  outputs: Output[];
};

type TextCell = {
  cell_type: "markdown" | "raw";
  id: string;
  metadata: CellMetadata;
  source: string;
  attachments?: Record<string, unknown>;
};

export type Cell = CodeCell | TextCell;

/** A notebook in memory: the source of a cell is one string, whatever its file looks like. */
export type Notebook = {
  nbformat: 4;
  nbformat_minor: number;
  metadata: Record<string, unknown>;
  cells: Cell[];
};

/**
 * The notebook in this text. Cells without an id (files older than nbformat 4.5) get one from their place.
 *
 * @param text a notebook's JSON
 * @param file its name, for messages
 * @throws TypeError when this is no notebook of format 4
 */
export function parseNotebook(text: string, file: string): Notebook {
  const fail = (expected: string, got: string): never => {
    throw new TypeError(`Cannot read ${file}: expected ${expected}, got ${got}`);
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail("a notebook", text.trim() === "" ? "an empty file" : (error as Error).message);
  }
  if (!isRecord(json) || !Array.isArray(json.cells)) return fail("a notebook with cells", "other JSON");
  if (json.nbformat !== 4) return fail("notebook format 4", `${json.nbformat}`);
  const seen = new Set<string>();
  const cells = json.cells.map((cell: unknown, i): Cell => {
    if (!isRecord(cell)) return fail(`cell ${i + 1} to be an object`, JSON.stringify(cell));
    const id = typeof cell.id === "string" && cell.id !== "" ? cell.id : `cell-${i + 1}`;
    if (seen.has(id)) return fail("every cell to have an id of its own", `${id} twice`);
    seen.add(id);
    const common = {
      id,
      metadata: isRecord(cell.metadata) ? cell.metadata : {},
      source: joined(cell.source),
    };
    if (cell.cell_type === "code") {
      const outputs = Array.isArray(cell.outputs) ? cell.outputs.filter(isRecord).map(readOutput) : [];
      const execution_count = typeof cell.execution_count === "number" ? cell.execution_count : null;
      return { cell_type: "code", ...common, execution_count, outputs };
    }
    if (cell.cell_type !== "markdown" && cell.cell_type !== "raw") {
      return fail("cells of type code, markdown or raw", `${cell.cell_type}`);
    }
    const attachments = isRecord(cell.attachments) ? { attachments: cell.attachments } : {};
    return { cell_type: cell.cell_type, ...common, ...attachments };
  });
  const nbformat_minor = typeof json.nbformat_minor === "number" ? json.nbformat_minor : 0;
  return { nbformat: 4, nbformat_minor, metadata: isRecord(json.metadata) ? json.metadata : {}, cells };
}

/** The notebook as Jupyter itself writes it: keys sorted, one space of indentation, a list of lines per source. */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const source = lines(cell.source);
    return cell.cell_type === "code"
      ? { ...cell, source, outputs: cell.outputs.map(writeOutput) }
      : { ...cell, source };
  });
  return JSON.stringify(sorted({ ...notebook, nbformat_minor: 5, cells }), null, 1) + "\n";
}

/**
 * @throws TypeError when the file is no notebook; Error in words when there is no such file
 */
export async function readNotebook(path: string): Promise<Notebook> {
  try {
    return parseNotebook(await Deno.readTextFile(path), path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot read ${path}: expected a notebook, got no such file`);
  }
}

/**
 * Writes the notebook in one go: a reader finds the old file or the new one, never half of it.
 *
 * @throws Error in words when the disk is full or the folder can't be written to
 */
export async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  const passing = `${path}.${crypto.randomUUID()}.part`;
  try {
    await Deno.writeTextFile(passing, formatNotebook(notebook));
    await Deno.rename(passing, path);
  } catch (error) {
    await Deno.remove(passing).catch(() => {});
    const { message } = error as Error;
    const full = /no space|ENOSPC|os error 28|os error 112|quota/i.test(message);
    throw new Error(
      full
        ? `Cannot write ${path}: expected room on the disk, got a full one (the file is as it was)`
        : `Cannot write ${path}: ${message}`,
    );
  }
}

const { student } = course.variant as { student?: number };

/** What every notebook of this course says about itself: its kernel and its language. */
export const courseMetadata = {
  // whose numbers it has, where a student has numbers of their own
  ...(student ? { show_your_work: { seed: student } } : {}),
  kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
  language_info: {
    file_extension: ".ts",
    mimetype: "text/x.typescript",
    name: "typescript",
    nbconvert_exporter: "script",
    pygments_lexer: "typescript",
  },
};

/** The notebooks named (seen from the reader's folder), or those of the folder `notebooks/`, in order of their names. */
export async function notebookPaths(
  named: readonly string[],
  root: string,
  folders: readonly string[] = ["notebooks"],
): Promise<string[]> {
  if (named.length > 0) return named.map(readersPath);
  const found: string[] = [];
  for (const folder of folders) {
    try {
      for await (const { name, isFile } of Deno.readDir(`${root}/${folder}`)) {
        if (isFile && name.endsWith(".ipynb")) found.push(`${root}/${folder}/${name}`);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return found.sort();
}

/** Where notebooks are kept right: those of this year, and those that rest. */
export const kept: readonly string[] = ["notebooks", "notebooks/resting"];

/**
 * The notebook of a question, be it asked this year or resting.
 *
 * @param name such as "04_gan"
 * @throws Error where there is none
 */
export async function keptNotebook(name: string, root: string): Promise<string> {
  const found = (await notebookPaths([], root, kept)).find((path) => path.endsWith(`/${name}.ipynb`));
  if (!found) throw new Error(`Cannot find ${name}: expected it in ${kept.join("/ or ")}/, got none`);
  return found;
}

/** MIME types whose value is text, stored as lines: everything but JSON. */
const isJson = (mime: string) => mime === "application/json" || mime.endsWith("+json");

function readOutput(output: Record<string, unknown>): Output {
  if (output.output_type === "stream") return { ...output, text: joined(output.text) } as Output;
  if (!isRecord(output.data)) return output as Output;
  const data = Object.entries(output.data).map(([mime, value]) => [
    mime,
    isJson(mime) ? value : joined(value),
  ]);
  return { ...output, data: Object.fromEntries(data) } as Output;
}

function writeOutput(output: Output): unknown {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (!("data" in output)) return output;
  const data = Object.entries(output.data).map(([mime, value]) => [
    mime,
    typeof value === "string" && !isJson(mime) ? lines(value) : value,
  ]);
  return { ...output, data: Object.fromEntries(data) };
}

function joined(source: unknown): string {
  return Array.isArray(source) ? source.join("") : typeof source === "string" ? source : "";
}

function lines(source: string): string[] {
  return source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
