/** The engines that grade a class beyond one machine: Gradescope's autograder, nbgrader. The long tests install them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeEditions } from "../../tools/editions.ts";
import { autograder } from "../../tools/gradescope.ts";
import { kernelspec } from "../../tools/setup/kernelspec.ts";
import {
  almostOf,
  type Answers,
  asked,
  exampleTest,
  handIn,
  most,
  notebooks,
  official,
  pointsOf,
  type RawNotebook,
  resting,
  right,
  root,
} from "./course.ts";

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

exampleTest("law: the Gradescope bundle grades a submission as Gradescope runs it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-gradescope-" });
  try {
    await Deno.writeFile(join(folder, "bundle.zip"), await autograder());
    await run("python3", ["-m", "zipfile", "-e", "bundle.zip", "source"], folder);
    const environment = { AUTOGRADER: folder };
    if (long) await run("bash", ["source/setup.sh"], folder, environment);
    else await run(Deno.execPath(), ["install", "--frozen"], join(folder, "source", "course"));
    const own = await official(), wrong = { A: "const A = 1;", dW: "dW = ({ W }) => W;" };
    const classes = [
      [own, most],
      [{ ...own, ...wrong }, most - pointsOf(...Object.keys(wrong))],
      [right, pointsOf(...Object.keys(right))],
    ] as const;
    for (const [answers, score] of classes) {
      await Deno.remove(join(folder, "submission"), { recursive: true }).catch(() => {});
      await Deno.mkdir(join(folder, "submission"));
      for (const [file, text] of Object.entries(await handIn(answers))) {
        await Deno.writeTextFile(join(folder, "submission", file), text);
      }
      const path = `${join(Deno.execPath(), "..")}:${Deno.env.get("PATH")}`;
      // the short run uses the cache that is there
      const cache: Record<string, string> = long ? {} : { PATH: path };
      if (!long) await linkCache(folder);
      await run("bash", ["source/run_autograder"], folder, { ...environment, ...cache });
      const results = JSON.parse(await Deno.readTextFile(join(folder, "results", "results.json")));
      checkForm(results);
      assert.equal(results.score, score, JSON.stringify(results.tests));
      assert.equal(results.tests.length, asked.length);
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
  ignore: !long || resting,
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
      const released = new Map<string, string>();
      for (const name of notebooks) {
        const text = await Deno.readTextFile(join(course, "release", "show-your-work", `${name}.ipynb`));
        assert.doesNotMatch(text, /BEGIN SOLUTION|\[\[1, alpha\]/);
        released.set(name, text);
      }
      const own = await official();
      const mistakes = {
        growth: "const growth = (a) => 1 + a * a;",
        bias: "const bias = ({ logPx, elbo }) => logPx - elbo;",
        fieldBB: own.fieldAB.replaceAll("fieldAB", "fieldBB"),
        choice: `const choice = { densityOnly: "forward", samplesOnly: "reverse" };`,
        H: "const H = () => { throw new Error('lost'); };",
      };
      // three of the five are almost right
      const left = ["growth", "bias", "fieldBB"].filter((name) => pointsOf(name) > 0)
        .reduce((sum, name) => sum + almostOf(name), 0);
      const students: Record<string, [Answers, number]> = {
        ada: [own, most],
        bob: [{}, 0],
        eve: [{ ...own, ...mistakes }, most - pointsOf(...Object.keys(mistakes)) + left],
        mal: [{ ...right, A: `throw new Error("x");` }, pointsOf(...Object.keys(right)) - pointsOf("A")],
        zoe: [{ stationaryPoint: "const stationaryPoint = [0, 0];" }, pointsOf("stationaryPoint")],
      };
      for (const [student, [answers]] of Object.entries(students)) {
        const target = join(course, "submitted", student, "show-your-work");
        await Deno.mkdir(target, { recursive: true });
        for (const name of notebooks) {
          const written = asked.filter((a) => a.notebook === name && a.name in answers);
          if (written.length === 0 && name !== "04_gan") continue;
          const notebook = JSON.parse(released.get(name)!) as RawNotebook;
          for (const cell of notebook.cells) {
            const text = answers[cell.id?.replace(/^answer-/, "") ?? ""];
            if (text !== undefined) cell.source = text;
          }
          await Deno.writeTextFile(join(target, `${name}.ipynb`), JSON.stringify(notebook));
        }
      }
      await nbgrader("autograde", "show-your-work");
      await nbgrader("generate_feedback", "show-your-work");
      await nbgrader("export");
      const rows = (await Deno.readTextFile(join(course, "grades.csv"))).trim().split("\n").map((l) =>
        l.split(",")
      );
      const [head, ...grades] = rows;
      const score = head.indexOf("score"), who = head.indexOf("student_id");
      assert.deepEqual(
        Object.fromEntries(grades.map((row) => [row[who], Number(row[score])])),
        Object.fromEntries(Object.entries(students).map(([name, [, points]]) => [name, points])),
      );
      const feedback = async (name: string) =>
        await Deno.readTextFile(join(course, "feedback", "eve", "show-your-work", `${name}.html`));
      assert.match(await feedback("04_gan"), /This is the factor of the squared norm/);
      if (notebooks.includes("03_flow")) {
        assert.match(await feedback("03_flow"), /At least one of the two asks for something/);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
