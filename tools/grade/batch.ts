import { join } from "node:path";
import { type Desk, type Grader, gradeSubmission, ungraded } from "./score.ts";
import { openReader } from "./reader.ts";
import { classTable, proseTable, type Results, resultsOf } from "./results.ts";
import { classPage, studentPage } from "./report.ts";
import { entriesOf, readSubmission, sha256, type Submission } from "./submission.ts";

/** What reading one notebook may take. */
const readingSeconds = 5;

export interface BatchOptions {
  /** Submissions graded at the same time. */
  jobs: number;
  signal?: AbortSignal;
  /** Called after each submission: how many of how many are done, and which one was last. */
  onDone?(done: number, all: number, entry: string, kept: boolean): void;
}

/**
 * Grades every entry of a folder into `out`. What an earlier run has finished, and that has not changed since, is
 * kept; one submission's trouble is its own.
 *
 * @returns the results in order of their names; fewer than there are entries when the signal stopped it
 */
export async function gradeFolder(
  grader: Grader,
  folder: string,
  out: string,
  { jobs, signal, onDone }: BatchOptions,
): Promise<Results[]> {
  const entries = [...await entriesOf(folder)];
  const edition = await stampOf(grader);
  const results = new Map<string, Results>();
  const queue = entries.values();
  const work = async (slot: string) => {
    const reader = openReader(readingSeconds);
    try {
      await workAt({ slot, reader });
    } finally {
      reader.close();
    }
  };
  const workAt = async (desk: Desk) => {
    for (const [entry, path] of queue) {
      if (signal?.aborted) return;
      const submission = await readSubmission(entry, path, [...grader.sandbox.notebooks.keys()]);
      const stamp = await sha256(edition + submission.digest);
      const before = await earlier(join(out, entry), stamp);
      const found = before ?? await gradeOne(grader, submission, stamp, desk);
      if (signal?.aborted) return;
      if (!before) await keep(join(out, entry), found);
      results.set(entry, found);
      onDone?.(results.size, entries.length, entry, before !== undefined);
    }
  };
  await Promise.all(Array.from({ length: jobs }, (_, i) => work(`slot-${i + 1}`)));
  const all = entries.flatMap(([entry]) => results.get(entry) ?? []);
  if (!signal?.aborted) {
    await Deno.mkdir(out, { recursive: true });
    await writeWhole(join(out, "class.csv"), classTable(all));
    await writeWhole(join(out, "class.html"), classPage(all));
    await writeWhole(join(out, "prose.csv"), proseTable(all));
  }
  return all;
}

/** The batch goes on whatever a submission does: what our own side could not do is a remark too. */
async function gradeOne(
  grader: Grader,
  submission: Submission,
  stamp: string,
  desk: Desk,
): Promise<Results> {
  try {
    return resultsOf(submission, await gradeSubmission(grader, submission, desk), stamp);
  } catch (cause) {
    const remark = `It could not be graded: ${cause instanceof Error ? cause.message : String(cause)}`;
    // a stamp of its own: the next run tries again
    const remarked = { ...submission, remarks: [...submission.remarks, remark] };
    return resultsOf(remarked, ungraded(grader, "It could not be graded."), `${stamp} failed`);
  }
}

/** What all results depend on, besides the submission: the questions, the seed, the limits. */
async function stampOf({ sandbox, seed, limits, questions }: Grader): Promise<string> {
  const misconceptions = [...questions.values()].flat().flatMap((q) =>
    q.misconceptions.map((m) => [m.name, m.says])
  );
  return await sha256(JSON.stringify([[...sandbox.files], misconceptions, seed, limits]));
}

async function earlier(folder: string, stamp: string): Promise<Results | undefined> {
  try {
    const results = JSON.parse(await Deno.readTextFile(join(folder, "results.json"))) as Results;
    return results.extra_data.stamp === stamp ? results : undefined;
  } catch {
    return undefined;
  }
}

/** The report first: results.json says that all is there. */
async function keep(folder: string, results: Results): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "report.html"), studentPage(results));
  await writeWhole(join(folder, "results.json"), JSON.stringify(results, null, 2) + "\n");
}

async function writeWhole(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.part`, text);
  await Deno.rename(`${path}.part`, path);
}
