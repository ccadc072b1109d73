/** A folder of submissions for tests: each one is a student's notebook with some cells written. */
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { worth } from "lib/course/year.ts";
import { quarters } from "lib/proof/credit.ts";
import { speak } from "lib/show/language.ts";
import course from "../../data/course.json" with { type: "json" };
import { everyQuestion } from "../../tools/course.ts";
import { withoutMarkers } from "../../tools/editions/markers.ts";
import { studentEdition } from "../../tools/editions/project.ts";
import { gradeFolder, type Grader } from "../../tools/grade/batch.ts";
import { courseLimits } from "../../tools/grade/limits.ts";
import { makeSandbox } from "../../tools/grade/sandbox.ts";
import { rests } from "../tools/fixtures.ts";
import type { Results } from "../../tools/grade/results.ts";
import { keptNotebook, readNotebook } from "../../tools/notebook.ts";
import { withoutSlots } from "../../tools/tidy/slots.ts";

// what reports say is looked at in English, whatever this year's course speaks
speak("en");

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

/** Texts of answer cells by the answer's name. */
export type Answers = Readonly<Record<string, string>>;

/** Right answers of question 4, as a student may write them. */
export const right: Answers = {
  A: "const A = (alpha) => [[1, alpha], [-alpha, 1]];",
  stationaryPoint: "const stationaryPoint = [0, 0];",
  eigenvaluesOfA: "const eigenvaluesOfA = (a) => [{ re: 1, im: -a }, { re: 1, im: a }];",
  growth: "function growth(alpha) { return Math.hypot(1, alpha); }",
  fate:
    'const fate = (a) => ({ kind: a === 0 ? "rest" : "spiral outwards", turn: Math.atan(a), factor: Math.hypot(1, a) });',
};

/** The course's answers: [notebook, name, points], in its order. */
export const asked = Object.values(course.questions).flatMap(({ notebook, answers }) =>
  answers.map(({ name, points }) => ({ notebook, name, points }))
);
export const notebooks = Object.values(course.questions).map(({ notebook }) => notebook);
export const isProse = (name: string): boolean => name.startsWith("prose-");
/** What a machine can give: all points but those of prose. */
export const most = asked.filter(({ name }) => !isProse(name)).reduce((sum, { points }) => sum + points, 0);

/** What answers are worth together, and what one is worth that is almost right. */
export const pointsOf = (...names: readonly string[]): number =>
  asked.filter(({ name }) => names.includes(name)).reduce((sum, { points }) => sum + points, 0);
export const almostOf = (name: string): number => {
  const { points, shares } = worth(name);
  return quarters(points * shares.almost);
};

/** A test whose examples are answers of question 4: it rests in a year in which that question does. */
export const resting = rests("04_gan");
export const exampleTest = (name: string, fn: (t: Deno.TestContext) => Promise<void>): void =>
  Deno.test({ name, ignore: resting, fn });

let handedOut: Promise<Map<string, RawNotebook>> | undefined;

/** A notebook as it was handed out. */
export async function notebook(name = "04_gan"): Promise<RawNotebook> {
  handedOut ??= studentEdition(root).then(({ files }) =>
    new Map(notebooks.map((n) => [n, JSON.parse(files.get(`notebooks/${n}.ipynb`) ?? "")]))
  );
  return structuredClone((await handedOut).get(name)!);
}

let solved: Promise<Answers> | undefined;

/** The course's own answers, as its notebooks have them, asked this year or not. */
export function official(): Promise<Answers> {
  solved ??= Promise.all(
    Object.values(everyQuestion(course)).map(async ({ notebook }) => {
      const { cells } = withoutSlots(await readNotebook(await keptNotebook(notebook, root)));
      return cells.filter(({ id }) => id.startsWith("answer-")).map(({ id, source }) =>
        [id.slice("answer-".length), withoutMarkers(source)] as const
      );
    }),
  ).then((lists) => Object.fromEntries(lists.flat()));
  return solved;
}

/** A submission: answers by name, and anything else that is done to the notebook. */
export async function submission(
  answers: Answers,
  change: (notebook: RawNotebook) => void = () => {},
  name = "04_gan",
): Promise<string> {
  const made = await notebook(name);
  for (const cell of made.cells) {
    const written = answers[cell.id?.replace(/^answer-/, "") ?? ""];
    if (cell.id?.startsWith("answer-") && written !== undefined) cell.source = written;
  }
  change(made);
  return JSON.stringify(made);
}

/** The notebooks in which these answers stand, by file name; all five where there are none. */
export async function handIn(answers: Answers): Promise<Record<string, string>> {
  const written = asked.filter(({ name }) => name in answers).map(({ notebook }) => notebook);
  const given = notebooks.filter((name) => written.length === 0 || written.includes(name));
  const texts = await Promise.all(given.map((name) => submission(answers, undefined, name)));
  return Object.fromEntries(given.map((name, i) => [`${name}.ipynb`, texts[i]]));
}

export const zip = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

/** The seed of the tests' instances: neither the students' nor the course's grader's. */
export const seed = 99;

let made: Promise<Grader> | undefined;

/** One grader for a test file, with limits that tests can wait for. */
export function grader(): Promise<Grader> {
  made ??= Deno.makeTempDir({ prefix: "show-your-work-grading-" }).then(async (folder) => ({
    sandbox: await makeSandbox(root, folder),
    seed,
    lang: "en",
    limits: { ...courseLimits, seconds: 2, notebookSeconds: 20, submissionSeconds: 60, megabytes: 500 },
  }));
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

/** Grades submissions that have these answers, by entry. */
export async function gradedAnswers(
  entries: Readonly<Record<string, Answers>>,
): Promise<Map<string, Results>> {
  const files: Record<string, string> = {};
  for (const [entry, answers] of Object.entries(entries)) {
    for (const [file, text] of Object.entries(await handIn(answers))) files[`${entry}/${file}`] = text;
  }
  return await graded(files);
}

/** The test of one answer. */
export function testOf(results: Results | undefined, name: string) {
  const found = results?.tests.find((t) => t.name.endsWith(` ${name}`));
  if (!found) {
    throw new Error(`Cannot find ${name}: expected one of ${results?.tests.map((t) => t.name)}, got none`);
  }
  return found;
}
