import { createHash } from "node:crypto";
import { join } from "node:path";
import { entriesOf } from "./entries.ts";
import { Guard, type Outcome } from "./guard.ts";
import type { Limits } from "./limits.ts";
import { namesIn } from "./codes.ts";
import { marked, markedPage, type Marks } from "./marks.ts";
import { notesOn, refuseNested } from "./notes.ts";
import type { Results } from "./results.ts";
import { seedsOf } from "./seeds.ts";
import type { Sandbox } from "./sandbox.ts";
import { writeWhole } from "./write.ts";

/** A grader: the sandbox that was laid out, the seed of its instances, and what a submission may use. */
export interface Grader {
  sandbox: Sandbox;
  seed: number;
  limits: Limits;
  /** The language of its reports; the course's own where none is said. */
  lang?: string;
}

export interface BatchOptions {
  /** Submissions graded at the same time. */
  jobs: number;
  signal?: AbortSignal;
  /** When submissions came: "files", a CSV file, or Gradescope's metadata; OUT/times.csv when left out. */
  times?: string;
  /** A list of people, as an LMS exports it. */
  roster?: string;
  /** A file of codes: results stand under these, not under names. */
  key?: string;
  /** Only these entries are graded, and nothing is written about the class. */
  only?: readonly string[];
  /** Grades entries of one seed with the numbers of that seed, into the same folder. */
  elsewhere?(seed: number, entries: readonly string[]): Promise<void>;
  /** Told what tables name and is not there. */
  onOdd?(sentence: string): void;
  /** Called after each submission: how many of how many are done, and which one was last. */
  onDone?(done: number, all: number, entry: string, kept: boolean): void;
}

/**
 * Grades every entry of a folder into `out`. What an earlier run has finished, and that has not changed since, is
 * kept; one submission's trouble is its own. A submission for which time ran out is graded once more when all others
 * are done, alone on the machine, before that counts.
 *
 * @returns the results in order of their names; fewer than there are entries when the signal stopped it
 * @throws Error when one of the two folders lies in the other
 */
export async function gradeFolder(
  { sandbox, seed, limits, lang }: Grader,
  folder: string,
  out: string,
  { jobs, signal, onDone, onOdd, only, elsewhere, ...given }: BatchOptions,
): Promise<Results[]> {
  await using entries = await entriesOf(folder, sandbox.subjects.map(([notebook]) => notebook));
  await refuseNested(folder, out);
  // a line that can't be meant is told before the work begins
  const notes = await notesOn(out, entries.paths, given);
  const { marks, codes } = notes;
  const edition = createHash("sha256").update(JSON.stringify([sandbox.digest, seed, limits])).digest("hex");
  const results = new Map<string, Results>(), again: [string, string[]][] = [];
  const codeOf = (entry: string) => codes?.get(entry) ?? entry;
  const odd = [...entries.odd, ...notes.odd];
  const seeds = elsewhere
    ? await seedsOf(out, entries.paths, (sentence) => odd.push(sentence))
    : new Map<string, number>();
  const own = [...entries.paths].filter(([entry]) => only ? only.includes(entry) : !seeds.has(entry));
  const paths = new Map(own.map(([entry, own]) => [codeOf(entry), own] as const));
  const hidden = new Map([...codes ?? []].map(([entry, code]) => [code, namesIn(entry)]));
  const entryOf = new Map(own.map(([entry]) => [codeOf(entry), entry]));
  let moved = 0;
  const done = (entry: string, found: Results, kept: boolean) => {
    results.set(entry, found);
    onDone?.(results.size, paths.size - moved, entry, kept);
  };
  const work = async (slot: string, queue: Iterable<[string, string[]]>, alone: boolean) => {
    const guard = new Guard(sandbox, { folder: sandbox.folder, slot, seed, limits, edition, lang });
    const end = () => guard.end();
    signal?.addEventListener("abort", end);
    try {
      for (const [entry, own] of queue) {
        if (signal?.aborted) return;
        const before = await earlier(join(out, entry));
        const outcome = await guard.grade({
          ...{ entry, paths: own, before: before?.extra_data.stamp, hide: hidden.get(entry) },
          elsewhere: elsewhere !== undefined,
        });
        if (signal?.aborted) return;
        if ("kept" in outcome) done(entry, before!, true);
        else if ("seed" in outcome) {
          seeds.set(entryOf.get(entry)!, outcome.seed);
          moved++;
        } else if (!alone && "late" in outcome && outcome.late && paths.size > 1) again.push([entry, own]);
        else done(entry, await keep(join(out, entry), entry, outcome), false);
      }
    } finally {
      signal?.removeEventListener("abort", end);
      await guard.close();
    }
  };
  const queue = [...paths].sort(([a], [b]) => a < b ? -1 : 1).values();
  const desks = Math.max(1, Math.min(jobs, paths.size));
  await Promise.all(Array.from({ length: desks }, (_, i) => work(`slot-${i + 1}`, queue, desks === 1)));
  if (again.length > 0 && !signal?.aborted) await work("slot-1", again, true);
  const bySeed = Map.groupBy([...seeds].filter(([entry]) => entries.paths.has(entry)), ([, seed]) => seed);
  for (const [seed, list] of bySeed) {
    if (signal?.aborted) break;
    await elsewhere!(seed, list.map(([entry]) => entry));
    for (const [entry] of list) {
      const found = await earlier(join(out, codeOf(entry)));
      if (found) results.set(codeOf(entry), found);
    }
  }
  const graded = [...results.keys()].sort().flatMap((entry) => results.get(entry) ?? []);
  const all = await Promise.all(graded.map((found) => withMarks(out, found, marks)));
  if (!signal?.aborted && !only) {
    await setAside(out, new Set([...entries.paths.keys()].map(codeOf)));
    const { keepClass } = await import("./class.ts"), { roster } = notes;
    for (const sentence of odd) onOdd?.(sentence);
    const { key } = given;
    // under codes no page says a name
    await keepClass(out, all, { strays: key ? [] : entries.strays, odd: key ? [] : odd, roster, key });
  }
  return all;
}

