/** `deno task new`: a question with all that belongs to it, or a course of one's own with this machinery. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { tables } from "lib/show/language.ts";
import { fail, readersPath, root } from "./command.ts";
import { subjectOf } from "./course.ts";
import { type Cell, courseMetadata, formatNotebook } from "./notebook.ts";
import { cells } from "./new/question/notebook.ts";

const help =
  `deno task new question NAME     a sixth question: lib/NAME/, its notebook, its test, its place in
                                data/course.json; everything is green, and yours to change
deno task new course DIR        an empty course with this machinery and one worked question`;

type Questions = Record<string, { notebook: string }>;
type Registry =
  & { questions: Questions; resting?: Questions; variant?: { year: number; seed: number } }
  & Record<string, unknown>;

/** What of the house a new course is made of; subjects, their data and their tests stay behind. */
const machinery = [
  ...["deno.json", "deno.lock", "LICENSE", ".gitignore", ".vscode", ".ci"],
  ...[
    "lib/tensor",
    "lib/math",
    "lib/proof",
    "lib/show",
    "lib/course",
    "tools",
    "data/gradescope",
    "data/nbgrader",
  ],
  ...["data/digits.json", "tests/house_test.ts"],
];

const asIs = new Set(["notebook.ts"]);

/**
 * Adds a question to the course in a folder.
 *
 * @param name small letters, digits and `_`: the name of its folder, notebook, test and data
 * @returns the files that were written, by path from the folder
 * @throws Error for another name, or one that is taken
 */
