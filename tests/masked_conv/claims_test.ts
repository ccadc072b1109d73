import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { answer } from "lib/masked_conv/questions.ts";
import { claims } from "lib/masked_conv/claims.ts";
import { drawings, gallery, learning, masksAndGrid } from "lib/masked_conv/figures.ts";
import { blindSpots, dependenceMaps, depths } from "lib/masked_conv/solution/figures.ts";
import { gridOf, pictureOf, pixelName, pixelsOf, receptiveField, wrongPixels } from "lib/masked_conv/mod.ts";
import { assertSetting, setting, targetName } from "lib/masked_conv/setting.ts";
import { firstPictures } from "lib/masked_conv/pixel_cnn.ts";
import { heard } from "lib/course/listening.ts";
import { variant } from "lib/course/year.ts";
import { random } from "lib/math/random.ts";
import { answers, isProof, misconceptionPrint, samePrint } from "lib/proof/answer.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import { misconceptions } from "lib/masked_conv/misconceptions.ts";
import { inPart } from "../proof/question.ts";

const ids = [
  ...[..."abcde"].map((letter) => `2.0.${letter}`),
  ...[
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "2.5",
    "2.6",
    "2.7",
    "2.7.b",
    "2.7.c",
    "2.11",
    ...["2.12", "2.12.b", "2.12.c"],
    ...["2.8", "2.8.b", "2.8.c"],
    "2.9",
    "2.10",
  ],
];
/** Every entry's verdict, judged once. */
const judged = () => verdicts ??= claims.entries.map((entry) => entry.judge());
let verdicts: Verdict[] | undefined;
const further = ["2.7", "2.7.b", "2.7.c", "2.8", "2.8.b", "2.8.c", "2.9", "2.10"];

Deno.test("mutant: every claim of question 2 holds and rejects all its broken variants", () => {
  assert.deepEqual(claims.entries.map((entry) => entry.id), ids);
  assert.deepEqual(claims.entries.filter((entry) => entry.further).map((entry) => entry.id), further);
  const tensors = tf.memory().numTensors;
  for (const verdict of judged()) {
    if (verdict.evidence === "editorial") continue;
    assert.equal(verdict.status, "holds", `${verdict.id}: ${verdict.because}`);
    assert.deepEqual([verdict.evidence, verdict.error], ["exact", 0], verdict.id);
    assert.ok(verdict.mutants.length >= 1 && verdict.mutants.every((m) => m.rejected), verdict.id);
  }
  assert.equal(tf.memory().numTensors, tensors);
});

Deno.test("law: the enumerations are complete: 286 entries, 30 stacks, 25 pixels, all grids", () => {
  const instances = judged().map(({ id, instances }) => [id, instances]);
  assert.deepEqual(Object.fromEntries(instances), {
    ...{
      "2.0.a": 286,
      "2.0.b": 90,
      "2.0.c": 150,
      "2.0.d": 30,
      "2.0.e": 0,
      "2.1": grid ** 2,
      "2.2": grid ** 2,
      "2.3": grid ** 2,
      "2.4": grid ** 2,
      "2.5": 240,
      "2.6": 1290,
    },
    ...{
      "2.7": 750,
      "2.7.b": 750,
      "2.7.c": 18,
      "2.8": 464,
      "2.8.b": 8,
      "2.8.c": 464,
      "2.9": 29,
      "2.10": 25,
      "2.11": 750,
      "2.12": 16,
      "2.12.b": 16,
      "2.12.c": 5,
    },
  });
});

Deno.test("law: no box on the assignment: its sentences are brief here, not false", () => {
  for (const { id, printed, refutedBy } of judged()) {
    assert.deepEqual([printed, refutedBy], [undefined, undefined], id);
  }
});

/** The four answers for a target of a grid. */
const answersFor = (options: typeof setting): Readonly<Record<string, readonly string[]>> => ({
  fieldAA: pictureOf(receptiveField({ ...options, masks: ["A", "A"] })),
  fieldAB: pictureOf(receptiveField({ ...options, masks: ["A", "B"] })),
  fieldBA: pictureOf(receptiveField({ ...options, masks: ["B", "A"] })),
  fieldBB: pictureOf(receptiveField({ ...options, masks: ["B", "B"] })),
});
const solutions = answersFor(setting), { grid } = setting, empty = "0".repeat(grid);

