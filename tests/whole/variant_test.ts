/** Another year: other numbers in data/course.json, and everything else follows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import course from "../../data/course.json" with { type: "json" };
import { wholeProject } from "../../tools/editions/project.ts";
import { writeFiles } from "../../tools/editions.ts";
import { everyQuestion } from "../../tools/course.ts";
import { parseNotebook } from "../../tools/notebook.ts";
import { courseOf, drawnVariant } from "../../tools/variants.ts";
import { strToU8, zipSync } from "fflate";
import { allOf, deno, rests } from "../tools/fixtures.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const another = {
  year: 2031,
  seed: 19,
  "1": { states: 7, values: 2, peaks: [-1, 0.5] },
  "2": { grid: 7, kernel: 5, target: [3, 4] },
  "3": { reach: 3, samples: 16 },
  "4": { alpha: 0.75, largestAlpha: 3, turningAlpha: 0.25 },
  "5": { n1: 2, n2: 4, spreads: [0.5, 2] },
};

interface Graded {
  tests: { number: string; name: string; score: number; max_score: number; output: string }[];
}

/** The whole course; what rests this year is asked again. */
async function whole(): Promise<Map<string, string>> {
  const files = await wholeProject(root);
  files.set(
    "data/course.json",
    JSON.stringify({ ...course, questions: everyQuestion(course), resting: undefined }),
  );
  return new Map([...files].map(([path, text]) => [path.replace("/resting/", "/"), text]));
}

/** The course with other numbers, made in a folder of its own. */
async function anotherYear(folder: string): Promise<void> {
  const files = await whole();
  files.set(
    "data/course.json",
    JSON.stringify({ ...JSON.parse(files.get("data/course.json")!), variant: another }),
  );
  await writeFiles(folder, files);
  await Deno.symlink(join(root, "node_modules"), join(folder, "node_modules"));
}

