/** A folder of submissions for tests: each one is the student's notebook with some cells written. */
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { studentEdition } from "../../tools/editions/project.ts";
import { gradeFolder } from "../../tools/grade/batch.ts";
import { courseLimits, makeSandbox } from "../../tools/grade/sandbox.ts";
import { type Grader, makeGrader } from "../../tools/grade/score.ts";
import type { Results } from "../../tools/grade/results.ts";

export const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

interface RawCell {
  cell_type: string;
  id?: string;
  source: string[] | string;
  metadata: Record<string, unknown>;
  outputs?: unknown[];
}

export interface RawNotebook {
  cells: RawCell[];
  [key: string]: unknown;
}

/** Right answers of question 4, as a student may write them. */
export const right: Readonly<Record<string, string>> = {
  A: "const A = (alpha) => [[1, alpha], [-alpha, 1]];",
  stationaryPoint: "const stationaryPoint = [0, 0];",
  eigenvaluesOfA: "const eigenvaluesOfA = (a) => [{ re: 1, im: -a }, { re: 1, im: a }];",
  growth: "function growth(alpha) { return Math.hypot(1, alpha); }",
};

let handedOut: Promise<RawNotebook> | undefined;

/** The notebook of question 4 as it was handed out. */
export async function notebook(): Promise<RawNotebook> {
  handedOut ??= studentEdition(root, new Map(), ["gan"]).then(({ files }) =>
    JSON.parse(files.get("notebooks/04_gan.ipynb") ?? "")
  );
  return structuredClone(await handedOut);
}

/** A submission: answers by name, and anything else that is done to the notebook. */
export async function submission(
  answers: Readonly<Record<string, string>>,
  change: (notebook: RawNotebook) => void = () => {},
): Promise<string> {
  const made = await notebook();
  for (const cell of made.cells) {
    const written = answers[cell.id?.replace(/^answer-/, "") ?? ""];
    if (cell.id?.startsWith("answer-") && written !== undefined) cell.source = written;
  }
  change(made);
  return JSON.stringify(made);
}

export const zip = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

let made: Promise<Grader> | undefined;

/** One grader for a test file, with limits that tests can wait for. */
export function grader(): Promise<Grader> {
  made ??= Deno.makeTempDir({ prefix: "show-your-work-grading-" }).then(async (folder) =>
    await makeGrader(await makeSandbox(root, folder), 99, { ...courseLimits, seconds: 3, megabytes: 400 })
  );
  return made;
}

/** Grades files by name (a folder is written "alice/04_gan.ipynb"); results by entry. */
export async function graded(
  files: Readonly<Record<string, string | Uint8Array>>,
  out?: string,
): Promise<Map<string, Results>> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-submissions-" });
  const into = out ?? join(folder, "out");
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, "in", name);
      await Deno.mkdir(join(path, ".."), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
    }
    const all = await gradeFolder(await grader(), join(folder, "in"), into, { jobs: 2 });
    return new Map(all.map((results) => [results.extra_data.entry, results]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The test of one answer. */
export function testOf(results: Results | undefined, name: string) {
  const found = results?.tests.find((t) => t.name.endsWith(` ${name}`));
  if (!found) {
    throw new Error(`Cannot find ${name}: expected one of ${results?.tests.map((t) => t.name)}, got none`);
  }
  return found;
}
