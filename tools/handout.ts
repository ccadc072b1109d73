/** `deno task handout`: one HTML page per notebook that opens from a file, with the network off. */
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import registry from "../data/course.json" with { type: "json" };
import { count, fail, readersPath, root, shortPath } from "./command.ts";
import { readSeed } from "./course.ts";
import { packStudent } from "./editions.ts";
import { withPictures } from "./editions/picture.ts";
import { inLanguage } from "./editions/project.ts";
import { aboutWords } from "./editions/start.ts";
import { studentCourse } from "./editions/student.ts";
import { convertNotebooks } from "./handout/convert.ts";
import { type Front, frontMain } from "./handout/front.ts";
import { liveMaker } from "./handout/live/build.ts";
import { notebookMain, objections, type Page, pageHtml } from "./handout/page.ts";
import { agreement, records, reproductionsMain } from "./handout/reproductions.ts";
import { withLatex } from "./handout/latex.ts";
import { withSlides } from "./handout/slides.ts";
import { type Chapter, errataMain, indexMain, ledgerMain } from "./handout/site.ts";
import { formatNotebook, type Notebook, notebookPaths, readNotebook, writeNotebook } from "./notebook.ts";
import { executeNotebook, type NotebookRun } from "./run/execute.ts";
import { thisPlatform } from "./setup/platform.ts";
import { setUp } from "./setup.ts";
import { withoutSlots } from "./tidy/slots.ts";

const help =
  `deno task handout [NOTEBOOK …] [--out DIR] [--site [--solutions]] [--executed [--pictures]] [--limit SECONDS]

Executes notebooks (all of notebooks/ when none is named) in a real kernel and makes two HTML pages of each,
in build/handouts/: 04_gan.html with its solutions, 04_gan.student.html as a student gets it. A page loads
nothing: figures and formulas work from a file, offline. The student's page answers back: its cells are editors,
and what is written is checked in the page. Fails, without a page, when a cell throws or a verdict does not hold.

  --out DIR          where the pages go (build/handouts; a site: build/site)
  --static           the student's page without editors, to be read
  --seed N           with the numbers that a student's seed draws; the seed stands in the pages' names
  --executed         also the executed notebook beside its page
  --pictures         in it every figure is a picture, too, for nbconvert; JupyterLab then shows the picture
  --site             a site for students, for any static host: their pages, an index with dates and points, and
                     student.zip; nothing that answers
  --solutions        with --site: a site for instructors, that has the solutions, the ledger of claims, the
                     errata and the reproductions too
  --limit SECONDS    time limit of a cell (60)`;

type Command = {
  named: string[];
  out: string;
  site: boolean;
  solutions: boolean;
  executed: boolean;
  pictures: boolean;
  still: boolean;
  seed?: number;
  timeout: number;
};

function parseCommand(args: string[]): Command | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string" },
      site: { type: "boolean", default: false },
      solutions: { type: "boolean", default: false },
      executed: { type: "boolean", default: false },
      pictures: { type: "boolean", default: false },
      seed: { type: "string" },
      static: { type: "boolean", default: false },
      limit: { type: "string", default: "60" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const seconds = Number(values.limit);
  if (!(seconds > 0)) {
    throw new RangeError(`Cannot set the time limit: expected seconds, got ${values.limit}`);
  }
  if (values.solutions && !values.site) {
    throw new Error("Cannot make a site: expected --site with --solutions, got --solutions alone");
  }
  if (values.pictures && !values.executed) {
    throw new Error("Cannot keep pictures: expected --executed with --pictures, got --pictures alone");
  }
  const out = values.out === undefined
    ? join(root, "build", values.site ? "site" : "handouts")
    : readersPath(values.out);
  const { site, executed, pictures, static: still } = values, solutions = values.solutions || !site;
  const seed = values.seed === undefined ? {} : { seed: readSeed(values.seed) };
  return {
    ...{ named: positionals, out, site, solutions, executed, pictures, still, timeout: seconds * 1000 },
    ...seed,
  };
}

