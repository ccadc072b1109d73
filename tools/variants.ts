/** A variant of the course for one student: the same questions with other numbers, drawn from the student's seed. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { random } from "lib/math/random.ts";
import course from "../data/course.json" with { type: "json" };
import { root } from "./command.ts";
import { subjectOf } from "./course.ts";
import { wholeProject } from "./editions/project.ts";
import { writeFiles } from "./editions.ts";

/** This year's variant with the numbers that a seed draws; a question that draws none keeps its own. */
export async function drawnVariant(seed: number): Promise<Record<string, unknown>> {
  const numbers: Record<string, unknown> = {};
  for (const [number, { notebook }] of Object.entries(course.questions)) {
    const path = join(root, "lib", subjectOf(notebook), "variant.ts");
    const there = await Deno.stat(path).then(() => true, () => false);
    const { draw } = there ? await import(pathToFileURL(path).href) : {} as { draw?: undefined };
    // each question draws on its own: one more of them moves no other's numbers
    if (draw) numbers[number] = draw(random(seed * 100 + Number(number)));
  }
  return { ...course.variant, ...numbers, student: seed };
}

/** Where the course with a student's numbers lies. */
export const folderOf = (seed: number): string => join(root, "build", "variants", `seed-${seed}`);

/** The course with a student's numbers, in a folder of its own below build/. */
export async function courseOf(seed: number): Promise<string> {
  const folder = folderOf(seed), files = await wholeProject(root);
  files.set(
    "data/course.json",
    JSON.stringify({ ...course, variant: await drawnVariant(seed) }, null, 2) + "\n",
  );
  await writeFiles(folder, files);
  for (const path of ["tools", "data"]) await copyRest(join(root, path), join(folder, path));
  await Deno.symlink(join(root, "node_modules"), join(folder, "node_modules")).catch((cause) => {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw cause;
  });
  await runIn(folder, "tools/tidy.ts", [], "null");
  return folder;
}

/** Copies what is not text of the project: templates, styles, pictures. */
async function copyRest(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    const target = join(to, name);
    if (isDirectory) await copyRest(join(from, name), target);
    else if (isFile && !await Deno.stat(target).then(() => true, () => false)) {
      await Deno.copyFile(join(from, name), target);
    }
  }
}

/**
 * Runs a program of the course in such a folder.
 *
 * @throws Error when it fails
 */
export async function runIn(
  folder: string,
  program: string,
  args: readonly string[],
  stdout: "inherit" | "null" = "inherit",
): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", join(folder, "deno.json"), join(folder, program), ...args],
    cwd: folder,
    env: { COURSE_HOME: root },
    stdin: "null",
    stdout,
    stderr: "inherit",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot run ${program} for ${folder.split(/[\\/]/).at(-1)}: it ended with ${code}`);
  }
}

/** Makes what a program writes into its `--out` folder for one seed; the seed stands in the name of every file. */
export async function makeFor(
  seed: number,
  program: string,
  args: readonly string[],
  out: string,
  wanted: (name: string) => boolean,
): Promise<string[]> {
  const folder = await courseOf(seed), made = join(folder, "out"), names: string[] = [];
  await runIn(folder, program, [...args, "--out", made], "null");
  await Deno.mkdir(out, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(made)) {
    if (!isFile || !wanted(name)) continue;
    const target = join(out, name.replace(/(\.\w+)$/, `.seed-${seed}$1`));
    await Deno.copyFile(join(made, name), target);
    names.push(target);
  }
  await Deno.remove(made, { recursive: true });
  return names.sort();
}
