/** German beside English: every sentence that students are shown of the worked example has its translation. */
import assert from "node:assert/strict";
import de from "../../data/de.json" with { type: "json" };
import course from "../../data/course.json" with { type: "json" };
import { answer } from "lib/gan/questions.ts";
import { renderVerdict } from "lib/show/render.ts";
import { said, saidData, saidHtml, saidMarkdown, speak, untold } from "lib/show/language.ts";
import { leaks } from "../../tools/editions/leak.ts";
import { studentEdition } from "../../tools/editions/project.ts";
import { subjectOf } from "../../tools/course.ts";
import { parseNotebook } from "../../tools/notebook.ts";
import { lateness } from "../../tools/grade/times.ts";
import { cards, lacking, pages, stale } from "../../tools/words.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** In German, and in English again. */
async function inGerman<T>(what: () => T | Promise<T>): Promise<T> {
  speak("de");
  try {
    return await what();
  } finally {
    speak("en");
  }
}

Deno.test("law: cards, pages, and question 4 with its feedback and solution lack no German; none is left over", async () => {
  const { cards, pages, gan, "gan solution": solution } = await lacking("de", ["gan"]);
  assert.deepEqual({ cards, pages, gan, solution }, { cards: [], pages: [], gan: [], solution: [] });
  assert.deepEqual(await stale("de"), []);
});

Deno.test("mutant: a sentence that is taken out of the table is found missing, one that nobody says left over", async () => {
  const table = de.gan as Record<string, string>, english = "This factor belongs to the step backwards.";
  const kept = table[english];
  try {
    delete table[english];
    table["Purple elephants seldom bake bread."] = "Nie.";
    assert.deepEqual((await lacking("de", ["gan"])).gan, [english]);
    assert.deepEqual(await stale("de"), ["Purple elephants seldom bake bread."]);
  } finally {
    delete table["Purple elephants seldom bake bread."];
    table[english] = kept;
    speak("en");
  }
});

Deno.test("law: no English is left in what a card or a page shows", async () => {
  const texts = (html: string) =>
    html.replace(/<(script|style|math|pre|code)\b[^>]*>[^]*?<\/\1>|<!--[^]*?-->/g, "")
      .match(/(?<=>)[^<]+|(?<=\b(?:aria-label|title|alt|data-name|data-hide)=")[^"]*/g)!
      .map((text) => text.trim()).filter((text) => /\p{L}{3}/u.test(text));
  const english = new Set([...cards(), ...pages()].flatMap(texts));
  const german = await inGerman(() => [...cards(), ...pages()].flatMap(texts));
  const same = [...new Set(german)].filter((text) => english.has(text));
  const questions = Object.values(course.questions);
  const names = questions.flatMap(({ answers }) => answers.map(({ name }) => name));
  // the title of a question that has no German yet is listed with the rest of it
  const titles = await inGerman(() => questions.map(({ title }) => title).filter((t) => said(t) === t));
  for (const { notebook } of questions.filter(({ title }) => titles.includes(title))) {
    const subject = subjectOf(notebook), { [subject]: listed } = await lacking("de", [subject]);
    assert.ok(listed.some((text) => titles.includes(text)), subject);
  }
  // names, and words that are the same in both
  const allowed = /^(Show Your Work|Normalizing flows|Code|Monte Carlo|Name _+|[\d.]+ \S+)$/i;
  const left = same.map((text) => text.replace(/^\d+ · /, ""));
  assert.deepEqual(left.filter((text) => ![...names, ...titles].includes(text) && !allowed.test(text)), []);
});

Deno.test("law: feedback on every known mistake of question 4 is German, and its status, its points and its data are not touched", async () => {
  const judge = () => answer("growth", () => (a: number) => 1 + a * a);
  const before = judge(), after = await inGerman(judge);
  assert.deepEqual({ ...before, feedback: "" }, { ...after, feedback: "" });
  const html = await inGerman(() => renderVerdict(after));
  assert.match(html, /Das ist der Faktor der quadrierten Norm\./);
  assert.doesNotMatch(renderVerdict(before), /Faktor/);
});

