import assert from "node:assert/strict";
import { join } from "node:path";
import { startKernel } from "../../tools/kernel/mod.ts";
import { root } from "../../tools/command.ts";
import { formatNotebook, keptNotebook, type Notebook, readNotebook } from "../../tools/notebook.ts";
import { studentNotebook } from "../../tools/editions/notebook.ts";
import { points } from "../../tools/editions/project.ts";
import { allOf, inEnglish, worthOf } from "../tools/fixtures.ts";

/** In a student's project “Where am I” says what the grader makes of the saved text, whatever ran before. */
Deno.test("law: “Where am I” is what the saved notebook would be graded as", async (t) => {
  const project = await Deno.makeTempDir({ prefix: "show-your-work-standing-" });
  for (const name of ["lib", "data", "tools", "node_modules", "deno.json", "deno.lock"]) {
    await Deno.symlink(join(root, name), join(project, name));
  }
  const whole = await readNotebook(await keptNotebook("04_gan", root)), all = allOf("04_gan");
  const { growth } = worthOf, part = (n: number) => `${n} of ${growth}`;
  const { notebook: handedOut } = studentNotebook(whole, "04_gan.ipynb", { points });
  for (const folder of [".handed_out", "notebooks"]) {
    await Deno.mkdir(join(project, folder));
    await Deno.writeTextFile(join(project, folder, "04_gan.ipynb"), formatNotebook(handedOut));
  }
  const file = join(project, "notebooks/04_gan.ipynb");
  const kernel = await startKernel({ cwd: join(project, "notebooks"), env: { JPY_SESSION_NAME: file } });
  const run = async (code: string) =>
    (await kernel.execute(code)).outputs.map((o) =>
      "data" in o ? String(o.data["text/plain"]) : o.output_type === "stream" ? o.text : ""
    ).join("\n");
  const sourceOf = (id: string) => handedOut.cells.find((cell) => cell.id === id)!.source;
  const check = (name: string) => run(`await show(answer("${name}", () => ${name}));`);
  const where = () => run("await show(standing(answer.questions));");
  const save = (texts: Record<string, string>, edit: (cells: Notebook["cells"]) => void = () => {}) => {
    const notebook = structuredClone(handedOut);
    for (const cell of notebook.cells) cell.source = texts[cell.id] ?? cell.source;
    edit(notebook.cells);
    return Deno.writeTextFile(file, formatNotebook(notebook));
  };
  const right = "let growth;\ngrowth = (a) => Math.sqrt(1 + a * a);";
  const cell = "answer-growth";
  try {
    await run(`${sourceOf("q4-imports")}\n${inEnglish}`);
    await t.step("checked first, saved then", async () => {
      await run(right);
      assert.match(await check("growth"), /holds\. Agrees [^.]*\.$/);
      assert.equal(await Deno.readTextFile(join(project, "build/unsaved/04_gan.ipynb")), "growth");
      assert.match(
        await where(),
        new RegExp(`^0 of ${all} points.*growth: holds, ${part(0)}\\. Not as judged: .* Save`, "s"),
      );
      await save({ [cell]: right });
      assert.match(
        await where(),
        new RegExp(`^${growth} of ${all} points.*growth: holds, ${part(growth)}$`, "ms"),
      );
      assert.doesNotMatch(await where(), /judged/);
    });
    await t.step("a text cell is graded as code, and the reader is told", async () => {
      await save({ [cell]: right }, (cells) => cells.find(({ id }) => id === cell)!.cell_type = "raw");
      assert.match(await where(), /growth: holds, (.*) of \1\. As judged, but its cell is a text cell/);
    });
    await t.step("what a function holds is changed: no text of it tells", async () => {
      const held = "let growth;\nconst g = (k, a) => Math.sqrt(1 + k * a * a);\ngrowth = g.bind(null, 1);";
      await run(held);
      await save({ [cell]: held.replace("null, 1", "null, 2") });
      assert.match(await check("growth"), /holds/);
      assert.match(
        await where(),
        /growth: (almost|keep working), [\d.]+ of [\d.]+\. Not as judged: as it is saved: /,
      );
    });
    await t.step("a formula is changed and checked before it runs", async () => {
      await run('let growth;\ngrowth = "sqrt(1 + alpha^2)";');
      await save({ [cell]: 'let growth;\ngrowth = "sqrt(1 - alpha^2)";' });
      assert.match(await check("growth"), /holds.*But the notebook as it is saved has another text/);
    });
    await t.step("the kernel runs a function that is declared twice, the grader does not", async () => {
      const twice =
        "let growth;\nfunction g(a) { return a; }\nfunction g(a) { return Math.hypot(1, a); }\ngrowth = g;";
      await save({ [cell]: twice });
      await run(twice);
      assert.match(await check("growth"), /holds.*syntax error in line 3: identifier 'g' has already/);
      // on the first check, too, of a notebook that was opened and run as it is
      const marked = `<<<<<<< mine\nlet growth;\ngrowth = (a) => Math.hypot(a, 1);\n=======\n`;
      await save({ [cell]: marked });
      await run(marked);
      await run("1 + 1");
      assert.match(await check("growth"), /holds.*But its cell, as saved, has a syntax error in line 1/);
      assert.match(await where(), /growth: keep working, 0 of /);
    });
    await t.step("a name taken out of an object, or imported, in a cell that is not graded", async () => {
      const uses = "let growth;\ngrowth = (a) => root(1 + a * a);", mine = "const { sqrt: root } = Math;";
      await save({ [cell]: uses, "q4-imports": `${sourceOf("q4-imports")}\n${mine}` });
      await run(mine);
      await run(uses);
      assert.match(await check("growth"), /holds.*But root is defined in another cell/);
      assert.match(await where(), /growth: keep working, 0 of [\d.]+\. Not as judged: root is defined/);
    });
    await t.step("where the grader's program is not whole, it says so and does not guess", async () => {
      const program = join(project, "tools", "submit.ts"), text = await Deno.readTextFile(program);
      await Deno.writeTextFile(program, "throw new Error();");
      assert.match(await where(), /points, provisional\. What is saved could not be run as the grader/);
      await Deno.writeTextFile(program, text);
      assert.doesNotMatch(await where(), /could not be run/);
    });
    await t.step("a name of the checks is taken: told at once", async () => {
      assert.match(await run("const answer = 1;"), /gives the name “answer” another meaning/);
      await run(sourceOf("q4-imports"));
      assert.match(await check("A"), /not answered/);
    });
    await t.step("after a restart nothing was checked: the saved text is worth what it is", async () => {
      const fresh = await startKernel({ cwd: join(project, "notebooks"), env: { JPY_SESSION_NAME: file } });
      try {
        await save({ [cell]: right });
        await fresh.execute(`${sourceOf("q4-imports")}\n${inEnglish}`);
        const { outputs } = await fresh.execute("await show(standing(answer.questions));");
        assert.match(JSON.stringify(outputs), /4\.3 growth: holds, (.*) of \1/);
      } finally {
        await fresh.close();
      }
    });
  } finally {
    await kernel.close();
    await Deno.remove(project, { recursive: true });
  }
});
