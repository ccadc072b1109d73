import { basename } from "node:path";
import course from "../../data/course.json" with { type: "json" };
import { lang, said, saidMarkdown, tables } from "lib/show/language.ts";
import { formatNotebook, type Notebook, parseNotebook } from "../notebook.ts";
import { studentLibrary } from "./library.ts";
import { importsOf, type Picture, solutionNotebook, studentNotebook } from "./notebook.ts";
import { dateWords, notebookTable, startPage } from "./start.ts";
import { fingerprintFile, slipFile, slipsOf } from "./prints.ts";
import { subjectOf } from "../course.ts";

/** Files of one edition by path from its folder. */
export type Files = Map<string, string>;

/** What was cut, by file or by file and cell: what must not be found in a student's project. */
export type Cuts = Map<string, string>;

export interface Edition {
  files: Files;
  cuts: Cuts;
}

/** The tasks a student needs: their programs come along, with the modules these import. */
const tasks = ["setup", "lab", "run", "doctor", "kernel", "submit"];

/** Programs that others start: `submit` the grader's own, so that a rehearsal is what it says; JupyterLab its language server. */
const started = [
  ...["sandbox", "desk", "worker"].map((name) => `tools/grade/${name}.ts`),
  "tools/lab/language_server.ts",
];

/** The programs that a task's command runs. */
const programsOf = (command: string) => command.match(/tools\/\w+\.ts/g) ?? [];

/** Names of answers with their points. */
export const points: ReadonlyMap<string, number> = new Map(
  Object.values(course.questions).flatMap((q) => q.answers.map((a) => [a.name, a.points] as const)),
);

/** Subjects of the course whose notebook is there, in order. */
export async function subjects(root: string): Promise<{ subject: string; notebook: string; file: string }[]> {
  const found = [];
  for (const { notebook } of Object.values(course.questions)) {
    const file = `notebooks/${notebook}.ipynb`;
    if (await exists(`${root}/${file}`)) {
      found.push({ subject: subjectOf(notebook), notebook, file });
    }
  }
  return found;
}

export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/**
 * The student's project: notebooks without solutions and exactly what they need of the house.
 *
 * @param root the course's folder
 * @param pictures figures as pictures, by the id of their cell
 * @param only subjects to take (default: all)
 */
export async function studentEdition(
  root: string,
  pictures: ReadonlyMap<string, Picture> = new Map(),
  only?: readonly string[],
): Promise<Edition> {
  const read = (path: string) => Deno.readTextFile(`${root}/${path}`);
  const chosen = (await subjects(root)).filter(({ subject }) => only?.includes(subject) ?? true);
  const cuts: Cuts = new Map(), notebooks: Files = new Map(), wanted = new Map<string, string>();
  const given = new Map([["data/course.json", publicCourse()], ...publicWords()]);
  for (const { subject, file } of chosen) {
    const { notebook, cut } = studentNotebook(parseNotebook(await read(file), file), basename(file), {
      pictures,
      points,
    });
    for (const [cell, text] of cut) cuts.set(`${file}, cell ${cell}`, text);
    notebooks.set(file, formatNotebook(inLanguage(notebook)));
    const known = `lib/${subject}/misconceptions.ts`;
    given.set(known, await fingerprintFile(subject, known));
    const slips = await slipsOf(root, subject);
    if (slips) given.set(slips, await slipFile(subject));
    for (const path of await solutionsOf(root, subject)) cuts.set(path, await read(path));
    for (const path of importsOf(notebook)) wanted.set(path, file);
  }
  const configuration: Configuration = JSON.parse(await read("deno.json"));
  for (const name of tasks) {
    for (const path of programsOf(configuration.tasks[name] ?? "")) wanted.set(path, `task ${name}`);
  }
  for (const path of started) wanted.set(path, "task submit or lab");
  const files = await studentLibrary(read, wanted, given);
  for (const [file, text] of notebooks) {
    files.set(file, text);
    files.set(`.handed_out/${basename(file)}`, text);
  }
  for (const path of ["LICENSE", "tools/requirements.in", "tools/requirements.txt"]) {
    if (await exists(`${root}/${path}`)) files.set(path, await read(path));
  }
  const readme = await read("tools/editions/student.md");
  files.set(
    "README.md",
    saidMarkdown(readme).replace("{{title}}", said(course.title)).replace("{{due}}", dateWords(course.due))
      .replace(
        "{{notebooks}}",
        saidMarkdown(notebookTable()),
      ),
  );
  files.set("start.md", saidMarkdown(startPage()));
  for (const name of ["settings.json", "extensions.json"]) {
    if (await exists(`${root}/.vscode/${name}`)) files.set(`.vscode/${name}`, await read(`.vscode/${name}`));
  }
  files.set(".gitignore", await read(".gitignore"));
  files.set("deno.json", studentConfiguration(configuration, files));
  return { files: new Map([...files].sort(([a], [b]) => a < b ? -1 : 1)), cuts };
}

