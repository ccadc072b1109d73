/** What `submit` says of a notebook is what `grade` gives for it, whatever a student has done to its cells. */
import assert from "node:assert/strict";
import { join } from "node:path";
import course from "../../data/course.json" with { type: "json" };
import { type Random, random } from "lib/math/random.ts";
import { gradeFolder } from "../../tools/grade/batch.ts";
import { bundle } from "../../tools/submit.ts";
import { asked, grader, official, type RawNotebook, right, submission } from "./course.ts";

/** How many notebooks of each kind are edited, and how many where there is time. */
const plan = [["04_gan", 20, 500], ["01_elbo", 8, 150], ["05_simsiam", 8, 150]] as const;
const namesOf = (book: string) => asked.filter(({ notebook }) => notebook === book).map(({ name }) => name);
type Cell = RawNotebook["cells"][number];

const textOf = ({ source }: Cell) => typeof source === "string" ? source : source.join("");

/** What students do to cells by intention and by accident. */
type Edit = (cells: Cell[], at: number, chance: Random, names: readonly string[]) => void;
const edits: Record<string, Edit> = {
  "renames": (cells, at, chance, names) => {
    const [from, to] = [chance.pick(names), chance.pick([...names, "B", "a"])];
    cells[at].source = textOf(cells[at]).replaceAll(new RegExp(`\\b${from}\\b`, "g"), to);
  },
  "drops a sign": (cells, at, chance) => {
    const text = textOf(cells[at]), i = chance.integer(text.length + 1);
    cells[at].source = text.slice(0, i) + text.slice(i + 1);
  },
  "adds a sign": (cells, at, chance) => {
    const text = textOf(cells[at]), i = chance.integer(text.length + 1);
    cells[at].source = text.slice(0, i) + chance.pick([..."(){}[];-+0 \n"]) + text.slice(i);
  },
  "turns a sign": (cells, at) => void (cells[at].source = textOf(cells[at]).replace(/-alpha|-a\b/, "2 * a")),
  "comments out": (cells, at) => void (cells[at].source = textOf(cells[at]).replace(/^/gm, "// ")),
  "empties": (cells, at) => void (cells[at].source = ""),
  "makes it text": (cells, at) => {
    cells[at].cell_type = "markdown";
    delete cells[at].outputs;
  },
  "deletes": (cells, at) => void cells.splice(at, 1),
  "doubles": (cells, at) => void cells.splice(at, 0, structuredClone(cells[at])),
  "moves": (cells, at, chance) => void cells.splice(chance.integer(cells.length), 0, ...cells.splice(at, 1)),
  "splits": (cells, at) => {
    const lines = textOf(cells[at]).split("\n"), half = Math.ceil(lines.length / 2);
    cells[at].source = lines.slice(0, half).join("\n");
    cells.splice(at + 1, 0, {
      ...structuredClone(cells[at]),
      id: `new-${at}`,
      source: lines.slice(half).join("\n"),
    });
  },
  "joins with the next": (cells, at) => {
    const [next] = cells.splice(at + 1, 1);
    if (next) cells[at].source = `${textOf(cells[at])}\n${textOf(next)}`;
  },
  "swaps texts": (cells, at, chance) => {
    const other = chance.integer(cells.length), text = textOf(cells[at]);
    cells[at].source = textOf(cells[other]);
    cells[other].source = text;
  },
  "loses ids": (cells, at) => {
    delete cells[at].id;
    cells[at].metadata = {};
  },
  "a helper elsewhere": (cells, at) => {
    cells[at].source = textOf(cells[at]).replace("Math.hypot", "length");
    cells.splice(at, 0, {
      cell_type: "code",
      id: "helper",
      metadata: {},
      outputs: [],
      source: "const length = Math.hypot;",
    });
  },
  "a loop": (cells, at) => void (cells[at].source = `${textOf(cells[at])}\nfor (let i = 0; i < 1e3; i++);`),
  "throws": (cells, at) => void (cells[at].source = `${textOf(cells[at])}\nthrow new Error("no");`),
  "prints": (cells, at) => void (cells[at].source = `${textOf(cells[at])}\nconsole.log("x");`),
  "a promise": (cells, at) => void (cells[at].source = textOf(cells[at]).replace(/= \(/, "= async (")),
  "another import": (cells, at) =>
    void (cells[at].source = `import { norm } from "lib/math/linalg.ts";\n${textOf(cells[at])}`),
  "marks of a merge": (cells, at) =>
    void (cells[at].source = `<<<<<<< mine\n${textOf(cells[at])}\n=======\n`),
  "let becomes const": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replace(/^let /gm, "const ")),
  "const for let": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replace(/^let .*$/m, "").replace(/^(\w+) = /m, "const $1 = ")),
  "var for let": (cells, at) => void (cells[at].source = textOf(cells[at]).replace(/^let /gm, "var ")),
  "a function's declaration": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replace(/^let \w+: .*$/m, "").replace(
      /^(\w+) = \((\w+)\) => ([^{][^]*);\s*$/m,
      "function $1($2) { return $3; }",
    )),
  "a generator": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replace(
      /^(\w+) = \((\w+)\) => ([^{][^]*);\s*$/m,
      "$1 = function* ($2) { yield $3; };",
    )),
  "a class": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replace(/^(\w+) = /m, "class K { static f = 1; }\n$1 = ")),
  "lines end as on Windows": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replaceAll("\n", "\r\n")),
  "lines end as long ago": (cells, at) => void (cells[at].source = textOf(cells[at]).replaceAll("\n", "\r")),
  "a backslash at the end": (cells, at) => void (cells[at].source = `${textOf(cells[at])}\\`),
  "a cell magic": (cells, at) => void (cells[at].source = `%%time\n${textOf(cells[at])}`),
  "a shell's line": (cells, at) => void (cells[at].source = `!pip install numpy\n${textOf(cells[at])}`),
  "look-alike letters": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replaceAll("A", "\u0391").replaceAll("a", "\u0430")),
  "signs of a word processor": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replaceAll("-", "\u2212").replaceAll('"', "\u201d")),
  "spaces that do not break": (cells, at) =>
    void (cells[at].source = textOf(cells[at]).replaceAll(" ", "\u00a0")),
  "makes it raw": (cells, at) => {
    cells[at].cell_type = "raw";
    delete cells[at].outputs;
  },
  "a wrong type": (cells, at) =>
    void (cells[at].source = `${textOf(cells[at])}\nconst n: number = "text"; type T = typeof n;`),
  "an export": (cells, at) => void (cells[at].source = textOf(cells[at]).replace(/^let /m, "export let ")),
  "a default export": (cells, at) => void (cells[at].source = `${textOf(cells[at])}\nexport default 1;`),
  "shadows a name": (cells, at) =>
    void (cells[at].source = `const Math = { hypot: () => 2 };\n${textOf(cells[at])}`),
  "a getter": (cells, at) =>
    void (cells[at].source = `${textOf(cells[at])}\nconst o = { get A() { return 1; } }; o.A;`),
  "overwrites another's": (cells, at, chance, names) =>
    void (cells[at].source = `${textOf(cells[at])}\n${chance.pick(names)} = undefined;`),
  "answers in the first cell": (cells, at) => {
    const text = textOf(cells[at]);
    cells[at].source = "";
    cells.splice(0, 0, { cell_type: "code", id: "first", metadata: {}, outputs: [], source: text });
  },
  "an id twice": (cells, at, chance) => void (cells[chance.integer(cells.length)].id = cells[at].id),
  "takes a name of the checks": (cells, at) =>
    void (cells[at].source = `const answer = 1, show = 2;\n${textOf(cells[at])}`),
  "declares a function twice": (cells, at) =>
    void (cells[at].source = `function f() {}\nfunction f() {}\n${textOf(cells[at])}`),
  "a list of lines": (cells, at) => void (cells[at].source = textOf(cells[at]).split(/(?<=\n)/)),
};

