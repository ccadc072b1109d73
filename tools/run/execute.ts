import { dirname } from "node:path";
import { forbidden } from "lib/math/native.ts";
import { checkCells } from "../cells.ts";
import { parseCell } from "../cells/parse.ts";
import { type Execution, type Kernel, startKernel } from "../kernel/mod.ts";
import { type CodeCell, courseMetadata, type Notebook } from "../notebook.ts";
import { harvest, type HarvestedVerdict, objection } from "./verdict.ts";

/** Something wrong with a run, at its cell. */
type Problem = { cell: string; line?: number; message: string };

export type NotebookRun = {
  /** The notebook with every output that there was, also when the run ended early. */
  notebook: Notebook;
  problems: Problem[];
  verdicts: HarvestedVerdict[];
  /** Code cells that were run, of all that there are. */
  done: number;
  cells: number;
  seconds: number;
};

export type RunOptions = {
  /** Milliseconds that one cell may take. */
  timeout?: number;
  edition?: "solution" | "student";
  env?: Record<string, string>;
  /** Called before each code cell: the n-th (from 1) of m. */
  onCell?(cell: CodeCell, n: number, m: number): void;
  /** Ends the run; what was done so far is kept. */
  signal?: AbortSignal;
};

/**
 * Executes a notebook in a real kernel, in the notebook's folder, as JupyterLab does. A cell that fails does not stop
 * the rest, as with Run All; a kernel that ends does.
 *
 * @param path where the notebook lies
 * @param notebook its content, which is not changed
 */
export async function executeNotebook(
  path: string,
  notebook: Notebook,
  { timeout = 60_000, edition = "solution", env, onCell, signal }: RunOptions = {},
): Promise<NotebookRun> {
  const start = performance.now();
  const executed: Notebook = { ...structuredClone(notebook), metadata: courseMetadata };
  const cells = executed.cells.filter((cell) => cell.cell_type === "code");
  for (const cell of cells) Object.assign(cell, { outputs: [], execution_count: null });
  // whoever runs it, its numbers are the same: no native library
  const kernel = await startKernel({ cwd: dirname(path), env: { ...env, [forbidden]: "1" } });
  const stop = () => void kernel.close();
  signal?.addEventListener("abort", stop);
  const runs: Execution[] = [];
  try {
    for (const [i, cell] of cells.entries()) {
      if (!kernel.alive() || signal?.aborted) break;
      onCell?.(cell, i + 1, cells.length);
      runs.push(await runCell(kernel, cell, timeout));
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    await kernel.close();
  }
  const problems = runs.flatMap((run, i) => judge(cells[i], run, timeout, edition));
  if (signal?.aborted) {
    problems.push({ cell: cells[runs.length - 1]?.id ?? "", message: "stopped on request" });
  }
  return {
    notebook: executed,
    problems: await explain(problems, path, notebook),
    verdicts: cells.flatMap(({ outputs }) => harvest(outputs).verdicts),
    done: runs.length,
    cells: cells.length,
    seconds: (performance.now() - start) / 1000,
  };
}

async function runCell(kernel: Kernel, cell: CodeCell, timeout: number): Promise<Execution> {
  const run = await kernel.execute(cell.source, { timeout });
  // The same list: what the cell shows later comes into the notebook too.
  cell.outputs = run.outputs;
  cell.execution_count = run.count;
  return run;
}

const silent = "failed without a word: a syntax error, or a package that is not installed";

/** What is wrong with one cell that was run. */
function judge(cell: CodeCell, run: Execution, timeout: number, edition: "solution" | "student"): Problem[] {
  const found: string[] = [];
  const { verdicts, malformed } = harvest(run.outputs);
  const errors = run.outputs.filter((output) => output.output_type === "error");
  if (run.status === "timeout") found.push(`was still running after ${timeout / 1000} s`);
  if (run.status === "timeout" && run.reason) {
    found.push("did not stop when interrupted, so its kernel was ended");
  }
  if (run.status === "died") found.push(`the kernel ended: ${run.reason}`);
  for (const { ename, evalue } of errors) found.push(`threw ${ename}: ${evalue}`);
  if (run.status === "error" && errors.length === 0) found.push(silent);
  for (const verdict of verdicts) found.push(objection(verdict, edition) ?? "");
  for (const value of malformed) {
    found.push(`shows a malformed verdict: ${JSON.stringify(value).slice(0, 200)}`);
  }
  if (run.status === "ok" && run.outputs.length === 0 && mustShow(cell.source)) {
    found.push(
      "shows nothing, though it should (NaN, Infinity, -0, null and BigInt values print nothing here)",
    );
  }
  return found.filter((message) => message !== "").map((message) => ({ cell: cell.id, message }));
}

function mustShow(source: string): boolean {
  const cell = parseCell(source);
  return "shows" in cell && cell.shows;
}

/** Where a cell failed without a word, the checker of types often knows why, and in which line. */
async function explain(problems: Problem[], path: string, notebook: Notebook): Promise<Problem[]> {
  if (!problems.some(({ message }) => message === silent)) return problems;
  const faults = await checkCells([{ path, notebook }]);
  return problems.flatMap((problem): Problem[] => {
    const known = problem.message === silent ? faults.filter(({ cell }) => cell === problem.cell) : [];
    if (known.length === 0) return [problem];
    return known.map(({ line, message }) => ({ cell: problem.cell, line, message }));
  });
}
