/** `deno task words`: what is shown and has no translation yet, and translations of what nobody says any more. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import course from "../data/course.json" with { type: "json" };
import type { Question } from "lib/proof/question.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import { captionWords } from "lib/show/numbers.ts";
import { block, renderClaims, renderStanding, renderVerdict } from "lib/show/render.ts";
import { said, saidMarkdown, speak, tables, untold } from "lib/show/language.ts";
import { richText } from "lib/show/tex.ts";
import { count, fail, root } from "./command.ts";
import { everyQuestion, subjectOf } from "./course.ts";
import { startPage } from "./editions/start.ts";
import { studentPage } from "./grade/report.ts";
import { resultsOf } from "./grade/results.ts";
import { frontMain } from "./handout/front.ts";
import { pageHtml } from "./handout/page.ts";
import { keptNotebook, readNotebook } from "./notebook.ts";
import { withoutSlots } from "./tidy/slots.ts";

const help = `deno task words LANGUAGE [SUBJECT …]

Lists what the course shows and data/LANGUAGE.json does not say yet, part by part, in the form of that file:
English sentence, empty translation. {1} in a sentence stands for what differs, {1#} for a number. What stands in a
part named “… solution” never reaches students. Also lists translations of what the course says no more.

  SUBJECT    only these questions, such as gan, beside cards and pages; all that are asked this year if none is named`;

const verdict = (status: Verdict["status"], more: Partial<Verdict> = {}): Verdict => ({
  ...{ id: "4.1", status, statement: "$x$", evidence: "exact", error: 0, bound: 0, instances: 200, seed: 7 },
  mutants: [{ name: "$y$", rejected: true, error: 1 }],
  ...more,
});

/** Cards of every kind, as notebooks, pages and reports show them. */
export function cards(): string[] {
  const statuses = ["holds", "almost", "keep working", "not answered"] as const;
  const answer = { answer: "A", feedback: "$x$", points: 2, maxPoints: 4, mark: "8e0b" };
  const line = { tex: "x", because: "", relation: "=" as const, error: 0, holds: true };
  const steps = ["start", "algebra", "follows", "by a reader", "unsupported", "repeats", "false"] as const;
  const lines = steps.map((step, k) => ({ ...line, step, holds: k < 3 }));
  return [
    ...statuses.map((status) => renderVerdict(verdict(status, answer))),
    renderVerdict(verdict("holds", { ...answer, points: 1, maxPoints: 1, mark: undefined })),
    renderVerdict(verdict("keep working", { ...answer, lines })),
    renderVerdict(
      verdict("holds", { lines: [line, line], edits: { tried: 9, rejected: 9, same: 1, true: 0 } }),
    ),
    renderClaims([
      verdict("holds"),
      verdict("noted"),
      verdict("holds", { aside: true, evidence: "monte carlo", bound: 4, error: 1.2 }),
      verdict("keep working", { evidence: "closed form", bound: 1e-12, error: 0.1, worst: { x: 1 } }),
      verdict("defective", { evidence: "optimiser", mutants: [{ name: "$y$", rejected: false, error: 0 }] }),
      verdict("holds", {
        evidence: "quadrature",
        chance: 1e-9,
        instances: 1,
        printed: "$z$",
        refutedBy: { x: 1 },
      }),
    ]),
    renderClaims([verdict("holds", { further: true })]),
    renderStanding(
      statuses.map((status) => ({ question: "4.1", name: "A", status, points: 1, maxPoints: 4 })),
    ),
    captionWords({ data: [], caption: "$x$", description: "$x$" } as never),
  ].map(block);
}

/** Pages of every kind that a student sees. */
export function pages(): string[] {
  const colophon =
    "Made from <code>x.ipynb</code> by running it with Deno 2.9.6: 20 code cells, 9 verdicts, the student’s edition.";
  const about = "13 points · due $ · late until $";
  const questions = Object.values(course.questions).flatMap(({ answers }) => answers);
  const graded = questions.map((asked, i) =>
    asked.name.startsWith("prose-") ? { ...asked, prose: i % 2 ? "" : "x" } : {
      ...asked,
      verdict: verdict("almost", { answer: asked.name, feedback: "$x$", points: 1, maxPoints: asked.points }),
    }
  );
  const intake = [{ file: "$", made: "graded as $" }];
  const results = resultsOf({ entry: "#1", remarks: ["There is no notebook in it."], intake }, graded, "");
  const cell = `<div class="cell text"><p>$x$</p></div>`, heads = `<h1>$</h1><h2>$</h2><h2>$</h2>`;
  return [
    pageHtml({ title: "$", main: heads + cell, about, colophon, code: true }),
    pageHtml({
      title: "$",
      main: frontMain([]),
      colophon: "Made from 5 executed notebooks with Deno 2.9.6.",
    }),
    studentPage(results, { A: "const A = 1;" }),
  ];
}

/** All sentences that a value holds, but for names and code. */
function sentences(value: unknown): string[] {
  if (typeof value === "string") return /\p{L}{2,} \p{L}/u.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(sentences);
}

async function exported(path: string): Promise<Record<string, unknown>> {
  const file = join(root, path);
  return await Deno.stat(file).then(() => true, () => false) ? await import(pathToFileURL(file).href) : {};
}

