/** `deno task run`: executes notebooks in a real kernel and fails when one does not say what it should. */
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { count, fail, readersPath, root, shortPath } from "./command.ts";
import { notebookPaths, readNotebook, writeNotebook } from "./notebook.ts";
import { executeNotebook, type NotebookRun, type RunOptions } from "./run/execute.ts";

const help = `deno task run [NOTEBOOK …] [--out DIR] [--limit SECONDS] [--student]

Executes notebooks (all of notebooks/ when none is named) in a real kernel. Fails when a cell
throws, shows nothing where it should, never ends, or shows a verdict that does not hold.

  --out DIR          keep the executed notebooks in DIR
  --limit SECONDS    time limit of a cell (60)
  --student          an answer may still be missing`;

type Command = { named: string[]; out?: string; timeout: number; edition: "solution" | "student" };

function parseCommand(args: string[]): Command | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string" },
      limit: { type: "string", default: "60" },
      student: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const seconds = Number(values.limit);
  if (!(seconds > 0)) {
    throw new RangeError(`Cannot set the time limit: expected seconds, got ${values.limit}`);
  }
  const out = values.out === undefined ? undefined : readersPath(values.out);
  const edition = values.student ? "student" : "solution";
  return { named: positionals, out, timeout: seconds * 1000, edition };
}

/** Runs one notebook, tells how far it is and what was wrong; keeps the result when `out` is a folder. */
async function runOne(path: string, out: string | undefined, options: RunOptions): Promise<boolean> {
  const name = basename(path);
  const terminal = Deno.stderr.isTerminal();
  const line = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
  const run = await executeNotebook(path, await readNotebook(path), {
    ...options,
    onCell: ({ id }, n, m) => terminal && line(`${name}: cell ${n} of ${m} (${id})`),
  });
  if (terminal) line("");
  if (out !== undefined) await writeNotebook(join(out, name), run.notebook);
  for (const { cell, line, message } of run.problems) {
    console.error(`${shortPath(path)}, cell ${cell}${line ? `, line ${line}` : ""}: ${message}`);
  }
  console.log(summary(name, run));
  return run.problems.length === 0;
}

function summary(name: string, { cells, done, verdicts, problems, seconds }: NotebookRun): string {
  const ran = done === cells ? count(cells, "code cell") : `${done} of ${count(cells, "code cell")}`;
  return `${name}: ${ran}, ${count(verdicts.length, "verdict")}, ${count(problems.length, "problem")} (${
    seconds.toFixed(1)
  } s)`;
}

async function run(args: string[]): Promise<number> {
  const command = parseCommand(args);
  if (command === null) {
    console.log(help);
    return 0;
  }
  const { named, out, timeout, edition } = command;
  const paths = await notebookPaths(named, root);
  if (paths.length === 0) {
    throw new Error(`Cannot run notebooks: expected some in ${root}/notebooks, got none`);
  }
  const names = paths.map((path) => basename(path));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (out !== undefined && twice) {
    throw new Error(`Cannot keep the executed notebooks: expected different names, got ${twice} twice`);
  }
  if (out !== undefined) await Deno.mkdir(out, { recursive: true });
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  Deno.addSignalListener("SIGINT", interrupted);
  let failed = 0;
  for (const path of paths) {
    if (stop.signal.aborted) break;
    if (!await runOne(path, out, { timeout, edition, signal: stop.signal })) failed++;
  }
  Deno.removeSignalListener("SIGINT", interrupted);
  return stop.signal.aborted ? 130 : failed > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await run(Deno.args).catch(fail));
