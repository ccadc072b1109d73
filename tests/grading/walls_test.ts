/** Every hostile submission beside three innocent ones: what it breaks is its own, and nothing gets out. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { gradeFolder } from "../../tools/grade/batch.ts";
import type { Results } from "../../tools/grade/results.ts";
import { insideOf, makeSandbox, openSlot } from "../../tools/grade/sandbox.ts";
import { behind, withRoot } from "../../tools/grade/wall.ts";
import { almostOf, asked, grader, handIn, resting, right, root, testOf } from "./course.ts";
import { type Random, random } from "lib/math/random.ts";
import { loot, marker, secret } from "./hostile/kind.ts";
import { hostile } from "./hostile/mod.ts";

const names = asked.filter(({ notebook }) => notebook === "04_gan");
const innocents = ["000 innocent", "mmm innocent", "zzz innocent"];
const all = Object.entries(hostile).flatMap(([kind, list]) => list.map((one) => ({ kind, ...one })));
/** All of them take many minutes: only the long run tries them. */
const long = Deno.env.get("LONG") === "1";

/** Grades these hostile submissions with the innocents among them, into `out`. */
async function gradeAll(list: typeof all, out: string): Promise<Map<string, Results>> {
  const inside = await Deno.makeTempDir({ prefix: "show-your-work-walls-" });
  const write = async (path: string, content: string | Uint8Array) => {
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  try {
    for (const [i, one] of list.entries()) {
      for (const [file, content] of Object.entries(await one.files())) {
        await write(join(inside, entryOf(i), file), content);
      }
    }
    for (const name of innocents) {
      for (const [file, text] of Object.entries(await handIn(right))) {
        await write(join(inside, name, file), text);
      }
    }
    const results = await gradeFolder(await grader(), inside, out, { jobs: 2 });
    return new Map(results.map((one) => [one.extra_data.entry, one]));
  } finally {
    await Deno.remove(inside, { recursive: true });
  }
}

const entryOf = (i: number) => `h${String(i).padStart(3, "0")}`;

/** Everything that was written about a class, as one text a file. */
async function written(out: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const look = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) await look(path);
      else texts.set(path.slice(out.length + 1), await Deno.readTextFile(path));
    }
  };
  await look(out);
  return texts;
}

