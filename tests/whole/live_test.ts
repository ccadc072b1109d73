import assert from "node:assert/strict";
import course from "../../data/course.json" with { type: "json" };
import { gunzipSync, strFromU8, strToU8, unzipSync } from "fflate";
import { root } from "../../tools/command.ts";
import { leaks } from "../../tools/editions/leak.ts";
import { type Live, liveMaker } from "../../tools/handout/live/build.ts";
import { answersIn, filled, zipped } from "../../tools/handout/live/notebooks.ts";
import { edition, livePage } from "../shared.ts";
import type { Config } from "../../tools/handout/live/config.ts";

const names = Object.values(course.questions).map(({ notebook }) => notebook);

/** What a live page carries beside its text: its scripts, unpacked, and its data. */
function carried({ data, script, panel }: Live): Map<string, string> {
  const parts = [...data.matchAll(/<script type="([^"]+)" id="([^"]+)">([^<]*)</g)].map(
    ([, type, id, text]) => {
      const packed = type === "text/plain";
      const bytes = packed ? Uint8Array.from(atob(text), (c) => c.charCodeAt(0)) : new Uint8Array();
      return [`${id}.md`, packed ? strFromU8(gunzipSync(bytes)) : text.replaceAll("\\u003c", "<")] as const;
    },
  );
  return new Map([...parts, ["page.md", panel], ["main.md", script]]);
}

const pages = (async () => {
  const made = new Map<string, Map<string, string>>();
  for (const name of names) made.set(name, carried(await livePage(name)));
  return made;
})();

Deno.test("law: no solution travels in a live page, and one that did would be found", async () => {
  const { files, cuts } = await edition();
  for (const [name, texts] of await pages) {
    assert.ok(texts.get("syw-engine.md")!.length > 5e5);
    assert.deepEqual(leaks(cuts, texts), [], name);
    for (const text of texts.values()) assert.ok(!text.includes(`${course.grading.seed}`), name);
  }
  if (!names.includes("04_gan")) return;
  const slips = await Deno.readTextFile(`${root}/lib/gan/slips.ts`);
  await assert.rejects(liveMaker(new Map([...files, ["lib/gan/slips.ts", slips]]))("04_gan"), /got none/);
  const formula = /"(I \+ alpha [^"]+)"/.exec(slips)![1], questions = files.get("lib/gan/questions.ts")!;
  const planted = `${questions}\nReflect.set(globalThis, "note", "${formula}");\n`;
  const found = leaks(
    cuts,
    carried(await liveMaker(new Map([...files, ["lib/gan/questions.ts", planted]]))("04_gan")),
  );
  assert.deepEqual(found.map(({ file, from }) => [file, from]), [["syw-engine.md", "lib/gan/slips.ts"]]);
});

Deno.test("law: answers that leave as a notebook come back, whatever is in them", async () => {
  const { answers, notebooks } = JSON.parse((await pages).get(names[0])!.get("syw-live.md")!) as Config;
  const texts = [
    "let A = 1;\n// ünïcode ✓ </script>\n",
    "mine",
    "<b>&amp;</b>\n\n\n",
    "`${1}`\\n\u2028",
    '{"cells": []}',
  ];
  const given = new Map(answers.map(({ name }, k) => [name, texts[k % texts.length]]));
  const made = Object.fromEntries(
    Object.entries(notebooks).map(([name, text]) => [name, filled(text, given)]),
  );
  for (const [name, text] of Object.entries(made)) {
    const found = answersIn(`${name}.ipynb`, strToU8(text), answers, notebooks);
    const own = answers.filter(({ notebook }) => notebook === name).map(({ name }) => name);
    assert.deepEqual([...found.answers.keys()], own);
    for (const [answer, written] of found.answers) assert.equal(written, given.get(answer));
    assert.equal(found.reworded, false);
  }
  assert.equal(answersIn("all.zip", zipped(made), answers, notebooks).answers.size, answers.length);
  assert.deepEqual(Object.keys(unzipSync(zipped(made))), names.map((name) => `${name}.ipynb`));
  const [{ name: first }] = answers;
  const edge: [string, RegExp][] = [
    ["{}", /is no notebook/],
    ["[]", /is no notebook/],
    [
      `{"cells": [null, 1, {"cell_type": "code"}, {"cell_type": "x", "id": "answer-${first}"}]}`,
      /no answer of this course/,
    ],
    [
      `{"cells": [{"cell_type": "code", "id": "answer-${first}", "source": {"a": 1}}]}`,
      /no answer is written/,
    ],
  ];
  for (const [text, words] of edge) {
    assert.throws(() => answersIn("odd.ipynb", strToU8(text), answers, notebooks), words, text);
  }
});