async function earlier(folder: string): Promise<Results | undefined> {
  try {
    const results = JSON.parse(await Deno.readTextFile(join(folder, "results.json"))) as Results;
    return typeof results.extra_data.stamp === "string" ? results : undefined;
  } catch {
    return undefined;
  }
}

/** What a person said goes into the results and the report of an entry, and out again with its line. */
async function withMarks(out: string, results: Results, marks: Marks): Promise<Results> {
  const final = marked(results, marks), folder = join(out, results.extra_data.entry);
  const text = JSON.stringify(final, null, 2) + "\n", path = join(folder, "results.json");
  if (text === await Deno.readTextFile(path).catch(() => "")) return final;
  const report = join(folder, "report.html"), page = await Deno.readTextFile(report);
  await writeWhole(report, markedPage(page, final));
  await writeWhole(path, text);
  return final;
}

/** The report first: results.json says that all is there. What failed has no stamp, so that it is tried again. */
async function keep(
  folder: string,
  entry: string,
  outcome: Exclude<Outcome, { kept: true } | { seed: number }>,
): Promise<Results> {
  await Deno.mkdir(folder, { recursive: true });
  if ("failed" in outcome) {
    const { failedResults } = await import("./results.ts"), { plainPage } = await import("./report.ts");
    const results = failedResults(entry, outcome.failed);
    await writeWhole(join(folder, "report.html"), plainPage(results));
    await writeWhole(join(folder, "results.json"), JSON.stringify(results, null, 2) + "\n");
    return results;
  }
  await writeWhole(join(folder, "answers.json"), JSON.stringify(outcome.answers, null, 2) + "\n");
  await writeWhole(join(folder, "report.html"), outcome.page);
  await writeWhole(join(folder, "results.json"), JSON.stringify(outcome.results, null, 2) + "\n");
  return outcome.results;
}

/** Results of entries that are no longer handed in: kept, and out of the way. */
async function setAside(out: string, entries: ReadonlySet<string>): Promise<void> {
  const names = await Array.fromAsync(Deno.readDir(out), ({ name }) => name).catch(() => []);
  for (const name of names) {
    if (entries.has(name) || name === "withdrawn" || !await earlier(join(out, name))) continue;
    await Deno.mkdir(join(out, "withdrawn"), { recursive: true });
    await Deno.remove(join(out, "withdrawn", name), { recursive: true }).catch(() => {});
    await Deno.rename(join(out, name), join(out, "withdrawn", name));
  }
}
