/** `deno task editions`: the student's project and its zip, the solutions, an nbgrader course. */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import course from "../data/course.json" with { type: "json" };
import { count, fail, root, shortPath } from "./command.ts";
import { assertCells, readSeed } from "./course.ts";
import { leaks } from "./editions/leak.ts";
import { nbgraderCourse } from "./editions/nbgrader.ts";
import { drawPictures } from "./editions/picture.ts";
import { type Edition, type Files, solutionEdition, studentEdition, subjects } from "./editions/project.ts";
import { archive } from "./editions/zip.ts";
import { parseNotebook } from "./notebook.ts";
import { fillSlots } from "./tidy/slots.ts";
import { valuesOf } from "./tidy/values.ts";

const help = `deno task editions [--out DIR] [--no-pictures]

Makes from every notebook, into build/ (or DIR):
  student/, student.zip   a project of its own: empty answers, no solution anywhere
  solution/               the same project, whole
  nbgrader/               a course folder for nbgrader

  --seed N                student.seed-N.zip alone, with the numbers that a student's seed draws
  --no-pictures           figures of solutions are left out instead of drawn`;

/**
 * Makes all editions.
 *
 * @param out folder they go into; what an earlier run left there is replaced (an installed .venv stays)
 * @throws Error for unbalanced markers, a file that may not leave, a leak, or a student's project that has type faults
 */
export async function makeEditions(out: string, { pictures = true } = {}): Promise<string[]> {
  const chosen = await subjects(root);
  await assertNotebooks(chosen);
  const drawn = await drawPictures(root, chosen, pictures);
  const student = await studentEdition(root, drawn.pictures);
  await Deno.writeFile(join(out, "student.zip"), await packStudent(student, join(out, "student")));
  await writeFiles(join(out, "solution"), await solutionEdition(root));
  await writeFiles(join(out, "nbgrader"), await nbgraderCourse(root, student.files, drawn.pictures));
  return [
    `${count(chosen.length, "notebook")}, ${count(student.files.size, "file")} for students, ` +
    `${count(student.cuts.size, "solution")} left out, ${count(drawn.pictures.size, "picture")}` +
    (drawn.missing ? ` (${drawn.missing})` : ""),
  ];
}

/**
 * The student's project as a zip.
 *
 * @param folder where it is written and its types are checked
 * @throws Error for a leak, or for what type faults it has
 */
export async function packStudent(
  { files, cuts }: Edition,
  folder: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const found = leaks(cuts, files);
  if (found.length > 0) {
    throw new Error(
      `Cannot hand out the student's project: expected no solution in it, got\n${
        found.map(({ file, from, text }) => `  ${file}: “${text}” from ${from}`).join("\n")
      }`,
    );
  }
  await writeFiles(folder, files);
  await settleLock(folder);
  await checkTypes(folder, files);
  files.set("deno.lock", await Deno.readTextFile(join(folder, "deno.lock")));
  return archive(files, "show-your-work");
}

/** What is asked must be what is checked: the notebooks have the answers and say the numbers of data/course.json. */
async function assertNotebooks(chosen: readonly { notebook: string; file: string }[]): Promise<void> {
  for (const { notebook, file } of chosen) {
    const whole = parseNotebook(await Deno.readTextFile(join(root, file)), file);
    assertCells(course, new Map([[notebook, whole.cells.map(({ id }) => id)]]));
    const { notebook: { cells }, faults } = fillSlots(whole, ...valuesOf(notebook));
    if (faults.length > 0) throw new Error(`${file}, ${faults[0]}`);
    const stale = whole.cells.find(({ source }, i) => source !== cells[i].source);
    if (stale) {
      throw new Error(
        `Cannot hand out ${file}, cell ${stale.id}: expected the numbers of data/course.json, got others; ` +
          "write them with deno task tidy",
      );
    }
  }
}

/** Writes the files and removes what was there before, but for an environment that was installed there. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) {
    if (name !== ".venv" && name !== "node_modules") {
      await Deno.remove(join(folder, name), { recursive: true });
    }
  }
  for (const [path, text] of files) {
    const target = join(folder, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeTextFile(target, text);
  }
}

/** The lock of the whole course, reduced to what this project uses: the same versions, checked by the same sums. */
async function settleLock(folder: string): Promise<void> {
  await Deno.copyFile(join(root, "deno.lock"), join(folder, "deno.lock"));
  await runDeno(folder, ["install", "--lockfile-only"], "make the lock file of the student's project");
}

/** What was cut must not be missed: types of all modules hold without it. */
async function checkTypes(folder: string, files: Files): Promise<void> {
  const modules = [...files.keys()].filter((path) => path.endsWith(".ts"));
  await runDeno(folder, ["check", "--node-modules-dir=none", ...modules], "hand out the student's project");
}

async function runDeno(folder: string, args: string[], doing: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot ${doing}: ${new TextDecoder().decode(stderr).trim()}`);
}

async function editions(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string", default: join(root, "build") },
      "no-pictures": { type: "boolean", default: false },
      seed: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return console.log(help);
  if (values.seed !== undefined) {
    const { makeFor } = await import("./variants.ts"), seed = readSeed(values.seed);
    const given = values["no-pictures"] ? ["--no-pictures"] : [];
    const made = await makeFor(
      seed,
      "tools/editions.ts",
      given,
      values.out,
      (name) => name === "student.zip",
    );
    return console.log(made.map(shortPath).join("\n"));
  }
  const start = performance.now();
  const said = await makeEditions(values.out, { pictures: !values["no-pictures"] });
  console.log([...said, `${((performance.now() - start) / 1000).toFixed(1)} s`].join("\n"));
}

if (import.meta.main) await editions(Deno.args).catch(fail);