/** What a notebook and its questions say: to students, and in what only the solution has. */
async function subjectWords(
  { title, notebook }: { title: string; notebook: string },
): Promise<{ student: string[]; solution: string[] }> {
  const subject = subjectOf(notebook), path = await keptNotebook(notebook, root);
  const { cells } = withoutSlots(await readNotebook(path));
  const take = (say: () => void) => {
    untold.clear();
    say();
    return [...untold];
  };
  const isSolution = ({ metadata: { tags = [] } }: (typeof cells)[number]) => tags.includes("solution");
  const texts = cells.filter(({ cell_type, id }) => cell_type === "markdown" && !id.startsWith("answer-"));
  const { answer } = await exported(`lib/${subject}/questions.ts`) as { answer?: { questions: Question[] } };
  const { slips = {} } = await exported(`lib/${subject}/slips.ts`) as {
    slips?: Record<string, () => { says: string }[]>;
  };
  const { claims } = await exported(`lib/${subject}/claims.ts`) as {
    claims?: { entries: { judge(): Verdict }[] };
  };
  const student = take(() => {
    said(title);
    for (const cell of texts.filter((cell) => !isSolution(cell))) saidMarkdown(cell.source);
    for (const { ask, holds, misconceptions } of answer?.questions ?? []) {
      for (const sentence of [ask, holds, ...misconceptions.map(({ says }) => says)]) said(sentence);
    }
    for (const made of Object.values(slips)) for (const { says } of made()) said(says);
  });
  const solution = take(() => {
    for (const cell of texts.filter(isSolution)) saidMarkdown(cell.source);
    for (const entry of claims?.entries ?? []) {
      const { statement, printed, mutants } = entry.judge();
      for (const sentence of sentences([statement, printed, mutants.map(({ name }) => name)])) {
        richText(sentence);
      }
    }
  });
  return { student, solution };
}

/** What a language lacks, part by part of its table. */
export async function lacking(
  language: string,
  subjects: readonly string[] = [],
): Promise<Record<string, string[]>> {
  speak(language);
  cards();
  const shown = [...untold];
  untold.clear();
  pages();
  saidMarkdown(startPage());
  saidMarkdown(
    (await Deno.readTextFile(join(root, "tools/editions/student.md"))).replace("{{notebooks}}", ""),
  );
  const found: Record<string, string[]> = { cards: shown, pages: [...untold] };
  const chosen = subjects.length === 0
    ? Object.values(course.questions)
    : Object.values(everyQuestion(course)).filter(({ notebook }) => subjects.includes(subjectOf(notebook)));
  for (const question of chosen) {
    // what pages said of it does not count as said by itself
    speak(language);
    const { student, solution } = await subjectWords(question), subject = subjectOf(question.notebook);
    found[subject] = student;
    found[`${subject} solution`] = solution;
  }
  speak("en");
  return found;
}

/** Translations whose English stands nowhere in the course: it was changed, and they were left behind. */
export async function stale(language: string): Promise<string[]> {
  const texts: string[] = [];
  const read = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
      const path = `${folder}/${name}`;
      if (isDirectory && !name.startsWith(".")) await read(path);
      else if (/\.(ts|md|ipynb|j2)$|course\.json$/.test(name)) {
        texts.push(await Deno.readTextFile(join(root, path)));
      }
    }
  };
  for (const folder of ["lib", "tools", "notebooks", "data"]) await read(folder);
  const all = new Set(texts.flatMap((text) => [...shingles(text), ...text.match(/\p{L}+/gu) ?? []]));
  const keys = Object.values(tables[language]).flatMap((part) => Object.keys(part));
  return keys.filter((key) => {
    const own = key.split(/\{\d#?\}/).flatMap(shingles);
    return own.filter((one) => all.has(one)).length < own.length / 2;
  });
}

/** Runs of two words, of few the words: how a text is put together, quoted and broken into lines does not count. */
function shingles(text: string): string[] {
  const words = text.replace(/\\[nt]/g, " ").match(/\p{L}+/gu) ?? [];
  return words.length < 4 ? words : words.slice(1).map((word, i) => `${words[i]} ${word}`);
}

async function words(args: string[]): Promise<void> {
  const { values, positionals: [language, ...subjects] } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) return console.log(help);
  if (language === undefined || !(language in tables)) {
    throw new TypeError(
      `Cannot list words: expected a language that lib/show/language.ts names (${
        Object.keys(tables).join(", ")
      }), got ${args.join(" ") || "nothing"}`,
    );
  }
  const found = await lacking(language, subjects), old = await stale(language);
  const parts = Object.entries(found).map(([part, list]) =>
    [part, Object.fromEntries(list.map((sentence) => [sentence, ""]))] as const
  ).filter(([, list]) => Object.keys(list).length > 0);
  console.log(JSON.stringify(Object.fromEntries(parts), null, 2));
  for (const [part, list] of parts) {
    console.error(`${part}: ${count(Object.keys(list).length, "sentence")} in English`);
  }
  for (const sentence of old) console.error(`Nobody says this any more: ${sentence}`);
}

if (import.meta.main) await words(Deno.args).catch(fail);
