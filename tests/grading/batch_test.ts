import assert from "node:assert/strict";
import { join } from "node:path";
import { gradeFolder } from "../../tools/grade/batch.ts";
import { classroom, type Seat } from "./classroom.ts";
import { grader } from "./course.ts";

async function handedIn(seats: ReadonlyMap<string, Seat>): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-class-" });
  for (const [name, { text }] of seats) {
    await Deno.mkdir(join(folder, "in", name), { recursive: true });
    await Deno.writeTextFile(join(folder, "in", name, "04_gan.ipynb"), text);
  }
  return folder;
}

/** Of the notebook that is handed in: the course may have others. */
const scoresOf = (all: Awaited<ReturnType<typeof gradeFolder>>) =>
  Object.fromEntries(all.map(({ tests, extra_data }) => [
    extra_data.entry,
    tests.filter((test) => test.name.startsWith("4.")).map((test) => test.score),
  ]));
const wanted = (seats: ReadonlyMap<string, Seat>) =>
  Object.fromEntries([...seats].map(([name, { points }]) => [name, [...points]]));

Deno.test("law: a stopped batch goes on where it stopped, to the same end", async () => {
  const seats = new Map([...await classroom(8)]);
  const folder = await handedIn(seats), out = join(folder, "out"), whole = join(folder, "whole");
  const stop = new AbortController();
  const first = await gradeFolder(await grader(), join(folder, "in"), out, {
    jobs: 2,
    signal: stop.signal,
    onDone: (done) => done === 3 && stop.abort(),
  });
  assert.ok(first.length >= 3 && first.length < 8);
  await assert.rejects(Deno.stat(join(out, "class.csv")));
  let kept = 0;
  const second = await gradeFolder(await grader(), join(folder, "in"), out, {
    jobs: 2,
    onDone: (_, __, ___, was) => kept += was ? 1 : 0,
  });
  assert.equal(kept, first.length);
  assert.deepEqual(scoresOf(second), wanted(seats));
  await gradeFolder(await grader(), join(folder, "in"), whole, { jobs: 1 });
  for (
    const name of [...seats.keys()].map((n) => join(n, "results.json")).concat("class.csv", "class.html")
  ) {
    assert.equal(await Deno.readTextFile(join(out, name)), await Deno.readTextFile(join(whole, name)), name);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "law: a class of a hundred is graded as expected",
  ignore: Deno.env.get("LONG") !== "1",
  async fn() {
    const seats = await classroom();
    const folder = await handedIn(seats);
    const all = await gradeFolder(await grader(), join(folder, "in"), join(folder, "out"), { jobs: 2 });
    assert.deepEqual(scoresOf(all), wanted(seats));
    const overview = await Deno.readTextFile(join(folder, "out", "class.html"));
    for (const name of ["both climb", "squared norm", "of the change", "on the diagonal"]) {
      assert.ok(overview.includes(name), name);
    }
    await Deno.remove(folder, { recursive: true });
  },
});