Deno.test("law: what a report says of files, of their faults and of lateness is German", async () => {
  const read = async (file: string) => await Deno.readTextFile(`${root}/tools/grade/${file}.ts`);
  const [take, stream, pick, desk] = await Promise.all(["take", "notebook_stream", "pick", "desk"].map(read));
  const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, words]) => words);
  const odd = found(take, /#odd\([^,]+,\s*[`"]([^`"]+)[`"]/g);
  const sentences = [
    ...[...odd, "is an empty zip"].flatMap((what) => [what, `x.ipynb ${what}.`]),
    ...found(take, /remark\([`"](.+?)[`"]\)/g),
    ...found(stream, /(?:return|\?|:) "(it [^"]+)"/g),
    ...found(pick, /[`"](The (?:cell|answer) (?:st|is)[^`"]+\.)/g),
    ...found(desk.slice(desk.indexOf("const reason")), /"(the [^"]+|of copies [^"]+)"/g),
    ...["02T10:00", "04T10:00", "09T10:00"].map((time) =>
      lateness({ time: `2027-01-${time}`, due: "2027-01-01T12:00", late: "2027-01-08T12:00" }, {
        ...{ perDay: 0.1, graceMinutes: 0, most: 1 },
      })!.says
    ),
    lateness({ time: "2027-01-02", due: "2027-01-01T12:00" }, { perDay: 0, graceMinutes: 0, most: 1 })!.says,
  ].map((text) => text.replace(/\$\{[^}]*\}/g, "7")).filter((text) => /\p{L}/u.test(text));
  assert.ok(odd.length >= 12 && sentences.length >= 45, `${sentences.length} sentences`);
  await inGerman(() => {
    assert.deepEqual(sentences.filter((text) => said(text) === text), []);
    for (const text of sentences.slice(-4)) assert.doesNotMatch(said(text), /late|less|costs|due/);
  });
});

Deno.test("law: slots are numbers where the table says so, what fills them is translated, and code stays", async () => {
  await inGerman(() => {
    assert.equal(said("3 of 4"), "3 von 4");
    assert.equal(said("the graph of V"), "the graph of V");
    assert.equal(said("holds, 2 of 3"), "gilt, 2 von 3");
    assert.equal(said(" 12 points "), " 12 Punkte ");
    assert.equal(
      saidHtml('<b title="holds">holds</b><code>holds</code><!--holds-->'),
      '<b title="gilt">gilt</b><code>holds</code><!--holds-->',
    );
    assert.equal(saidHtml("<p>holds &amp; 1 &lt; 2</p>"), "<p>holds &amp; 1 &lt; 2</p>");
    assert.deepEqual(saidData({ name: "norm", y: [1, null], color: "blue" }), {
      ...{ name: "Norm", y: [1, null], color: "blue" },
    });
    assert.equal(
      saidMarkdown("## Where am I\n\n```\nholds\n```\n\nholds"),
      "## Wo stehe ich\n\n```\nholds\n```\n\ngilt",
    );
    assert.ok(untold.has("the graph of V"));
  });
  for (const text of ["3 of 4", "holds", "<b>holds</b>"]) {
    assert.equal(said(text), text);
    assert.equal(saidHtml(text), text);
  }
  assert.throws(() => speak("tlh"), /Cannot speak tlh: expected en or de as lang in data\/course\.json/);
});

Deno.test("law: a German project is German, holds no word of a solution, and its code is the English one's", async () => {
  const of = async () => {
    const { files, cuts } = await studentEdition(root);
    // no cells where question 4 rests this year
    const text = files.get("notebooks/04_gan.ipynb");
    const cells = text === undefined ? [] : parseNotebook(text, "04_gan").cells;
    return { files, cells, leaking: leaks(cuts, files) };
  };
  const english = await of(), german = await inGerman(of);
  assert.deepEqual([english.leaking, german.leaking], [[], []]);
  assert.equal(english.files.get("data/de.json"), "{}\n");
  const table = JSON.parse(german.files.get("data/de.json")!);
  assert.deepEqual(Object.keys(table), Object.keys(de).filter((part) => !part.endsWith(" solution")));
  assert.match(
    german.files.get("README.md")!,
    /^# Show Your Work: tiefe[^]*Abgabe \p{L}+(tag|woch), \d+\. \p{L}+ \d{4}[^]*\| alle \|/u,
  );
  assert.match(german.files.get("start.md")!, /Öffnen Sie ein Notebook/);
  for (const [i, cell] of german.cells.entries()) {
    const same = cell.source === english.cells[i].source;
    assert.equal(cell.id, english.cells[i].id);
    if (cell.cell_type === "code") assert.ok(same, cell.id);
    else if (cell.id.startsWith("q4-") && /\p{L}{3}/u.test(cell.source)) assert.ok(!same, cell.id);
  }
});