async function edited(chance: Random, book: string): Promise<{ text: string; done: string[] }> {
  const done: string[] = [], names = namesOf(book);
  const answers = book === "04_gan" ? right : await official();
  const text = await submission(answers, (notebook) => {
    const { cells } = notebook;
    for (let n = 1 + chance.integer(3); n > 0; n--) {
      const written = cells.flatMap((cell, i) =>
        names.some((name) => cell.id === `answer-${name}`) ? [i] : []
      );
      const at = written.length > 0 && chance.integer(5) > 0
        ? chance.pick(written)
        : chance.integer(cells.length);
      const name = chance.pick(Object.keys(edits));
      done.push(`${name} (${cells[at].id})`);
      edits[name](cells, at, chance, names);
    }
  }, book);
  return { text, done };
}

for (const [book, few, many] of plan) {
  const cases = Deno.env.get("LONG") === "1" ? many : few;
  Deno.test(`law: what submit says is what grade gives, for ${cases} of ${book} edited at random`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "show-your-work-rehearsal-" }), chance = random(19);
    const done: string[][] = [];
    await Deno.mkdir(join(folder, "zips"));
    for (let i = 0; i < cases; i++) {
      const { text, done: steps } = await edited(chance, book);
      const entry = String(i).padStart(3, "0");
      done.push(steps);
      await Deno.mkdir(join(folder, "raw", entry), { recursive: true });
      await Deno.writeTextFile(join(folder, "raw", entry, `${book}.ipynb`), text);
      await Deno.writeFile(join(folder, "zips", `${entry}.zip`), bundle(new Map([[book, text]])));
    }
    const own = await grader();
    const graded = await gradeFolder(own, join(folder, "raw"), join(folder, "graded"), { jobs: 2 });
    // submit draws its instances as the notebooks' checks do, not as the grader does
    const rehearsal = { ...own, seed: course.variant.seed };
    const told = await gradeFolder(rehearsal, join(folder, "zips"), join(folder, "told"), { jobs: 2 });
    assert.equal(graded.length, cases);
    const scores = new Set<number>();
    for (const [i, results] of graded.entries()) {
      const points = (all: typeof results) =>
        all.tests.map(({ name, score, extra_data }) => [name, score, extra_data.status]);
      assert.deepEqual(points(told[i]), points(results), `${i}: ${done[i].join(", ")}`);
      scores.add(results.score);
    }
    // edits that change nothing, or everything, would prove nothing
    assert.ok(scores.size > Math.min(3, cases / 8), `scores ${[...scores]}`);
    await Deno.remove(folder, { recursive: true });
  });
}
