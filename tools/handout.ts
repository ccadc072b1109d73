/** `deno task handout`: one HTML page per notebook that opens from a file, with the network off. */
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { count, fail, readersPath, root, shortPath } from "./command.ts";
import { convertNotebooks } from "./handout/convert.ts";
import { notebookMain, objections, pageHtml } from "./handout/page.ts";
import { notebookPaths, readNotebook } from "./notebook.ts";
import { executeNotebook, type NotebookRun } from "./run/execute.ts";
import { thisPlatform } from "./setup/platform.ts";
import { setUp } from "./setup.ts";

const help = `deno task handout [NOTEBOOK …] [--out DIR] [--limit SECONDS]

Executes notebooks (all of notebooks/ when none is named) in a real kernel and makes one HTML page of each
(04_gan.html in build/handouts/). A page loads nothing: figures and formulas work from a file, offline.
Fails, without a page, when a cell throws or a verdict does not hold.

  --out DIR          where the pages go (build/handouts)
  --limit SECONDS    time limit of a cell (60)`;

/** Executes notebooks, one after the other; null in place of one that says something it should not. */
async function execute(paths: readonly string[], timeout: number): Promise<Map<string, NotebookRun>> {
  const runs = new Map<string, NotebookRun>();
  for (const path of paths) {
    const run = await executeNotebook(path, await readNotebook(path), { timeout });
    for (const { cell, line, message } of run.problems) {
      console.error(`${shortPath(path)}, cell ${cell}${line ? `, line ${line}` : ""}: ${message}`);
    }
    if (run.problems.length === 0) runs.set(basename(path, ".ipynb"), run);
    else console.error(`${basename(path)}: no handout, because of ${count(run.problems.length, "problem")}`);
  }
  return runs;
}

const colophon = (name: string, { cells, verdicts }: NotebookRun) =>
  `Made from <code>notebooks/${name}.ipynb</code> by running it with Deno ${Deno.version.deno}: ` +
  `${count(cells, "code cell")}, ${count(verdicts.length, "verdict")}, none that does not hold.`;

async function handout(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string" },
      limit: { type: "string", default: "60" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const seconds = Number(values.limit);
  if (!(seconds > 0)) {
    throw new RangeError(`Cannot set the time limit: expected seconds, got ${values.limit}`);
  }
  const out = values.out === undefined ? join(root, "build", "handouts") : readersPath(values.out);
  const paths = await notebookPaths(positionals, root);
  if (paths.length === 0) {
    throw new Error(`Cannot make handouts: expected notebooks in ${root}/notebooks, got none`);
  }
  const environment = await setUp(thisPlatform());
  const runs = await execute(paths, seconds * 1000);
  let faults = paths.length - runs.size;
  await Deno.mkdir(out, { recursive: true });
  const notebooks = new Map([...runs].map(([name, run]) => [name, run.notebook]));
  for (const [name, cells] of await convertNotebooks(environment, notebooks)) {
    const { title, main } = notebookMain(cells);
    const html = pageHtml({ title, main, colophon: colophon(name, runs.get(name)!), code: true });
    const wrong = objections(html);
    for (const words of wrong) console.error(`${name}.html ${words}`);
    if (wrong.length > 0) faults++;
    const path = join(out, `${name}.html`);
    await Deno.writeTextFile(path, html);
    console.log(`${shortPath(path)} (${(html.length / 1e6).toFixed(1)} MB)`);
  }
  return faults > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await handout(Deno.args).catch(fail));