Deno.test("reference: the answers at 33 of the 5 × 5 grid, shaded by hand", () => {
  assert.deepEqual(answersFor({ grid: 5, kernel: 3, target: [2, 2] }), {
    fieldAA: ["11111", "11100", "10000", "00000", "00000"],
    fieldAB: ["11111", "11110", "11000", "00000", "00000"],
    fieldBA: ["11111", "11110", "11000", "00000", "00000"],
    fieldBB: ["11111", "11110", "11100", "00000", "00000"],
  });
});

Deno.test("edge: a setting in which the stacks can't be told apart is refused", () => {
  const good = { grid: 7, kernel: 5, target: [3, 4] as const };
  assertSetting(good);
  for (
    const [change, words] of [
      [{ kernel: 4 }, /odd kernel.*got 4/],
      [{ grid: 2.5 }, /grid.*got 2.5/],
      [{ target: [0, 4] }, /row above it.*got \[0, 4\]/],
      [{ target: [3, 5] }, /2 after it.*got \[3, 5\]/],
      [{ target: [3, 0] }, /column before it/],
    ] as const
  ) assert.throws(() => assertSetting({ ...good, ...change }), words);
});
const marks = (rows: readonly string[]) => rows.map((row) => [...row].map(Number));

/** One picture in many forms. */
const forms: readonly ((rows: readonly string[]) => unknown)[] = [
  (rows) => rows,
  (rows) => rows.map((row) => [...row].join(" ")),
  (rows) => rows.join("\n") + "\n",
  (rows) => rows.map((row) => [...row]),
  (rows) => marks(rows),
  (rows) => marks(rows).map((row) => Uint8Array.from(row)),
  (rows) => marks(rows).map((row) => row.map((mark) => mark === 1)),
  (rows) => marks(rows).map((row) => row.map(BigInt)),
  (rows) => marks(rows).map((row) => row.map((mark) => Object(mark))),
  (rows) => rows.map((row) => new String(row)),
  (rows) => tf.tensor2d(marks(rows)),
  (rows) => tf.tensor2d(marks(rows), [grid, grid], "bool"),
  (rows) => Object.assign([...rows], { note: "extra" }),
];