/** A notebook to execute; the page's name is that of its file, for the student's with `.student` behind it. */
type Wanted = { name: string; path: string; notebook: Notebook; edition: "solution" | "student" };

/** Every notebook as it is, and those of the course as a student gets them. */
async function wantedPages(
  paths: readonly string[],
  students: ReadonlyMap<string, Notebook>,
  solutions: boolean,
): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const path of paths) {
    const name = basename(path, ".ipynb"), notebook = inLanguage(withoutSlots(await readNotebook(path)));
    const student = dirname(path) === join(root, "notebooks") ? students.get(name) : undefined;
    if (solutions) wanted.push({ name, path, notebook, edition: "solution" });
    if (student) wanted.push({ name: `${name}.student`, path, notebook: student, edition: "student" });
  }
  return wanted;
}

/** With a file of this notebook: checks look into what is saved, and the course's own has the answers. */
async function asSaved<T>(notebook: Notebook, use: (file: string) => Promise<T>): Promise<T> {
  const file = await Deno.makeTempFile({ suffix: ".ipynb" });
  try {
    await Deno.writeTextFile(file, formatNotebook(notebook));
    return await use(file);
  } finally {
    await Deno.remove(file);
  }
}

/** Executes notebooks, one after the other, and leaves out those that say something they should not. */
async function execute(wanted: readonly Wanted[], timeout: number): Promise<Map<string, NotebookRun>> {
  const runs = new Map<string, NotebookRun>();
  for (const { name, path, notebook, edition } of wanted) {
    const run = edition === "student"
      ? await asSaved(
        notebook,
        (file) => executeNotebook(path, notebook, { timeout, edition, env: { JPY_SESSION_NAME: file } }),
      )
      : await executeNotebook(path, notebook, { timeout, edition });
    for (const { cell, line, message } of run.problems) {
      console.error(`${shortPath(path)}, cell ${cell}${line ? `, line ${line}` : ""}: ${message}`);
    }
    if (run.problems.length === 0) runs.set(name, run);
    else console.error(`${name}: no handout, because of ${count(run.problems.length, "problem")}`);
  }
  return runs;
}

function colophon(name: string, { cells, verdicts }: NotebookRun): string {
  const [notebook, student] = name.split(".");
  const said = student ? "the student’s edition" : "none that does not hold";
  return `Made from <code>notebooks/${notebook}.ipynb</code> by running it with Deno ${Deno.version.deno}: ` +
    `${count(cells, "code cell")}, ${count(verdicts.length, "verdict")}, ${said}.`;
}

/** Writes a page; false where it does what no handout may. */
async function writePage(path: string, page: Page): Promise<boolean> {
  const html = pageHtml({ about: aboutWords(basename(path).split(".")[0]), ...page }),
    wrong = objections(html);
  for (const words of wrong) console.error(`${shortPath(path)} ${words}`);
  await Deno.writeTextFile(path, html);
  console.log(`${shortPath(path)} (${(html.length / 1e6).toFixed(1)} MB)`);
  return wrong.length === 0;
}

/** A page of an earlier run would pass for this one's; a site for students would publish an old solution. */
async function removeOld(
  out: string,
  names: readonly string[],
  runs: ReadonlyMap<string, NotebookRun>,
  solutions: boolean,
): Promise<void> {
  const unmade = names.flatMap((name) => [name, `${name}.student`]).filter((name) => !runs.has(name));
  const secret = Object.values(registry.questions).map(({ notebook }) => notebook);
  const old = [
    ...unmade.map((name) => `${name}.html`),
    ...(solutions ? [] : [
      ...["ledger.html", "errata.html", "reproductions.html"],
      ...secret.flatMap((name) => [`${name}.html`, `${name}.ipynb`]),
    ]),
  ];
  for (const file of old) await Deno.remove(join(out, file)).catch(() => {});
}

/** The first page for students. */
async function writeFront(out: string, pages: readonly Front[]): Promise<boolean[]> {
  const from = `Made from ${count(pages.length, "executed notebook")} with Deno ${Deno.version.deno}.`;
  const page = { title: "Show Your Work", main: frontMain(pages), colophon: from };
  return [await writePage(join(out, "index.html"), page)];
}