/** No secret, no path of this machine, nothing that a terminal, a page or a spreadsheet would run. */
async function nothingGotOut(out: string): Promise<void> {
  await assert.rejects(Deno.stat(marker));
  const texts = await written(out);
  // a path that a cell names itself may be repeated to its author; these it can't know
  const places = [root, (await grader()).sandbox.folder];
  for (const [file, text] of texts) {
    assert.ok(!text.includes(secret), `${file} holds the secret`);
    for (const path of places) assert.ok(!text.includes(path), `${file} holds ${path}`);
    assert.doesNotMatch(text, /file:\/\//, file);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/, file);
    if (file.endsWith(".html")) assert.doesNotMatch(text, /<script|<img|href=\W*javascript:/i, file);
    if (file.endsWith(".csv")) assert.doesNotMatch(text, /(^|[;,\t"])\s*[=@＝＠]/m, file);
  }
}

Deno.test("law: each of the hostile submissions costs what it breaks, and its neighbours nothing", {
  ignore: !long || resting,
}, async (t) => {
  assert.ok(all.length >= 150, `${all.length} submissions`);
  await Deno.writeTextFile(loot, secret);
  Deno.env.set("SECRET_OF_THE_COURSE", secret);
  const out = await Deno.makeTempDir({ prefix: "show-your-work-walls-out-" });
  const results = await gradeAll(all, out);
  for (const [i, { kind, name, costs, may = [], says, remark }] of all.entries()) {
    await t.step(`${kind}: ${name}`, () => {
      const result = results.get(entryOf(i));
      for (const { name: answer, points } of names) {
        if (answer === "fate" && costs.length > 3 || may.includes(answer)) continue;
        const { score, output } = testOf(result, answer);
        // a value that a misconception gives has the share of one, however it was wrapped
        const left = output.startsWith("almost: ") ? almostOf(answer) : 0;
        assert.equal(score, costs.includes(answer) ? left : points, `${answer}: ${output}`);
      }
      if (says) assert.match(testOf(result, costs[0]).output, says);
      if (remark) assert.match(result!.extra_data.remarks.join("\n"), remark);
    });
  }
  await t.step("innocent neighbours keep every point", () => {
    const whole = names.reduce((sum, { points }) => sum + points, 0);
    for (const name of innocents) assert.equal(results.get(name)?.score, whole, name);
  });
  await t.step("nothing got out, and nothing got in", () => nothingGotOut(out));
  await t.step("every entry is in class.csv, those without a point with the reason", async () => {
    const rows = (await Deno.readTextFile(join(out, "class.csv"))).trim().split("\n");
    assert.equal(rows.length, 1 + all.length + innocents.length);
    for (const row of rows.filter((line) => /^h\d+,0,/.test(line))) assert.match(row, /[a-z]{4}[^,]*$/, row);
  });
  await Deno.remove(out, { recursive: true });
});

/** A text with pieces cut, doubled, swapped, bent, or taken from another. */
function mutated(text: string, other: string, chance: Random): string {
  let made = text;
  for (let n = 1 + chance.integer(4); n > 0; n--) {
    const at = chance.integer(made.length + 1), to = at + chance.integer(40);
    const from = chance.integer(other.length + 1);
    const piece = chance.pick([
      "",
      made.slice(at, to).repeat(2),
      other.slice(from, from + chance.integer(80)),
      [...made.slice(at, to)].reverse().join(""),
      chance.pick([
        "\\u0000",
        "\u2028",
        "`",
        "*/",
        "//",
        "${",
        "}",
        ")",
        ";",
        "\n",
        "import ",
        "await ",
        '"',
        "=>",
        "\ud800",
      ]),
    ]);
    made = made.slice(0, at) + piece + made.slice(to);
  }
  return made;
}

Deno.test({
  name: "law: five hundred mutants of them stop nothing, tell nothing, and cost no neighbour a point",
  ignore: !long || resting,
  async fn() {
    await Deno.writeTextFile(loot, secret);
    const chance = random(18), texts: string[] = [], quick = all.filter(({ kind }) => kind !== "odd");
    for (const { name, files } of quick) {
      if (/never ends|cells|memory/.test(name)) continue;
      texts.push(String(Object.values(await files())[0]));
    }
    const list = Array.from({ length: 500 }, (_, i): (typeof all)[number] => {
      const [text, other] = [chance.pick(texts), chance.pick(texts)];
      return {
        ...{ kind: "mutant", name: String(i), costs: [] },
        files: () => {
          const notebook = JSON.parse(text);
          const cell = notebook.cells.find(({ id }: { id: string }) => id === "answer-A");
          const code = JSON.parse(other).cells.find(({ id }: { id: string }) => id === "answer-A").source;
          cell.source = mutated(cell.source, code, chance);
          const whole = JSON.stringify(notebook);
          return Promise.resolve({ "04_gan.ipynb": i % 5 === 0 ? mutated(whole, other, chance) : whole });
        },
      };
    });
    const out = await Deno.makeTempDir({ prefix: "show-your-work-walls-out-" });
    const results = await gradeAll(list, out);
    assert.equal(results.size, list.length + innocents.length);
    const whole = names.reduce((sum, { points }) => sum + points, 0);
    for (const name of innocents) assert.equal(results.get(name)?.score, whole, name);
    for (const { score } of results.values()) assert.ok(score >= 0 && score <= whole);
    await nothingGotOut(out);
    await Deno.remove(out, { recursive: true });
  },
});

/** Tries, with every permission of Deno's, what a hole in them would allow. */
const probe = (harmed: string) => `
const found = [];
const tries = {
  "reads the course": () => Deno.readTextFileSync(${JSON.stringify(`${root}/lib/gan/solution.ts`)}),
  "reads a system file": () => Deno.readTextFileSync("/etc/passwd"),
  "reads a loot": () => Deno.readTextFileSync(${JSON.stringify(loot)}),
  "writes": () => Deno.writeTextFileSync(${JSON.stringify(harmed)}, "x"),
  "writes into lib": () => Deno.writeTextFileSync("lib/x.ts", "x"),
  "reads another's room": () => Deno.readTextFileSync("runs/slot-2/cells.ts"),
  "sees others": () => { if ([...Deno.readDirSync("/proc")].filter(({ name }) => /^\\d+$/.test(name)).length < 9) throw 1; },
  "connects": async () => (await Deno.connect({ port: 8765 })).close(),
};
for (const [name, attempt] of Object.entries(tries)) {
  try { await attempt(); found.push(name); } catch { /* refused */ }
}
console.log(JSON.stringify(found));`;

for (const wall of ["bwrap", "unshare"] as const) {
  Deno.test(`law: behind ${wall} a program with every permission finds, writes and reaches nothing`, async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "show-your-work-wall-" }), harmed = `${folder}/harmed`;
    const sandbox = await makeSandbox(root, folder, [wall, "none"]);
    if (sandbox.wall === wall) {
      await Deno.writeTextFile(loot, secret);
      for (const slot of ["slot-1", "slot-2"]) {
        await openSlot(folder, slot);
        await Deno.writeTextFile(join(folder, "runs", slot, "cells.ts"), probe(harmed));
      }
      using server = Deno.listen({ port: 8765 });
      const inside = insideOf(sandbox, "slot-1", 60);
      const program = [Deno.execPath(), "run", "-A", "--quiet", "--no-config", "runs/slot-1/cells.ts"];
      for (const around of [wall, "none"] as const) {
        await t.step(around === wall ? "behind it" : "without it all of that is there", async () => {
          const [command, ...args] = withRoot(around, behind(around, program, inside), inside);
          const { stdout, stderr } = await new Deno.Command(command, { args, cwd: folder }).output();
          const found = JSON.parse(new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr));
          // what it writes behind the wall is gone with it
          const harm = await Deno.stat(harmed).then(() => ["harms"], () => []);
          const got = found.filter((name: string) => name !== "writes").concat(harm);
          assert.equal(got.length, around === wall ? 0 : 8, String(got));
        });
      }
      assert.ok(server.addr);
    }
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("edge: a folder of results in the folder of submissions, or the other way round, is refused", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "in", "ann"), { recursive: true });
  await Deno.symlink(join(folder, "in"), join(folder, "link"));
  const pairs = [["in", "in"], ["in", "in/out"], ["in/ann", "in"], ["in", "link"], ["in", "link/out/deep"]];
  for (const [from, to] of pairs) {
    await assert.rejects(
      async () => await gradeFolder(await grader(), join(folder, from), join(folder, to), { jobs: 1 }),
      /expected a folder apart/,
      `${from} into ${to}`,
    );
  }
  await Deno.remove(folder, { recursive: true });
});