export async function newQuestion(folder: string, name: string): Promise<string[]> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Error(
      `Cannot make a question: expected a name of small letters, digits and _, got ${name || "none"}`,
    );
  }
  if (existsSync(join(folder, "lib", name))) {
    throw new Error(`Cannot make a question: expected a name that is free, got ${name}, which lib/ has`);
  }
  const course = await Deno.readTextFile(join(folder, "data/course.json"));
  const registry: Registry = JSON.parse(course);
  const number = 1 + Math.max(0, ...Object.keys({ ...registry.questions, ...registry.resting }).map(Number));
  const words = name.replace(/_/g, " "), title = words[0].toUpperCase() + words.slice(1);
  const camel = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const own = (text: string) =>
    text.replaceAll("coinsVariance", `${camel}Variance`).replace(/\bcoins\b(?=[./"])/g, name)
      .replace(/“?\bCoins\b/g, title).replace(/\b6\.1\b/g, `${number}.1`).replace(/\bq6-/g, `q${number}-`)
      .replace(/# 6 ·/g, `# ${number} ·`);
  const files = new Map<string, string>();
  const template = join(root, "tools/new/question");
  for await (const { name: file } of Deno.readDir(template)) {
    if (asIs.has(file)) continue;
    const text = own(await Deno.readTextFile(join(template, file)));
    files.set(...placed(file, name, text));
  }
  const notebook = `${String(number).padStart(2, "0")}_${name}`;
  files.set(
    `notebooks/${notebook}.ipynb`,
    own(formatNotebook({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: courseMetadata,
      cells: cells.map(([kind, id, tags, source]): Cell => {
        const metadata = tags.length > 0 ? { tags } : {};
        return kind === "code"
          ? { cell_type: "code", id, metadata, source, outputs: [], execution_count: null }
          : { cell_type: "markdown", id, metadata, source };
      }),
    })),
  );
  const question = { question: `${number}.1`, name: `${camel}Variance`, points: 2 };
  files.set("data/course.json", withQuestion(course, number, { title, notebook, answers: [question] }));
  for (const [path, text] of files) await write(join(folder, path), text);
  await deno(folder, "run", "-A", "tools/tidy.ts", `notebooks/${notebook}.ipynb`);
  await deno(folder, "fmt", "--quiet", `lib/${name}`, `tests/${name}`);
  return [...files.keys()];
}

/** The registry with one question more; everything else stays as it is written. */
function withQuestion(
  text: string,
  number: number,
  { title, notebook, answers }: { title: string; notebook: string; answers: object[] },
): string {
  const from = text.indexOf("{", text.indexOf('"questions":'));
  const said = answers.map((answer) => `        ${JSON.stringify(answer, null, 1).replace(/\s+/g, " ")}`);
  const entry = `    "${number}": {
      "title": ${JSON.stringify(title)},
      "notebook": ${JSON.stringify(notebook)},
      "answers": [
${said.join(",\n")}
      ]
    }`;
  // the record of questions ends where what was read so far is one
  for (let end = text.indexOf("}", from); end > 0; end = text.indexOf("}", end + 1)) {
    if (!isJson(text.slice(from, end + 1))) continue;
    const known = text.slice(from + 1, end).trimEnd();
    return `${text.slice(0, from + 1)}${known}${known === "" ? "" : ","}\n${entry}\n  ${text.slice(end)}`;
  }
  throw new Error("Cannot make a question: expected questions in data/course.json, got none");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where a file of the template goes, with its imports as they are written there. */
function placed(file: string, name: string, text: string): [path: string, text: string] {
  if (file === "test.ts") {
    const moved = text.replace(/"\.\/(\w+)\.json"/, `"../../data/${name}.json"`)
      .replace(/"\.\/(\w+)\.ts"/g, (_, module: string) => `"lib/${name}/${module}.ts"`);
    return [`tests/${name}/${name}_test.ts`, moved];
  }
  if (file.startsWith("coins.") && !file.endsWith(".ts")) {
    return [`data/${name}${file.slice("coins".length)}`, text];
  }
  return [`lib/${name}/${file === "coins.ts" ? `${name}.ts` : file}`, text];
}

/**
 * Makes a course in a folder of its own.
 *
 * @throws Error for a folder that is there and not empty
 */
export async function newCourse(folder: string): Promise<string[]> {
  if (existsSync(folder) && [...Deno.readDirSync(folder)].length > 0) {
    throw new Error(`Cannot make a course in ${folder}: expected an empty folder, got one with files in it`);
  }
  for (const path of machinery) {
    if (existsSync(join(root, path))) await copy(join(root, path), join(folder, path));
  }
  const whole: Registry = JSON.parse(await Deno.readTextFile(join(root, "data/course.json")));
  const registry = {
    ...whole,
    picture: undefined,
    resting: undefined,
    title: "A course whose every line runs",
    variant: { year: whole.variant?.year, seed: whole.variant?.seed },
    questions: {},
  };
  await write(join(folder, "data/course.json"), JSON.stringify(registry, null, 2) + "\n");
  const subjects = Object.values({ ...whole.questions, ...whole.resting }).map(({ notebook }) =>
    subjectOf(notebook)
  );
  for (const [language, table] of Object.entries(tables)) {
    const parts = Object.entries(table).filter(([part]) => !subjects.includes(part.split(" ")[0]));
    await write(
      join(folder, `data/${language}.json`),
      JSON.stringify(Object.fromEntries(parts), null, 2) + "\n",
    );
  }
  await write(
    join(folder, "README.md"),
    `# A course whose every line runs\n\n\`\`\`sh\nnpx -y deno@${Deno.version.deno} task lab\nnpx -y deno@${Deno.version.deno} task test\n\`\`\`\n\nTitle, dates and points: \`data/course.json\`. A further question: \`deno task new question NAME\`.\n`,
  );
  return await newQuestion(folder, "coins");
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) {
    await Deno.mkdir(dirname(to), { recursive: true });
    return await Deno.copyFile(from, to);
  }
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

async function deno(cwd: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", INIT_CWD: cwd },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot finish ${cwd}: ${new TextDecoder().decode(stderr).trim()}`);
}

async function make([what, name]: string[]): Promise<void> {
  if (what === "question") {
    const files = await newQuestion(root, name ?? "");
    console.log(
      `${files.join("\n")}\n\nTry it: deno test -A tests/${name} and deno task run ${
        files.find((f) => f.endsWith(".ipynb"))
      }`,
    );
  } else if (what === "course" && name !== undefined) {
    const folder = readersPath(name);
    await newCourse(folder);
    console.log(`${folder} is a course of its own: its README says how to start`);
  } else console.log(help);
}

if (import.meta.main) await make(Deno.args).catch(fail);