/** The pages of the site that belong to no notebook. */
async function writeSite(out: string, chapters: readonly Chapter[]): Promise<boolean[]> {
  const from = `Made from ${count(chapters.length, "executed notebook")} with Deno ${Deno.version.deno}.`;
  const reproduced = await records();
  const pages = [
    { name: "index.html", title: "Show Your Work", main: indexMain(chapters, agreement(reproduced)) },
    { name: "ledger.html", title: "The ledger", main: ledgerMain(chapters) },
    { name: "errata.html", title: "Errata", main: errataMain(chapters) },
    { name: "reproductions.html", title: "Reproductions", main: reproductionsMain(reproduced) },
  ];
  return await Promise.all(
    pages.map(({ name, title, main }) =>
      writePage(join(out, name), { title, main, colophon: from, site: true })
    ),
  );
}

async function handout(args: string[]): Promise<number> {
  const command = parseCommand(args);
  if (command === null) {
    console.log(help);
    return 0;
  }
  const { named, out, site, solutions, executed, pictures, still, timeout, seed } = command;
  if (seed !== undefined) {
    const { folderOf, makeFor } = await import("./variants.ts");
    const own = named.map((path) => join(folderOf(seed), "notebooks", basename(path)));
    const given = [...own, "--limit", String(timeout / 1000), ...still ? ["--static"] : []];
    const more = [...executed ? ["--executed"] : [], ...pictures ? ["--pictures"] : []];
    const made = await makeFor(seed, "tools/handout.ts", [...given, ...more], out, (name) => name !== "");
    console.log(made.map(shortPath).join("\n"));
    return 0;
  }
  const paths = await notebookPaths(named, root);
  if (paths.length === 0) {
    throw new Error(`Cannot make handouts: expected notebooks in ${root}/notebooks, got none`);
  }
  const environment = await setUp(thisPlatform());
  const course = await studentCourse(root);
  const wanted = await wantedPages(paths, course.notebooks, solutions);
  const runs = await execute(wanted, timeout);
  await Deno.mkdir(out, { recursive: true });
  await removeOld(out, paths.map((path) => basename(path, ".ipynb")), runs, solutions);
  const notebooks = new Map([...runs].map(([name, run]) => [name, run.notebook]));
  const chapters: Chapter[] = [], fronts: Front[] = [], written: boolean[] = [];
  const live = still ? undefined : liveMaker(course.files);
  for (const [name, cells] of await convertNotebooks(environment, notebooks)) {
    const { title, main } = notebookMain(cells), run = runs.get(name)!;
    const forStudents = name.endsWith(".student");
    // the ledger and the errata tell what students are asked: their pages stand alone
    const page = {
      ...{ title, main, colophon: colophon(name, run), site: site && !forStudents, code: true },
      ...(forStudents && live ? { live: await live(name.replace(/\.student$/, "")) } : {}),
    };
    written.push(await writePage(join(out, `${name}.html`), page));
    if (executed) {
      const { notebook, missing } = pictures
        ? await withPictures(run.notebook)
        : { notebook: run.notebook, missing: undefined };
      if (missing) console.error(`${name}.ipynb: no pictures of its figures, ${missing}`);
      await writeNotebook(join(out, `${name}.ipynb`), withSlides(withLatex(notebook)));
    }
    if (forStudents) fronts.push({ name, title, notebook: run.notebook });
    else {
      chapters.push({ name, title, notebook: run.notebook, student: runs.has(`${name}.student`) });
    }
  }
  if (site) {
    written.push(...await (solutions ? writeSite(out, chapters) : writeFront(out, fronts)));
    const folder = await Deno.makeTempDir({ prefix: "show-your-work-student-" });
    await Deno.writeFile(join(out, "student.zip"), await packStudent(course, folder));
    await Deno.remove(folder, { recursive: true });
  }
  return runs.size < wanted.length || written.includes(false) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await handout(Deno.args).catch(fail));
