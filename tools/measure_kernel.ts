import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startKernel } from "./kernel/mod.ts";

/**
 * Measures what the installed kernel does to outputs, errors and interrupts, with and without
 * `lib/show/kernel.ts`: run it before the pin of Deno is moved and compare with CONTRIBUTING.md.
 *
 * Notebooks are executed by nbclient, which keeps only what arrives before a cell is called done.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const python = join(root, ".venv", Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python");

/** The mend, imported by a first cell; the bare kernel gets an empty one. */
const variants = { bare: "0", mended: `await import("lib/show/mod.ts"); 0` } as const;

/** Cells that each should show `pieces` marks of their own, and what they are called. */
const trials: { name: string; cells: number; pieces: number; cell(k: number): string }[] = [
  { name: "one-line expression", cells: 100, pieces: 1, cell: (k) => `"mark ${k};"` },
  {
    name: "awaited value",
    cells: 100,
    pieces: 1,
    cell: (k) => `await new Promise((r) => setTimeout(r, 5)); "mark ${k};"`,
  },
  {
    name: "20 lines of console.log",
    cells: 20,
    pieces: 20,
    cell: (k) => `for (let i = 0; i < 20; i++) console.log("mark ${k};")`,
  },
  {
    name: "lines, then a throw",
    cells: 20,
    pieces: 10,
    cell: (k) => `for (let i = 0; i < 10; i++) console.log("mark ${k};"); throw new Error("end")`,
  },
];

const single: Readonly<Record<string, string>> = {
  "syntax error": "const broken = (",
  "missing package": `await import("npm:no-such-package-here-0@1.0.0")`,
  "unhandled rejection":
    `Promise.reject(new Error("nobody waits")); await new Promise((r) => setTimeout(r, 50)); undefined`,
  "NaN as last value": "NaN",
};

/** Executes the cells and gives the text each of them shows. */
async function execute(cells: readonly string[]): Promise<string[]> {
  const folder = await Deno.makeTempDir({ dir: join(root, "notebooks"), prefix: ".measure-" });
  try {
    const file = join(folder, "trial.ipynb");
    const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
    await Deno.writeTextFile(
      file,
      JSON.stringify({
        cells: cells.map((source, k) => ({
          ...{ cell_type: "code", id: `c${k}`, metadata: {}, outputs: [], execution_count: null },
          source,
        })),
        metadata: { kernelspec },
        nbformat: 4,
        nbformat_minor: 5,
      }),
    );
    const { success, stderr } = await new Deno.Command(python, {
      args: ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--inplace", file],
      env: { JUPYTER_PREFER_ENV_PATH: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      throw new Error(`Cannot execute the trial: nbconvert says ${new TextDecoder().decode(stderr)}`);
    }
    const done = JSON.parse(await Deno.readTextFile(file)) as { cells: { outputs: unknown[] }[] };
    return done.cells.map((cell) => JSON.stringify(cell.outputs));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What an interrupt does to a loop that waits, and to the session. */
async function interrupted(first: string): Promise<string> {
  const kernel = await startKernel({ cwd: join(root, "notebooks") });
  try {
    await kernel.execute(`${first}; globalThis.kept = 41; undefined`);
    const begun = Promise.withResolvers<void>();
    const loop = kernel.execute(
      'console.log("on"); for (let k = 0; k < 300; k++) await new Promise((r) => setTimeout(r, 10));',
      { onOutput: () => begun.resolve(), timeout: 10_000 },
    );
    await begun.promise;
    kernel.interrupt();
    const { status } = await loop;
    if (!kernel.alive()) return "ends the kernel";
    const { outputs } = await kernel.execute("kept + 1");
    const kept = JSON.stringify(outputs).includes("42");
    return `the loop ${status === "ok" ? "runs on" : "stops"}, the session is ${kept ? "kept" : "lost"}`;
  } finally {
    await kernel.close();
  }
}

console.log(`Deno ${Deno.version.deno}, ${Deno.build.os}`);
for (const [variant, first] of Object.entries(variants)) {
  for (const { name, cells, pieces, cell } of trials) {
    const shown = (await execute([first, ...Array.from({ length: cells }, (_, k) => cell(k))])).slice(1);
    let own = 0, strange = 0;
    shown.forEach((text, k) => {
      for (const [, mark] of text.matchAll(/mark (\d+);/g)) Number(mark) === k ? own++ : strange++;
    });
    const wanted = cells * pieces;
    // an error's traceback may repeat the source: what counts is how many marks are missing
    console.log(
      `${variant.padEnd(7)} ${name.padEnd(26)} ${
        Math.max(0, wanted - own)
      } of ${wanted} missing, ${strange} misplaced`,
    );
  }
  for (const [name, cell] of Object.entries(single)) {
    const [, text] = await execute([first, cell]);
    console.log(
      `${variant.padEnd(7)} ${name.padEnd(26)} ${text === "[]" ? "shows nothing" : "shows something"}`,
    );
  }
  console.log(`${variant.padEnd(7)} ${"interrupt".padEnd(26)} ${await interrupted(first)}`);
}
