import assert from "node:assert/strict";
import course from "../../data/course.json" with { type: "json" };
import {
  type Answers,
  asked,
  gradedAnswers,
  isProse,
  notebooks,
  official,
  seed,
  testOf,
} from "../grading/course.ts";
import { forms } from "../grading/forms/mod.ts";
import { mistakes } from "../grading/mistakes.ts";
import { browserTest, withBrowser, withFolder } from "./browser.ts";
import { checked, makePages, openLive } from "./live_pages.ts";

const long = Deno.env.get("LONG") === "1";
const judged = asked.filter(({ name }) => !isProse(name));

/** What is no answer at all, by kind. */
const broken: readonly ((name: string) => string)[] = [
  (name) => `const ${name} = ;`,
  (name) => `throw new Error("no");\nconst ${name} = 1;`,
  (name) => `const ${name} = () => { throw new Error("no"); };`,
  (name) => `const ${name} = Promise.resolve(1);`,
  (name) => `const ${name} = NaN;`,
  () => `const somethingElse = 1;`,
  (name) => `let ${name}: string = "2 +";`,
  (name) => `import { claims } from "lib/gan/claims.ts";\nconst ${name} = claims;`,
];

/** Texts of all answers, a column after the other: as the page gets them, and as the grader does. */
async function columns(): Promise<[page: Answers, grader: Answers][]> {
  const own = await official(), kinds = judged.map(() => [] as [string, string][]);
  const wrong = { page: await mistakes(course.variant.seed), grader: await mistakes(seed) };
  for (const [k, { notebook, name }] of judged.entries()) {
    const right = Object.values(forms[notebook]).flatMap((byName) => byName[name] ?? []);
    const known = (list: typeof wrong.page) =>
      list.filter((mistake) => mistake.answer === name).map(({ code }) => `let ${name};\n${code}`);
    const mistaken = known(wrong.page).map((code, i): [string, string] => [code, known(wrong.grader)[i]]);
    const faulty = broken.map((make) => make(name));
    kinds[k].push(
      ...(long ? [own[name], ...right] : right.slice(k % 2, k % 2 + 1)).map((
        text,
      ): [string, string] => [text, text]),
      ...(long ? mistaken : mistaken.slice(0, 1)),
      ...(long ? faulty : [faulty[k % faulty.length]]).map((text): [string, string] => [text, text]),
    );
  }
  const most = Math.max(...kinds.map((list) => list.length));
  return Array.from({ length: most }, (_, i) => {
    const column = judged.flatMap(({ name }, k) => kinds[k][i] ? [[name, kinds[k][i]] as const] : []);
    return [0, 1].map((side) => Object.fromEntries(column.map(([name, pair]) => [name, pair[side]]))) as [
      Answers,
      Answers,
    ];
  });
}

browserTest("law: the page says of every right, wrong and broken answer what the grader says", async (t) => {
  const all = await columns();
  const results = await gradedAnswers(Object.fromEntries(all.map(([, texts], i) => [`column ${i}`, texts])));
  await withFolder(async (folder) => {
    await makePages(folder, notebooks);
    await withBrowser(async (browser) => {
      for (const notebook of notebooks) {
        await t.step(notebook, async () => {
          const { page, context, requests, complaints } = await openLive(browser, folder, notebook);
          const differing: string[] = [];
          let compared = 0;
          for (const [i, [texts]] of all.entries()) {
            const here = judged.filter((one) => one.notebook === notebook && one.name in texts);
            await page.evaluate((texts) => {
              const { sywLive } = globalThis as unknown as {
                sywLive: { write(name: string, text: string): void };
              };
              for (const [name, text] of texts) sywLive.write(name, text);
            }, here.map(({ name }) => [name, texts[name]]));
            for (const { name } of here) {
              const said = await checked(page, name, texts[name]) ?? "";
              const [, status] = /^\S+ \S+ \S+: ([^.]*)\./.exec(said) ?? [];
              const { extra_data, output } = testOf(results.get(`column ${i}`), name);
              compared++;
              if (status !== extra_data.status) {
                differing.push(
                  `${name}: page “${said.slice(0, 160)}”, grader “${output.slice(0, 160)}”: ${
                    texts[name].slice(0, 200)
                  }`,
                );
              }
            }
          }
          assert.deepEqual(differing, []);
          assert.ok(compared >= 12, `${compared} compared`);
          assert.deepEqual([requests, complaints], [[], []]);
          await context.close();
        });
      }
    });
  });
});
