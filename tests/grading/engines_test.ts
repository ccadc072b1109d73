/** The engines that grade a class beyond one machine: Gradescope's autograder, nbgrader. The long tests install them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeEditions } from "../../tools/editions.ts";
import { autograderZip } from "../../tools/gradescope.ts";
import { kernelspec } from "../../tools/setup/kernelspec.ts";
import { type RawNotebook, right, root, submission } from "./course.ts";

const long = Deno.env.get("LONG") === "1";

async function run(
  command: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd, env }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, `${command} ${args.join(" ")}: ${said}`);
  return said;
}

/** Every field that Gradescope documents, with its form. */
const documented: Record<string, (value: unknown) => boolean> = {
  score: (v) => typeof v === "number",
  output: (v) => typeof v === "string",
  output_format: (v) => ["text", "html", "simple_format", "md", "ansi"].includes(v as string),
  visibility: (v) => ["hidden", "after_due_date", "after_published", "visible"].includes(v as string),
  stdout_visibility: (v) => ["hidden", "after_due_date", "after_published", "visible"].includes(v as string),
  extra_data: (v) => typeof v === "object",
  tests: Array.isArray,
  max_score: (v) => typeof v === "number",
  status: (v) => v === "passed" || v === "failed",
  name: (v) => typeof v === "string",
  number: (v) => typeof v === "string",
};

function checkForm(results: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(results)) assert.ok(documented[key]?.(value), `${key}: ${value}`);
  for (const test of results.tests as Record<string, unknown>[]) {
    for (const [key, value] of Object.entries(test)) assert.ok(documented[key]?.(value), `${key}: ${value}`);
  }
}

Deno.test("law: the Gradescope bundle grades a submission as Gradescope runs it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-gradescope-" });
  try {
    await Deno.writeFile(join(folder, "bundle.zip"), await autograderZip());
    await run("python3", ["-m", "zipfile", "-e", "bundle.zip", "source"], folder);
    const environment = { AUTOGRADER: folder };
    if (long) await run("bash", ["source/setup.sh"], folder, environment);
    else await run(Deno.execPath(), ["install", "--frozen"], join(folder, "source", "course"));
    for (const [answers, score] of [[right, 13], [{ ...right, A: "const A = 1;" }, 9]] as const) {
      await Deno.mkdir(join(folder, "submission"), { recursive: true });
      await Deno.writeTextFile(join(folder, "submission", "04_gan.ipynb"), await submission(answers));
      const path = `${join(Deno.execPath(), "..")}:${Deno.env.get("PATH")}`;
      // the short run uses the cache that is there
      const cache: Record<string, string> = long ? {} : { PATH: path };
      if (!long) await linkCache(folder);
      await run("bash", ["source/run_autograder"], folder, { ...environment, ...cache });
      const results = JSON.parse(await Deno.readTextFile(join(folder, "results", "results.json")));
      checkForm(results);
      assert.equal(results.score, score);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Lets the autograder's package cache be this machine's. */
async function linkCache(folder: string): Promise<void> {
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: root }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(info.stdout));
  await Deno.symlink(denoDir, join(folder, "deno")).catch(() => {});
}

Deno.test("law: a failing autograder still says something", async () => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-gradescope-" });
  try {
    await Deno.mkdir(join(folder, "source", "course"), { recursive: true });
    await Deno.mkdir(join(folder, "submission"));
    await Deno.writeTextFile(join(folder, "source", "course", "deno.json"), `{"tasks": {"grade": "exit 1"}}`);
    await run("bash", [`${root}/data/gradescope/run_autograder`], folder, { AUTOGRADER: folder });
    const results = JSON.parse(await Deno.readTextFile(join(folder, "results", "results.json")));
    checkForm(results);
    assert.match(results.output, /not your fault/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "second engine: nbgrader makes, grades and answers the course",
  ignore: !long,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "show-your-work-nbgrader-" });
    try {
      await makeEditions(join(folder, "build"), { pictures: false });
      const course = join(folder, "build", "nbgrader"), scripts = join(folder, "venv", "bin");
      await run("python3", ["-m", "venv", "venv"], folder);
      await run(
        join(scripts, "pip"),
        ["install", "-q", "--disable-pip-version-check", "nbgrader==0.9.6"],
        folder,
      );
      const kernel = join(folder, "venv", "share", "jupyter", "kernels", "deno");
      await Deno.mkdir(kernel, { recursive: true });
      await Deno.writeTextFile(join(kernel, "kernel.json"), kernelspec(Deno.execPath()));
      const env = { PATH: `${scripts}:${Deno.env.get("PATH")}`, JUPYTER_PREFER_ENV_PATH: "1" };
      const nbgrader = (...args: string[]) => run(join(scripts, "nbgrader"), args, course, env);
      await nbgrader("generate_assignment", "show-your-work");
      const released = join(course, "release", "show-your-work", "04_gan.ipynb");
      const text = await Deno.readTextFile(released);
      assert.doesNotMatch(text, /BEGIN SOLUTION|\[\[1, alpha\]/);
      const students: Record<string, [Record<string, string>, number]> = {
        ada: [right, 13],
        bob: [{}, 0],
        eve: [{ ...right, growth: "const growth = (a) => 1 + a * a;" }, 10],
        mal: [{ ...right, A: `throw new Error("x");` }, 9],
        zoe: [{ stationaryPoint: "const stationaryPoint = [0, 0];" }, 3],
      };
      for (const [name, [answers]] of Object.entries(students)) {
        const target = join(course, "submitted", name, "show-your-work");
        await Deno.mkdir(target, { recursive: true });
        const notebook = JSON.parse(text) as RawNotebook;
        for (const cell of notebook.cells) {
          const written = answers[cell.id?.replace(/^answer-/, "") ?? ""];
          if (written !== undefined) cell.source = written;
        }
        await Deno.writeTextFile(join(target, "04_gan.ipynb"), JSON.stringify(notebook));
      }
      await nbgrader("autograde", "show-your-work");
      await nbgrader("generate_feedback", "show-your-work");
      await nbgrader("export");
      const rows = (await Deno.readTextFile(join(course, "grades.csv"))).trim().split("\n").map((l) =>
        l.split(",")
      );
      const [head, ...grades] = rows;
      const score = head.indexOf("score"), student = head.indexOf("student_id");
      assert.deepEqual(
        Object.fromEntries(grades.map((row) => [row[student], Number(row[score])])),
        Object.fromEntries(Object.entries(students).map(([name, [, points]]) => [name, points])),
      );
      const feedback = await Deno.readTextFile(
        join(course, "feedback", "eve", "show-your-work", "04_gan.html"),
      );
      assert.match(feedback, /This is the factor of the squared norm/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
