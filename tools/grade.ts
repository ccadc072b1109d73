/** `deno task grade DIR --out OUT`: grades submissions where they can harm nothing and forge nothing. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import course from "../data/course.json" with { type: "json" };
import { count, fail, readersPath, root, shortPath } from "./command.ts";
import { gradeFolder } from "./grade/batch.ts";
import { clean } from "./grade/clean.ts";
import { courseLimits } from "./grade/limits.ts";
import { freePlace, laidOut } from "./grade/place.ts";

const help = `deno task grade DIR --out OUT [option …]

Grades every entry of DIR: a notebook, or a folder or zip with any of the course's notebooks. Writes
OUT/<entry>/results.json (Gradescope's format) and report.html, OUT/class.csv, OUT/class.html (which
misconceptions, how many), OUT/prose.csv (what a person reads) and OUT/intake.csv (every file that was handed
in, and what was made of it). OUT lies outside of DIR. A second run grades what has changed.
What a person gives stands in OUT/overrides.csv (submission, answer, points, comment), read on every run and
never written.

  --times WHEN   when submissions came: a CSV file (submission, time, and due for an extension), “files” for
                 when the files were last changed, or Gradescope's submission_metadata.json (OUT/times.csv)
  --roster FILE  a list of people, as Canvas, Moodle or Gradescope exports it; grades.csv is the same with points
  --only ENTRY   only this submission (and others named so), and nothing about the class
  --key FILE     grade without names: results stand under codes, and FILE, outside of OUT, says whose they are

  --jobs N       submissions at the same time (as many as there are cores)
  --seed N       seed of the instances (data/course.json: grading.seed)
  --seconds N    limit of processor time for one cell, and for all calls of one answer (${courseLimits.seconds})
  --megabytes N  limit of memory (${courseLimits.megabytes})`;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`Cannot set --${name}: expected a positive number, got ${text}`);
  }
  return value;
}

/** How far it is, in one line of a terminal or one line for every tenth elsewhere. */
function teller() {
  const terminal = Deno.stderr.isTerminal();
  let told = 0;
  return (done: number, all: number, entry: string) => {
    const width = 30, full = Math.round(done / all * width);
    const line = `[${"#".repeat(full)}${".".repeat(width - full)}] ${done} of ${all}  ${clean(entry, 40)}`;
    if (terminal) {
      Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${line}${done === all ? "\n" : ""}`));
    } else if (done === all || done >= told + all / 10) {
      told = done;
      console.error(line);
    }
  };
}

async function grade(args: string[]): Promise<number> {
  const { values, positionals: [folder, ...more] } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string" },
      times: { type: "string" },
      roster: { type: "string" },
      key: { type: "string" },
      only: { type: "string", multiple: true },
      jobs: { type: "string", default: String(Math.max(1, availableParallelism())) },
      seed: { type: "string", default: String(course.grading.seed) },
      seconds: { type: "string", default: String(courseLimits.seconds) },
      megabytes: { type: "string", default: String(courseLimits.megabytes) },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (folder === undefined || more.length > 0 || values.out === undefined) {
    throw new TypeError(
      `Cannot grade: expected DIR --out OUT, got ${args.join(" ") || "nothing"}\n\n${help}`,
    );
  }
  const limits = {
    ...courseLimits,
    seconds: positive("seconds", values.seconds),
    megabytes: positive("megabytes", values.megabytes),
  };
  const out = readersPath(values.out), start = performance.now();
  const place = await freePlace(join(root, "build", "grading"));
  const grader = { sandbox: await laidOut(place.folder), seed: positive("seed", values.seed), limits };
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, interrupted);
  const jobs = Math.ceil(positive("jobs", values.jobs));
  const same = ["--out", out, "--jobs", String(jobs), "--seed", values.seed, "--seconds", values.seconds];
  /** Submissions of one seed are graded by the course of that seed, into the same folder. */
  const ofSeed = async (seed: number, entries: readonly string[]) => {
    const { courseOf, runIn } = await import("./variants.ts");
    await runIn(await courseOf(seed), "tools/grade.ts", [
      ...[readersPath(folder), ...same, "--megabytes", values.megabytes],
      ...(values.key ? ["--key", readersPath(values.key)] : []),
      ...entries.flatMap((entry) => ["--only", entry]),
    ], "null");
  };
  const results = await gradeFolder(grader, readersPath(folder), out, {
    jobs,
    signal: stop.signal,
    onDone: teller(),
    onOdd: (sentence) => console.error(sentence),
    ...(values.only ? { only: values.only } : { elsewhere: ofSeed }),
    ...(values.times ? { times: values.times === "files" ? "files" : readersPath(values.times) } : {}),
    ...(values.roster ? { roster: readersPath(values.roster) } : {}),
    ...(values.key ? { key: readersPath(values.key) } : {}),
  });
  for (const signal of signals) Deno.removeSignalListener(signal, interrupted);
  place.release();
  const seconds = (performance.now() - start) / 1000;
  if (stop.signal.aborted) {
    console.log(`Stopped after ${count(results.length, "submission")}; the same command goes on from there`);
    return 130;
  }
  console.log(
    `${count(results.length, "submission")} graded into ${shortPath(out)} (${seconds.toFixed(1)} s)`,
  );
  return 0;
}

if (import.meta.main) Deno.exit(await grade(Deno.args).catch(fail));