for (const question of answer.questions) {
  const { name } = question, known = misconceptions[name as keyof typeof misconceptions];
  assert.ok(!isProof(question));

  Deno.test(`law: ${name} holds in many forms`, () => {
    for (const form of forms) {
      const given = form(solutions[name]), verdict = answer(name, () => given);
      assert.equal(verdict.status, "holds", `${form}: ${verdict.feedback}`);
      assert.deepEqual([verdict.points, verdict.maxPoints], [question.points, question.points]);
    }
  });

  Deno.test(`mutant: ${name} recognises each of its wrong pictures by its cause`, () => {
    assert.ok(known.length >= 10);
    const pictures = known.map((m) => m.answer().join());
    assert.equal(new Set([...pictures, solutions[name].join()]).size, known.length + 1);
    const prints = known.map((m) => misconceptionPrint(question, m) as readonly number[]);
    prints.forEach((print, i) =>
      prints.forEach((other, j) => assert.equal(samePrint(print, other), i === j))
    );
    // the same by its fingerprint alone, ten digits, as the student edition ships it
    const shipped = answers({
      ...question,
      misconceptions: known.map((m, i) => ({
        name: m.name,
        says: m.says,
        fingerprint: prints[i].map((x) => Number(x.toPrecision(10))),
      })),
    });
    for (const wrong of known) {
      for (const form of forms) {
        const given = form(wrong.answer());
        for (const verdict of [answer(name, () => given), shipped(name, () => given)]) {
          assert.deepEqual([verdict.status, verdict.misconception, verdict.points], [
            "almost",
            wrong.name,
            inPart(question),
          ]);
          assert.equal(verdict.feedback, wrong.says);
        }
      }
    }
  });

  Deno.test(`law: ${name}: a picture that is wrong in no known way is told the same, however wrong it is`, () => {
    const chance = random(25), right = marks(solutions[name]), said = new Set<string>();
    for (let trial = 0; trial < 200; trial++) {
      const flipped = chance.permutation(grid ** 2).slice(0, 1 + chance.integer(6));
      const given = right.map((row, i) =>
        row.map((mark, j) => flipped.includes(grid * i + j) ? 1 - mark : mark)
      );
      const { status, error, misconception, feedback, worst } = answer(name, () => given);
      assert.notEqual(status, "holds");
      assert.equal(error, 1);
      assert.doesNotMatch(feedback!.replaceAll(targetName, ""), /\d pixel|missing|too many|[01]{3}/);
      if (misconception === undefined) said.add(JSON.stringify({ status, feedback, worst }));
    }
    assert.ok(said.size <= 1, [...said].join("\n"));
    for (const { says } of known) {
      assert.doesNotMatch(says, /missing|too many|\d+ pixel/);
      // the target is in the question; no other pixel is named
      assert.doesNotMatch(says.replaceAll(targetName, ""), /\b[1-9][1-9]\b|[01]{3}/);
      assert.doesNotMatch(says, /\bgreat\b|well done/i);
    }
  });

  Deno.test(`edge: ${name} broken in any way gives a sentence, not an error`, () => {
    const broken: readonly (() => unknown)[] = [
      () => 5,
      () => "text",
      () => "",
      () => [],
      () => ["11111"],
      () => ["1111", "1111", "1111", "1111", "1111"],
      () => ["11111", "11100", "10000", "00000", "0000x"],
      () => [11111, 11100, 10000, 0, 0],
      () => [[2, ...marks(solutions[name])[0].slice(1)], ...marks(solutions[name]).slice(1)],
      () => [[NaN, ...marks(solutions[name])[0].slice(1)], ...marks(solutions[name]).slice(1)],
      () => marks(solutions[name]).flat(),
      () => [null, null, null, null, null],
      () => [...solutions[name], empty],
      () => Promise.resolve(solutions[name]),
      () => () => solutions[name],
      () => ({ rows: solutions[name] }),
      () => Symbol("s"),
      () => tf.ones([grid, grid - 1]),
      () => tf.fill([grid, grid], 0.5),
      () =>
        new Proxy([], {
          get: () => {
            throw new Error("no");
          },
        }),
      () => {
        throw new Error("my cell ran away");
      },
    ];
    for (const form of broken) {
      const verdict = answer(name, form);
      assert.equal(verdict.status, "keep working", `${form}: ${verdict.status}`);
      assert.ok((verdict.feedback ?? "").length > 10, String(form));
      assert.doesNotMatch(verdict.feedback!, /undefined|is not a function|Cannot read/);
      assert.equal(verdict.points, 0);
    }
    assert.equal(
      answer(name, () => {
        throw new ReferenceError(`${name} is not defined`);
      }).status,
      "not answered",
    );
    assert.equal(answer(name, () => undefined).status, "not answered");
    assert.match(
      answer(name, () => solutions[name].map(() => empty)).feedback!,
      /No pixel is shaded/,
    );
  });
}

