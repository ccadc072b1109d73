import assert from "node:assert/strict";
import { join } from "node:path";
import { startKernel } from "../../tools/kernel/mod.ts";
import { root } from "../../tools/command.ts";
import { allOf, inEnglish, notebookOf, worthOf } from "../tools/fixtures.ts";

/** A student at work: cells run, a file that is saved or not, and what the check and “Where am I” say. */
Deno.test("law: a verdict and “Where am I” know what the saved notebook says", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-saved-" });
  const file = join(folder, "04_gan.ipynb");
  const kernel = await startKernel({ cwd: join(root, "notebooks"), env: { JPY_SESSION_NAME: file } });
  const save = (source: string, cell_type = "code", id = "answer-A", own?: string) => {
    const notebook = notebookOf();
    const cell = {
      cell_type,
      id,
      metadata: {},
      source,
      ...(cell_type === "code" ? { outputs: [], execution_count: null } : {}),
    };
    const extra = { ...cell, cell_type: "code", id: "mine", source: own };
    const cells = own === undefined ? [cell] : [extra, cell];
    return Deno.writeTextFile(file, JSON.stringify({ ...notebook, cells }));
  };
  const shown = async (code: string) => {
    const { outputs } = await kernel.execute(code);
    return outputs.map((o) =>
      "data" in o ? String(o.data["text/plain"]) : o.output_type === "stream" ? o.text : ""
    ).join("\n");
  };
  const check = () => shown('await show(answer("A", () => A));'),
    where = () => shown("await show(standing(answer.questions));");
  const all = allOf("04_gan"), counts = (n: number) => new RegExp(`^${n} of ${all} points`);
  const right = "let A;\nA = (alpha: number) => [[1, alpha], [-alpha, 1]];";
  try {
    await kernel.execute(
      'import { show, standing } from "lib/show/mod.ts";\nimport { answer } from "lib/gan/questions.ts";\n' +
        inEnglish,
    );
    await t.step("nothing there yet, and a syntax error that the kernel does not show", async () => {
      await save("let A;\nA = (alpha) => {\n  return [[1, alpha], [-alpha, 1]\n};");
      assert.match(await check(), /not answered.*syntax error in line 4: expected ',', got '\}'/);
      await save("let A;\nA = (alpha) => [[1, alpha], [-alpha, 1]");
      assert.match(
        await check(),
        /not answered.*syntax error at its end: expected ',': is a bracket open\?$/,
      );
      await save("let A;\nfunction A(alpha) { return 1; }");
      assert.match(await check(), /already been declared\. Keep the line “let A …;”/);
      await save("let A;\nA = [[1, alpha], [-alpha, 1]];");
      assert.match(await check(), /uses alpha, and nothing has defined it \(it is called as A\(alpha\)/);
      await save("let A;\nA = (alpha) => -alpha ** 2;");
      assert.match(await check(), /in line 2: \*\* cannot be applied.*brackets, -\(x \*\* 2\)/);
      await save("let A;\nconst a = 1;");
      assert.match(await check(), /gives A no value: it defines a\. Small and large letters count\.$/);
      await save("let A;\nA = lambda alpha: [[1, alpha]]");
      assert.match(await check(), /syntax error in line 2: .*a function of TypeScript is written/);
    });
    await t.step("a list that is empty yet, and lines without quotes", async () => {
      await kernel.execute('import { answer as elbo } from "lib/elbo/questions.ts";\nlet proof11 = [];');
      const lines = () => shown('await show(elbo("proof11", () => proof11));');
      await save("let proof11: string[][] = [];", "code", "answer-proof11");
      assert.match(await lines(), /not answered\. Fill proof11/);
      await save("let proof11 = [];\nproof11 = [[E(z, log(lik(z)))]];", "code", "answer-proof11");
      assert.match(
        await lines(),
        /has not run to its end.*It uses E, and nothing has defined it \(a line is a text: it stands in quotes\)/,
      );
      await save("let A;\nA = null;");
      await kernel.execute("let A = null;");
      assert.match(await check(), /not answered\. Define A/);
    });
    await t.step("right, run and saved: nothing but the verdict", async () => {
      await save(right);
      await kernel.execute(right);
      const said = await check();
      assert.match(said, /^✓ 4\.1 A: holds/);
      assert.doesNotMatch(said, /saved|syntax/);
      assert.match(await where(), counts(worthOf.A));
    });
    await t.step("changed and saved, not run: the points do not count", async () => {
      await save(right.replace("-alpha", "alpha"));
      assert.match(await where(), counts(0));
      assert.match(
        await where(),
        /4\.1 A: holds, 0 of [\d.]+\. Not as judged: the notebook as it is saved has another text/,
      );
    });
    await t.step("renamed, deleted, made a text cell, broken", async () => {
      await save(right.replaceAll("A", "B"), "code", "other");
      assert.match(await where(), /its cell is not in the notebook/);
      await save(right, "markdown");
      assert.match(await where(), /its cell is a text cell/);
      await save(right.replace("]];", "];"));
      assert.match(await where(), /syntax error in line 2/);
      assert.match(await check(), /holds.*But its cell, as saved, has a syntax error/);
    });
    await t.step("retyped in a cell of its own: the declared name finds it", async () => {
      await save(right, "code", "other");
      assert.match(await where(), counts(worthOf.A));
    });
    await t.step("renamed where it stands: an earlier run counts for nothing", async () => {
      await save(right.replaceAll("A", "B"));
      assert.match(await check(), /holds.*But its cell, as saved, does not define A any more/);
      assert.match(await where(), counts(0));
    });
    await t.step(
      "a helper in a cell of one's own is not graded, an argument of its name is nobody's",
      async () => {
        const uses = "let A;\nA = (alpha: number) => turn(alpha);";
        await kernel.execute(
          `const turn = (a: number) => [[1, a], [-a, 1]];\n${uses.replace("let A;\n", "")}`,
        );
        await save(uses, "code", "answer-A", "const turn = (a: number) => [[1, a], [-a, 1]];");
        assert.match(await check(), /holds.*But turn is defined in another cell/);
        assert.match(await where(), counts(0));
        await kernel.execute(right.replace("let A;\n", ""));
        await save(right, "code", "answer-A", "const alpha = 0.1;");
        assert.doesNotMatch(await check(), /defined in another cell/);
        assert.match(await where(), counts(worthOf.A));
      },
    );
    await t.step("a number beside the function is changed after it ran; a comment is", async () => {
      const sign = "let A;\nlet s = -1;\nA = (alpha: number) => [[1, alpha], [s * alpha, 1]];";
      await kernel.execute(sign.replace("let A;\n", "").replace("let s", "var s"));
      await save(sign);
      assert.match(await check(), /holds/);
      await save(`${sign}\n// a remark`);
      assert.match(await where(), counts(worthOf.A));
      await save(sign.replace("-1", "1"));
      assert.match(await where(), counts(0));
      assert.match(await where(), /another text in its cell/);
    });
    await t.step("a text is changed after it ran", async () => {
      const text = 'let A;\nA = "[1, alpha; -alpha, 1]";';
      await kernel.execute(text.replace("let A;\n", ""));
      await save(text);
      assert.match(await check(), /holds/);
      await save(text.replace("-alpha", "alpha"));
      assert.match(await where(), counts(0));
      assert.match(await where(), /another text in its cell/);
    });
    await t.step("export, a command of IPython, a look-alike letter", async () => {
      await kernel.execute(right.replace("let A;\n", ""));
      await save(`export ${right}\nexport default A;`);
      assert.doesNotMatch(await check(), /saved/);
      assert.match(await where(), counts(worthOf.A));
      await save(`%%time\n${right}`);
      assert.match(await check(), /line 1 of its cell, as saved, is a command of IPython/);
      await kernel.execute("A = undefined;");
      await save(right.replace("A =", "\u0391 ="));
      assert.match(await check(), /gives A no value.*“\u0391” is a letter of another alphabet/);
      await save("const A = (alpha: number) => [[1, alpha], [-alpha, 1]];");
      assert.match(
        await check(),
        /has not run to its end.*“already been declared”: keep the line “let A …;”/,
      );
    });
    await t.step("checked again with nothing new: said so", async () => {
      await save("let A;\nA = (alpha: number) => [[1, alpha], [alpha, 1]];");
      await kernel.execute("A = (alpha: number) => [[1, alpha], [alpha, 1]];");
      assert.doesNotMatch(await check(), /Nothing new has run/);
      assert.match(await check(), /Nothing new has run in the cell since the last check/);
    });
  } finally {
    await kernel.close();
    await Deno.remove(folder, { recursive: true });
  }
});