Deno.test("law: another variant changes questions, checks, zoo, solutions and pictures together", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-variant-" });
  try {
    await anotherYear(folder);
    const read = (path: string) => Deno.readTextFile(join(folder, path));
    await assert.rejects(
      deno(folder, "run", "-A", "tools/editions.ts", "--no-pictures", "--out", "out"),
      /01_elbo\.ipynb, cell q1-1-question: expected the numbers of data\/course\.json/,
    );
    await deno(folder, "run", "-A", "tools/tidy.ts");
    // once is enough: numbers that make a line longer or shorter move its breaks, too
    await deno(folder, "run", "-A", "tools/tidy.ts", "--check");
    await deno(folder, "run", "-A", "tools/editions.ts", "--no-pictures", "--out", "out");

    await t.step("the student's text has the new numbers, and none of the old ones", async () => {
      const { cells } = parseNotebook(await read("out/student/notebooks/02_masked_conv.ipynb"), "02");
      const text = cells.map(({ source }) => source).join("\n");
      for (
        const words of [
          "output pixel 45?",
          "45 is row 4, column 5, in code `[3, 4]`",
          "$5 \\times 5$ kernels, a border of zeros two pixels wide",
          "$7 \\times 7$ feature map stays $7 \\times 7$",
          "seven strings of seven characters",
          "1 & 1 & 1 & 1 & 1 \\\\ 1 & 1 & 1 & 1 & 1 \\\\ 1 & 1 & 0 & 0 & 0 \\\\",
        ]
      ) assert.ok(text.includes(words), words);
      assert.doesNotMatch(text, /\b33\b|\[2, 2\]|five strings|3 \\times 3/);
      for (
        const [notebook, words] of [
          ["01_elbo", "two to seven in the checks"],
          ["03_flow", "most of them between $-3$ and $3$"],
          ["04_gan", "Learning rates from $-3$ to $3$ are tried"],
          ["05_simsiam", "$n_1 = 2$ and $n_2 = 4$"],
        ]
      ) {
        const own = await read(`out/student/notebooks/${notebook}.ipynb`);
        assert.ok(own.includes(JSON.stringify(words).slice(1, -1)), `${notebook}: ${words}`);
      }
      const shown = JSON.parse(await read("out/student/data/course.json"));
      assert.deepEqual(shown.variant, another);
      assert.equal(shown.grading.seed, undefined);
    });

    await t.step("this year's solutions hold, last year's do not where the numbers count", async () => {
      const old = await whole();
      for (const path of [...old.keys()].filter((p) => p.endsWith(".ipynb"))) {
        const name = path.split("/")[1];
        await Deno.mkdir(join(folder, "in", "old"), { recursive: true });
        await Deno.mkdir(join(folder, "in", "new"), { recursive: true });
        await Deno.writeTextFile(join(folder, "in", "old", name), old.get(path)!);
        await Deno.copyFile(join(folder, "out", "solution", path), join(folder, "in", "new", name));
      }
      await deno(folder, "run", "-A", "tools/grade.ts", "in", "--out", "graded");
      const [now, before] = await Promise.all(
        ["new", "old"].map(async (entry): Promise<Graded> =>
          JSON.parse(await read(`graded/${entry}/results.json`))
        ),
      );
      for (const [i, { name, number, score, max_score, output }] of now.tests.entries()) {
        if (name.includes("prose-")) continue;
        assert.equal(score, max_score, `${name}: ${output}`);
        assert.equal(before.tests[i].score, number.startsWith("2.") ? 0 : max_score, `old ${name}`);
      }
    });

    await t.step("claims, zoo and pictures speak of the new numbers", async () => {
      await Deno.writeTextFile(
        join(folder, "asked.ts"),
        `import { claims } from "lib/masked_conv/claims.ts";
import { misconceptions } from "lib/masked_conv/misconceptions.ts";
import { answer } from "lib/masked_conv/questions.ts";
import { answer as game } from "lib/gan/questions.ts";
import { answer as siamese } from "lib/simsiam/questions.ts";
import { drawings, masksAndGrid } from "lib/masked_conv/figures.ts";
import { questionCases } from "lib/proof/question.ts";
const judged = claims.entries.filter(({ id }) => /^2\\.[1-4]$/.test(id)).map((entry) => entry.judge());
const first = (answers: typeof game, name: string) =>
  questionCases(answers.questions.find((q) => q.name === name)!)[0];
console.log(JSON.stringify({
  claims: judged.map(({ status, statement, mutants }) => ({ status, statement, rejected: mutants.every((m) => m.rejected) })),
  zoo: misconceptions.fieldBB.map((m) => [m.says, m.answer()]),
  feedback: answer("fieldAA", () => new Array(7).fill("0000000")).feedback,
  alpha: first(game, "A"),
  shape: first(siamese, "dW"),
  figures: [masksAndGrid(), drawings({ a: () => undefined })].map((f) => f.caption + f.description),
}));
`,
      );
      const said = JSON.parse(await deno(folder, "run", "-A", "--quiet", "asked.ts"));
      for (const { status, statement, rejected } of said.claims) {
        assert.deepEqual([status, rejected], ["holds", true], statement);
        assert.match(statement, /pixel 45 sees/);
      }
      for (const [says, picture] of said.zoo) {
        assert.doesNotMatch(says, /\b33\b/);
        assert.deepEqual([picture.length, picture[0].length], [7, 7]);
      }
      assert.match(said.feedback, /Start at output 45/);
      assert.equal(said.alpha.alpha, 0.75);
      assert.deepEqual([said.shape.W.length, said.shape.W[0].length], [4, 2]);
      assert.match(said.figures[0], /49 pixels.* 45, the one.*named 11 to 77, pixel 45 framed/s);
      assert.match(said.figures[1], /output pixel 45 \(framed\)/);
    });

    await t.step("a number that was lost is missed, and tidy says which", async () => {
      const path = join(folder, "notebooks", "02_masked_conv.ipynb");
      const text = await Deno.readTextFile(path);
      await Deno.writeTextFile(path, text.replace("<!--{{border}}-->two pixels<!--/-->", "two pixels"));
      await assert.rejects(
        deno(folder, "run", "-A", "tools/tidy.ts", "--check"),
        /02_masked_conv\.ipynb, Cannot fill a slot: expected \{\{border\}\} in a cell, got none/,
      );
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("law: a student's seed draws numbers, and a submission is graded by the numbers of its own seed", {
  ignore: rests("02_masked_conv"),
}, async () => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-seeds-" });
  try {
    const seed = 4711, place = await courseOf(seed), name = "02_masked_conv";
    const { variant } = JSON.parse(await Deno.readTextFile(join(place, "data", "course.json")));
    assert.deepEqual([variant.student, variant["2"].kernel, variant.year], [seed, 3, course.variant.year]);
    assert.notDeepEqual(variant["2"], course.variant["2"]);
    assert.deepEqual(await drawnVariant(seed), variant, "the same again");
    const put = async (path: string, text: string) => {
      await Deno.mkdir(join(folder, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    };
    const own = await Deno.readTextFile(join(place, "notebooks", `${name}.ipynb`));
    const usual = await Deno.readTextFile(join(root, "notebooks", `${name}.ipynb`));
    assert.equal(JSON.parse(own).metadata.show_your_work.seed, seed);
    assert.equal(JSON.parse(usual).metadata.show_your_work, undefined);
    await put(`in/by metadata/${name}.ipynb`, own);
    await put("in/by name/notebook.seed-4711.ipynb", own.replace('"seed": 4711', '"none": 0'));
    await put(`in/none/${name}.ipynb`, usual);
    await Deno.writeFile(`${folder}/in/zipped by hand.zip`, zipSync({ "my work/two.ipynb": strToU8(own) }));
    await put(`in/listed/${name}.ipynb`, usual);
    await put("out/seeds.csv", "submission,seed\nlisted,4711\n");
    await deno(folder, "run", "-A", join(root, "tools/grade.ts"), "in", "--out", "out");
    const all = String(allOf(name));
    const table = (await Deno.readTextFile(join(folder, "out", "class.csv"))).trim().split("\n").slice(1);
    assert.deepEqual(table.map((row) => row.split(",").slice(0, 2)), [
      ["by metadata", all],
      ["by name", all],
      ["listed", "0"],
      ["none", all],
      ["zipped by hand", all],
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("law: the notebooks say this year's numbers", async () => {
  await deno(root, "run", "-A", "tools/tidy.ts", "--check");
});
