/** Wrong answers as students give them: each gets a sentence that is true of it, and none the answer. */
import assert from "node:assert/strict";
import { worth } from "lib/course/year.ts";
import { floats, matricesOver } from "lib/math/field.ts";
import { plainText } from "lib/show/tex.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import course from "../../data/course.json" with { type: "json" };
import { everyQuestion } from "../../tools/course.ts";
import { type Answers, exampleTest, gradedAnswers, official, pointsOf, right, testOf } from "./course.ts";

/** `name = written`, and below it, indented, `status: words of the feedback`. */
const slips = (await Deno.readTextFile(new URL("slips.txt", import.meta.url))).trim().split(/\n(?! )/)
  .map((entry) => {
    const [, name, written, status, says] = /^(\w+) = (.*)\n +([a-z ]+): (.*)$/.exec(entry) ?? [];
    if (says === undefined) throw new Error(`Cannot read a slip: expected two lines, got ${entry}`);
    return { name, written, status, says };
  });

const questions = Object.values(everyQuestion(course));
/** The year's numbers that what is written here was written for. */
const writtenFor = {
  "1": { states: 5, values: 3, peaks: [-0.5, 1] },
  "2": { grid: 5, kernel: 3, target: [2, 2] },
  "3": { reach: 2, samples: 24 },
  "4": { alpha: 0.5, largestAlpha: 2, turningAlpha: 0.2 },
  "5": { n1: 3, n2: 2, spreads: [0.25, 1] },
};
/** Of a question that is asked with other numbers, or other instances, a mistake may be told by another sentence. */
const isUsual = (number: string) =>
  course.variant.seed === 7 &&
  JSON.stringify((course.variant as Record<string, unknown>)[number]) ===
    JSON.stringify((writtenFor as Record<string, unknown>)[number]);
type Check = (name: string, definition: () => unknown) => Verdict;

async function checkOf(name: string): Promise<Check> {
  const { notebook } = questions.find(({ answers }) => answers.some((one) => one.name === name))!;
  return (await import(`lib/${notebook.slice(3)}/questions.ts`)).answer;
}

/** What a text says, spaces and line ends aside. */
const squeezed = (text: string) => text.replace(/[\s;]+/g, "");

Deno.test(`law: ${slips.length} wrong answers are told what is wrong with them, and never what is right`, async (t) => {
  assert.ok(slips.length >= 100);
  const solved = await official();
  // what the cells of question 5 have at hand
  const helpers = matricesOver(floats), names = Object.keys(helpers);
  for (const { name, written, status, says } of slips) {
    await t.step(`${name} = ${written}`.slice(0, 90), async () => {
      const check = await checkOf(name);
      const value = new Function(...names, `return (${written});`)(...Object.values(helpers));
      const verdict = check(name, () => value), told = plainText(verdict.feedback ?? "");
      if (isUsual(worth(name).question[0])) {
        assert.equal(verdict.status, status, told);
        assert.ok(told.includes(says), `${told}\nshould say: ${says}`);
      } else assert.match(verdict.status, /almost|keep working|not answered/, told);
      assert.doesNotMatch(told, /undefined undefined|\.\.(?!\.)|\[object|is missing are/);
      const own = squeezed(solved[name].split(/=>|= /).at(-1)!);
      const echoed = squeezed(written).includes(own);
      if (own.length > 12 && !echoed) assert.ok(!squeezed(told).includes(own), told);
    });
  }
});

/** Whole cells of question 4, and what the answer's report says of them. */
const cells: Record<string, [cell: Answers, answer: string, says: RegExp]> = {
  "a bracket is missing": [{ A: "A = (alpha) => [[1, alpha], [-alpha, 1];" }, "A", /syntax error.*1:\d+/],
  "a function of Python": [{ A: "A = lambda alpha: [[1, alpha], [-alpha, 1]]" }, "A", /syntax error/],
  "a definition of Python": [{ growth: "def growth(alpha):\n    return 1" }, "growth", /syntax error/],
  "powers of Python in a name": [{ growth: "growth = (a) => (1 + a**2)**0.5 +" }, "growth", /syntax error/],
  "another name": [{ A: "const B = (alpha) => [[1, alpha], [-alpha, 1]];" }, "A", /^not answered.*defines A/],
  "another case": [{ growth: "const Growth = (a) => Math.hypot(1, a);" }, "growth", /^not answered/],
  "commented out": [{ growth: "// const growth = (a) => Math.hypot(1, a);" }, "growth", /^not answered/],
  "the stub": [
    { growth: "let growth: (alpha: number) => number;\n// Write your answer here." },
    "growth",
    /^not answered/,
  ],
  "a helper that stands nowhere": [
    { growth: "const growth = (a) => length([1, a]);" },
    "growth",
    /length is not defined.*Only answer cells/,
  ],
  "an import of the questions": [
    { A: `import { answer } from "lib/gan/questions.ts";\n${right.A}` },
    "A",
    /questions\.ts”, which is not there when answers are graded/,
  ],
  "an import of something else": [
    { A: `import numpy from "numpy";\n${right.A}` },
    "A",
    /imports “numpy”; an answer may import from lib\/ and mathjs/,
  ],
  "a misspelled import": [
    { A: `import { nrom } from "lib/math/linalg.ts";\n${right.A}` },
    "A",
    /nrom.*no such name/,
  ],
  "an import while it runs": [
    { A: `const m = await import("mathjs");\n${right.A}` },
    "A",
    /put imports at its top/,
  ],
  "declared twice": [{ A: `const A = 1;\n${right.A}` }, "A", /already been declared/],
  "an assignment to a constant": [
    { growth: "const g = 1;\ng = 2;\nconst growth = (a) => g;" },
    "growth",
    /^keep working|^almost/,
  ],
  "an error of its own": [{ A: `throw new Error("todo");` }, "A", /The cell throws: todo/],
  "a loop without end": [{ growth: "const growth = (a) => { while (true); };" }, "growth", /never ends/],
  "a wait without end": [{ growth: "await new Promise(() => {});" }, "growth", /waits for something/],
  "too much memory": [
    { growth: "const growth = (a) => new Array(4e9).fill(0);" },
    "growth",
    /memory|took more than|Invalid array length/,
  ],
  "random": [{ growth: "const growth = (a) => Math.random();" }, "growth", /two different values|you say/],
  "nothing defined at all": [{ growth: "" }, "growth", /^not answered/],
};

exampleTest("law: what is wrong with a cell is named in its report", async (t) => {
  const entries = Object.fromEntries(
    Object.entries(cells).map(([name, [cell]]) => [name, { ...right, ...cell }]),
  );
  const results = await gradedAnswers(entries);
  for (const [name, [, answer, says]] of Object.entries(cells)) {
    await t.step(name, () => {
      const { output, score } = testOf(results.get(name), answer);
      assert.match(output, says);
      assert.ok(score === 0 || score < pointsOf(answer), output);
      for (const other of ["stationaryPoint", "eigenvaluesOfA"]) {
        assert.equal(testOf(results.get(name), other).score, pointsOf(other), other);
      }
    });
  }
});