/** The modules of a subject that hold what students must not find: solutions, claims, right and wrong formulas. */
async function solutionsOf(root: string, subject: string): Promise<string[]> {
  const all = await modulesIn(root, `lib/${subject}`);
  return all.filter((path) => /^lib\/\w+\/(claims|slips|solution)(\/|\.ts$)/.test(path));
}

/** The modules in a folder, and in the folders in it. */
async function modulesIn(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await modulesIn(root, path));
    else if (name.endsWith(".ts")) found.push(path);
  }
  return found.sort();
}

/** The course without what only graders know: the seed of their instances. */
function publicCourse(): string {
  const { seed: _, ...grading } = course.grading;
  return JSON.stringify({ ...course, grading }, null, 2) + "\n";
}

/**
 * The translations that a student's project may hold: what its cards and checks say. What speaks of solutions stands
 * in parts of the table named so, and nothing is needed of a language that is not spoken.
 */
function publicWords(): [string, string][] {
  return Object.entries(tables).map(([name, table]) => {
    const parts = Object.entries(table).filter(([part]) => name === lang() && !/solution/.test(part));
    return [`data/${name}.json`, JSON.stringify(Object.fromEntries(parts), null, 2) + "\n"];
  });
}

/** The notebook with its text in the reader's language; its code is the one that there is. */
export const inLanguage = (notebook: Notebook): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) =>
    cell.cell_type === "markdown" && !cell.id.startsWith("answer-")
      ? { ...cell, source: saidMarkdown(cell.source) }
      : cell
  ),
});

type Configuration =
  & { imports: Record<string, string>; tasks: Record<string, string> }
  & Record<string, unknown>;

/** deno.json of the student's project: the tasks that are for students, the packages that are used. */
function studentConfiguration(whole: Configuration, files: Files): string {
  const text = [...files].filter(([path]) => /\.(ts|ipynb)$/.test(path)).map(([, t]) => t).join("\n");
  const uses = (name: string) => text.includes(`"${name}`) || text.includes(`\\"${name}`);
  const kept = tasks.flatMap((name): [string, string][] => {
    const command = whole.tasks[name];
    return command === undefined ? [] : [[name, name === "run" ? `${command} --student` : command]];
  });
  return JSON.stringify(
    {
      ...whole,
      imports: Object.fromEntries(Object.entries(whole.imports).filter(([name]) => uses(name))),
      tasks: Object.fromEntries(kept),
    },
    null,
    2,
  ) + "\n";
}

/** The whole project as it is: what grades, wherever that is. */
export async function wholeProject(root: string): Promise<Files> {
  const files: Files = new Map();
  const take = async (path: string) => {
    for await (const { name, isDirectory, isFile } of Deno.readDir(`${root}/${path}`)) {
      const inner = `${path}/${name}`;
      if (isDirectory) await take(inner);
      else if (isFile && /(\.(ts|json|py|md|txt|in|sh)|\/run_autograder)$/.test(inner)) {
        files.set(inner, await Deno.readTextFile(`${root}/${inner}`));
      }
    }
  };
  for (const folder of ["lib", "data", "tools"]) await take(folder);
  for (const { file } of await subjects(root)) files.set(file, await Deno.readTextFile(`${root}/${file}`));
  const beside = ["LICENSE", "README.md", "deno.json", "deno.lock", ".gitignore"];
  for (const path of [...beside, ".vscode/settings.json", ".vscode/extensions.json"]) {
    if (await exists(`${root}/${path}`)) files.set(path, await Deno.readTextFile(`${root}/${path}`));
  }
  return new Map([...files].sort(([a], [b]) => a < b ? -1 : 1));
}

/** The whole project for instructors to read: every notebook with its solutions, without the markers. */
export async function solutionEdition(root: string): Promise<Files> {
  const files = await wholeProject(root);
  for (const { file } of await subjects(root)) {
    files.set(file, formatNotebook(solutionNotebook(parseNotebook(files.get(file) ?? "", file))));
  }
  return files;
}