Deno.test("law: a judgement leaves no tensor behind", () => {
  const before = tf.memory().numTensors;
  for (const [name, rows] of Object.entries(solutions)) answer(name, () => rows);
  answer("fieldAA", () => solutions.fieldBB);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("law: gridOf undoes pixelsOf and drops what lies off the grid; wrongPixels counts both ways", () => {
  const chance = random(3);
  for (let trial = 0; trial < 200; trial++) {
    const n = 1 + chance.integer(6);
    const draw = () => chance.list(n, () => chance.list(n, () => chance.integer(2)));
    const a = draw(), b = draw();
    assert.deepEqual(gridOf(pixelsOf(a), n), a);
    assert.deepEqual(gridOf([...pixelsOf(a), [-1, 0], [0, n], [n, n]], n), a);
    const { missing, extra } = wrongPixels(a, b);
    assert.equal(missing + extra, a.flat().filter((x, p) => x !== b.flat()[p]).length);
    assert.deepEqual(wrongPixels(b, a), { missing: extra, extra: missing });
  }
});

Deno.test("edge: pictures and pixels that are none are refused by name", () => {
  const call = (f: unknown, ...args: unknown[]) => () => Reflect.apply(f as () => unknown, undefined, args);
  const refuses = (f: () => unknown, words: RegExp) =>
    assert.throws(f, (error: Error) => {
      assert.ok(error instanceof RangeError || error instanceof TypeError, String(error));
      assert.match(error.message, /^Cannot .*: expected .*, got .*[^.]$/s);
      return words.test(error.message) || assert.fail(error.message);
    });
  refuses(call(wrongPixels, [[1]], [[1, 0]]), /1 × 1 and 1 × 2/);
  refuses(call(wrongPixels, [[1]], [[NaN]]), /finite/);
  refuses(call(wrongPixels, undefined, [[1]]), /rows/);
  refuses(call(gridOf, [[0, 0]], 0), /grid size/);
  refuses(call(gridOf, [[0]], 2), /pixel \[row, column\]/);
  refuses(call(gridOf, [[0, 0.5]], 2), /whole/);
  refuses(call(gridOf, 3, 2), /list of pixels/);
  refuses(call(firstPictures, { count: 1, side: 1, images: [0] }, 2), /number of pictures to take.*2/);
  refuses(call(firstPictures, null, 1), /pictures/);
});

Deno.test("edge: a listener that throws ends the work only when the signal is not there", async () => {
  const stop = new AbortController();
  const failing = () => {
    throw new Error("bar");
  };
  await assert.rejects(heard(undefined, failing), /bar/);
  await assert.rejects(heard(stop.signal, () => Promise.reject(new Error("late"))), /late/);
  stop.abort();
  await heard(stop.signal, failing);
  await heard(stop.signal, () => Promise.reject(new Error("late")));
});

Deno.test("law: every figure is small plain data with a caption, and drawings take what is not there yet", () => {
  const digit = [[0, 1], [1, 0]], wide = Array.from({ length: 8 }, () => new Array<number>(8).fill(1));
  const runs = [{ title: "A first", losses: [0.6, 0.5], testBits: 0.5 }, {
    title: "B first",
    losses: [],
    testBits: 0,
  }];
  const figures = [
    masksAndGrid(),
    drawings({ a: () => solutions.fieldAA, b: () => undefined }),
    depths(),
    blindSpots(),
    learning("2.5", runs.slice(0, 1), 0.56),
    learning("2.7", runs, 0.56),
    gallery(
      "2.6",
      [{ title: "real", pictures: [wide] }, {
        title: "set",
        pictures: { count: 1, side: 8, images: new Array(64).fill(0) },
      }],
      "Words.",
      { each: 1 },
    ),
    dependenceMaps("2.9", [{ title: "A first", slopes: digit }], [0, 0]),
  ];
  for (const { caption, description, data, layout } of figures) {
    assert.match(caption, /^\*\*Figure 2\.\d\.\*\* [A-Z].*\.$/);
    assert.match(description, /\.$/);
    assert.ok(JSON.stringify({ data, layout }).length < 300_000);
  }
  const { description } = drawings({
    right: () => solutions.fieldAA,
    missing: () => undefined,
    broken: () => {
      throw new ReferenceError("b is not defined");
    },
    short: () => ["1"],
    odd: () => [null, 1, {}, [], "11111"],
  });
  const seen = pixelsOf(marks(solutions.fieldAA)).map(pixelName).join(" ");
  assert.ok(description.startsWith(`right: ${seen}. missing: not drawn yet. broken: not drawn yet.`));
  assert.match(description, /short: not drawn yet\. odd: not drawn yet\.$/);
});

Deno.test("reference: the field with all padding at the top left has a name", () => {
  const { grid, kernel, target: [row, column] } = variant("2"), reach = 2 * (kernel - 1);
  // two windows that end on their own pixel: a rectangle, without the target
  const field = Array.from({ length: grid }, (_, i) =>
    Array.from({ length: grid }, (_, j) => {
      const inside = i <= row && j <= column && i >= row - reach && j >= column - reach;
      return inside && !(i === row && j === column) ? "1" : "0";
    }).join(""));
  if (grid === 5 && kernel === 3 && row === 2 && column === 2) {
    assert.deepEqual(field, ["11100", "11100", "11000", "00000", "00000"]);
  }
  for (const name of ["fieldAA", "fieldAB", "fieldBA", "fieldBB"]) {
    const { status, misconception, feedback } = answer(name, () => field);
    assert.equal(status, "almost", name);
    assert.match(misconception!, /^top-left padding/);
    assert.match(feedback!, /top left/);
  }
});
