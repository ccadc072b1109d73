import assert from "node:assert/strict";
import { join } from "node:path";
import { gradeFolder } from "../../tools/grade/batch.ts";
import { classroom, type Seat } from "./classroom.ts";
import { grader, seed } from "./course.ts";

async function handedIn(seats: ReadonlyMap<string, Seat>): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-class-" });
  for (const [name, { files }] of seats) {
    await Deno.mkdir(join(folder, "in", name), { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, "in", name, file), text);
    }
  }
  return folder;
}

/** Points and named misconceptions of everybody, by answer. */
const found = (all: Awaited<ReturnType<typeof gradeFolder>>) =>
  Object.fromEntries(all.map(({ tests, extra_data }) => {
    const judged = tests.filter((test) => !("prose" in test.extra_data)).map((test) => ({
      name: test.name.split(" ")[1],
      score: test.score,
      misconception: test.extra_data.misconception,
    }));
    return [extra_data.entry, {
      points: Object.fromEntries(judged.map(({ name, score }) => [name, score])),
      misconceptions: Object.fromEntries(
        judged.filter((test) => test.misconception !== undefined).map((t) => [t.name, t.misconception]),
      ),
    }];
  }));
const wanted = (seats: ReadonlyMap<string, Seat>) =>
  Object.fromEntries(
    [...seats].map(([name, { points, misconceptions }]) => [name, { points, misconceptions }]),
  );

Deno.test("law: a stopped batch goes on where it stopped, to the same end", async () => {
  const seats = new Map([...await classroom(seed, 10)].slice(6));
  const folder = await handedIn(seats), out = join(folder, "out"), whole = join(folder, "whole");
  const stop = new AbortController();
  const first = await gradeFolder(await grader(), join(folder, "in"), out, {
    jobs: 2,
    signal: stop.signal,
    onDone: (done) => done === 2 && stop.abort(),
  });
  assert.ok(first.length >= 2 && first.length < 4);
  await assert.rejects(Deno.stat(join(out, "class.csv")));
  let kept = 0;
  const second = await gradeFolder(await grader(), join(folder, "in"), out, {
    jobs: 2,
    onDone: (_, __, ___, was) => kept += was ? 1 : 0,
  });
  assert.equal(kept, first.length);
  assert.deepEqual(found(second), wanted(seats));
  await gradeFolder(await grader(), join(folder, "in"), whole, { jobs: 1 });
  for (
    const name of [...seats.keys()].map((n) => join(n, "results.json")).concat("class.csv", "class.html")
  ) {
    assert.equal(await Deno.readTextFile(join(out, name)), await Deno.readTextFile(join(whole, name)), name);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "law: a class of a hundred is graded as expected, all five notebooks",
  ignore: Deno.env.get("LONG") !== "1",
  async fn() {
    const seats = await classroom(seed);
    const folder = await handedIn(seats);
    const all = await gradeFolder(await grader(), join(folder, "in"), join(folder, "out"), { jobs: 2 });
    const results = found(all);
    for (const [name, expected] of Object.entries(wanted(seats))) {
      assert.deepEqual(results[name], expected, name);
    }
    const overview = await Deno.readTextFile(join(folder, "out", "class.html"));
    for (const { misconceptions } of seats.values()) {
      for (const name of Object.values(misconceptions)) assert.ok(overview.includes(name), name);
    }
    await Deno.remove(folder, { recursive: true });
  },
});
