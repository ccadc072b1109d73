/** The types of notebooks: `deno check` refuses .ipynb, so the code cells are joined into one module and checked. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { joinCells, type JoinedModule } from "./cells/join.ts";
import { kept, type Notebook, notebookPaths, readNotebook } from "./notebook.ts";
import { count, fail, root, shortPath } from "./command.ts";

/** A fault with its place; cell, line and column are missing where only the notebook is known. */
export type Diagnostic = {
  file: string;
  cell?: string;
  line?: number;
  column?: number;
  message: string;
};

/** Names that nothing uses are no fault of a notebook: a reader may use them. */
const unused = /^TS(6133|6192|6196|6198|6199)\b/;

/**
 * Checks syntax, imports and types of notebooks.
 *
 * @param notebooks path and content of each
 * @returns every fault, in order; empty when all is well
 */
export async function checkCells(notebooks: { path: string; notebook: Notebook }[]): Promise<Diagnostic[]> {
  const faults: Diagnostic[] = [];
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-cells-" });
  try {
    const joined = new Map<string, { path: string; module: JoinedModule }>();
    for (const [i, { path, notebook }] of notebooks.entries()) {
      const module = joinCells(notebook.cells.filter((cell) => cell.cell_type === "code"));
      if ("faults" in module) faults.push(...module.faults.map((fault) => ({ file: path, ...fault })));
      else {
        const file = `${folder}/notebook-${i}.ts`;
        await Deno.writeTextFile(file, module.text);
        joined.set(file, { path, module });
      }
    }
    for (const [config, modules] of Map.groupBy(joined, ([, { path }]) => configOf(path))) {
      faults.push(...await checkModules(config, new Map(modules)));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return faults;
}

/** The deno.json that a kernel in the notebook's folder goes by: the nearest above it; the course's where there is none. */
function configOf(path: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "deno.json"))) return join(folder, "deno.json");
  }
  return join(root, "deno.json");
}

async function checkModules(
  config: string,
  joined: ReadonlyMap<string, { path: string; module: JoinedModule }>,
): Promise<Diagnostic[]> {
  const locked = existsSync(join(dirname(config), "deno.lock"));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", ...locked ? ["--frozen"] : [], "--config", config, ...joined.keys()],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return [];
  const text = new TextDecoder().decode(stderr);
  const places = new Map([...joined].map(([file, origin]) => [pathToFileURL(file).href, origin]));
  const found = parseDiagnostics(text).flatMap(({ url, line, column, message }): Diagnostic[] => {
    if (unused.test(message)) return [];
    const notebook = places.get(url);
    const origin = notebook?.module.origins[line - 1];
    if (notebook === undefined) return [{ file: fileURLToPath(url), line, column, message }];
    if (!origin) return [{ file: notebook.path, message }];
    return [{
      file: notebook.path,
      message,
      cell: origin.cell,
      line: origin.line,
      column: origin.column ?? column,
    }];
  });
  const onlyUnused = /^TS\d+ \[ERROR\]/m.test(text);
  if (found.length > 0 || onlyUnused) return found;
  const [words] = /^error: .*/m.exec(text) ?? [text.trim()];
  return [...joined.values()].map(({ path }) => ({ file: path, message: words.replace(/^error: /, "") }));
}

/** The faults in what `deno check` prints (without colours). */
export function parseDiagnostics(
  text: string,
): { url: string; line: number; column: number; message: string }[] {
  const found: { url: string; line: number; column: number; message: string }[] = [];
  let message: string[] = [];
  for (const line of text.split("\n")) {
    const place = /^ {4}at (file:.*):(\d+):(\d+)$/.exec(line);
    if (/^(TS\d+ \[ERROR\]|error): /.test(line)) message = [line];
    else if (place && message.length > 0) {
      const [, url, at, column] = place;
      found.push({ url, line: Number(at), column: Number(column), message: withoutExcerpt(message) });
      message = [];
    } else if (message.length > 0) message.push(line);
  }
  return found;
}

/** The message without the line of code and its underlining, which end it. */
function withoutExcerpt(lines: string[]): string {
  const underlined = /^\s*[\^~]+\s*$/.test(lines.at(-1) ?? "");
  const words = underlined ? lines.slice(0, -2) : lines;
  return words.map((line) => line.trim()).join(" ").replace(" [ERROR]", "").replace(/^error: /, "")
    .replace(/ from "file:.*?"( hint: .*)?$/, "");
}

/** `notebooks/04_gan.ipynb, cell q4-1-check, line 3: TS2322: …` */
export function describe({ file, cell, line, message }: Diagnostic): string {
  return `${
    [shortPath(file), cell && `cell ${cell}`, line && `line ${line}`].filter(Boolean).join(", ")
  }: ${message}`;
}

if (import.meta.main) {
  const paths = await notebookPaths(Deno.args, root, kept);
  const notebooks = await Promise.all(
    paths.map(async (path) => ({ path, notebook: await readNotebook(path) })),
  )
    .catch(fail);
  const faults = await checkCells(notebooks);
  for (const fault of faults) console.error(describe(fault));
  console.log(`Types of ${count(paths.length, "notebook")}: ${count(faults.length, "fault")}`);
  if (faults.length > 0) Deno.exit(1);
}
