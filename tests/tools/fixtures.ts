/** What the tests of the tools share: notebooks made on the spot, in folders that go away. */
import course from "../../data/course.json" with { type: "json" };
import { everyQuestion } from "../../tools/course.ts";
import { formatNotebook, type Notebook } from "../../tools/notebook.ts";

/** What every answer is worth, asked this year or not, and all answers of a notebook together. */
const questions = Object.values(everyQuestion(course));
export const worthOf: Readonly<Record<string, number>> = Object.fromEntries(
  questions.flatMap(({ answers }) => answers.map(({ name, points }) => [name, points])),
);
export const allOf = (notebook: string): number =>
  questions.find((one) => one.notebook === notebook)!.answers.reduce((sum, { points }) => sum + points, 0);

/** Whether a question whose notebook a test takes for its example rests this year: then the test does. */
export const rests = (...notebooks: readonly string[]): boolean =>
  notebooks.some((one) => !Object.values(course.questions).some(({ notebook }) => notebook === one));

/** A cell after which a kernel says in English what tests look at, whatever this year's course speaks. */
export const inEnglish = '(await import("lib/show/language.ts")).speak("en");';

export type FixtureCell = { id: string; source: string; type?: "code" | "markdown"; tags?: string[] };

export function notebookOf(...cells: FixtureCell[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map(({ id, source, type = "code", tags }) => {
      const common = { id, source, metadata: tags ? { tags } : {} };
      return type === "code"
        ? { cell_type: "code", ...common, outputs: [], execution_count: null }
        : { cell_type: "markdown", ...common };
    }),
  };
}

/** A folder for one test. */
export async function inFolder<T>(action: (folder: string) => Promise<T>, prefix = "syw-test-"): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix });
  try {
    return await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

export async function writeFixture(path: string, ...cells: FixtureCell[]): Promise<void> {
  await Deno.writeTextFile(path, formatNotebook(notebookOf(...cells)));
}

export type Ran = { code: number; stdout: string; stderr: string };

/** What Deno says when it runs in a folder, which it must without a fault. */
export async function deno(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", INIT_CWD: cwd },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (code !== 0) throw new Error(`${args.join(" ")}: ${said}`);
  return said;
}

/** Runs one of the course's programs, as `deno task` does. */
export async function runTool(file: string, ...args: string[]): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", file, ...args],
    env: { NO_COLOR: "1", INIT_CWD: "" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
