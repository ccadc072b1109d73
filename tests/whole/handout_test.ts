import assert from "node:assert/strict";
import fc from "fast-check";
import { root } from "../../tools/command.ts";
import { convertNotebooks } from "../../tools/handout/convert.ts";
import { type Formula, putFormulas, takeFormulas } from "../../tools/handout/markdown.ts";
import { notebookMain, objections, pageHtml } from "../../tools/handout/page.ts";
import { errataMain, indexMain, ledgerMain } from "../../tools/handout/site.ts";
import { courseMetadata } from "../../tools/notebook.ts";
import { verdictMime } from "../../tools/run/verdict.ts";
import { environmentOf } from "../../tools/setup/environment.ts";
import { thisPlatform } from "../../tools/setup/platform.ts";
import { inFolder, runTool, writeFixture } from "../tools/fixtures.ts";
import { claim } from "lib/proof/claim.ts";
import { erratum } from "lib/proof/erratum.ts";
import { verdictData } from "lib/proof/verdict.ts";

const program = `${root}/tools/handout.ts`;

const taken = (markdown: string) => {
  const formulas: Formula[] = [];
  return { text: takeFormulas(markdown, formulas), formulas };
};

Deno.test("law: formulas leave Markdown and come back as MathML, code stays", () => {
  const { text, formulas } = taken(
    "For $\\alpha \\neq 0$ run `echo $HOME $PATH`:\n\n$$\nA = \\begin{pmatrix} 1 & 2 \\end{pmatrix}\n$$\n\n```\n$x$\n```\n",
  );
  assert.deepEqual(formulas, [
    { tex: "\\alpha \\neq 0", display: false },
    { tex: "A = \\begin{pmatrix} 1 & 2 \\end{pmatrix}", display: true },
  ]);
  assert.match(text, /`echo \$HOME \$PATH`/);
  assert.match(text, /```\n\$x\$\n```/);
  const html = putFormulas(`<h2 id="For-sywformula0end">sywformula0end, <p>sywformula1end</p>`, formulas);
  assert.match(
    html,
    /^<h2 id="For-α ≠ 0"><span [^>]*><math>.*<\/math>,<\/span> <div class="display"><math /s,
  );
});

Deno.test("law: what has no formula is not changed", () => {
  fc.assert(fc.property(fc.string().filter((s) => !s.includes("$")), (text) => {
    assert.deepEqual(taken(text), { text, formulas: [] });
    assert.equal(putFormulas(text, []), text);
  }));
});

Deno.test("edge: a formula that can't be typeset is named", () => {
  assert.throws(
    () => putFormulas("sywformula0end", [{ tex: "\\frac{1}{", display: false }]),
    /^Error: Cannot typeset \$\\frac\{1\}\{\$: /,
  );
});

Deno.test("law: headings get names and points, tables room, and a list of contents follows the title", () => {
  const { title, main } = notebookMain(
    `<div class="cell text" id="a">\n<h1 id="x">4 · GAN &amp; dynamics</h1>\n</div>\n\n<div class="cell text" id="b">
<h2>4.1 One</h2>\n<p><strong>4 points.</strong> Both</p><table><tr></tr></table></div>
<div class="cell text" id="c"><h2>4.1 One</h2></div>`,
  );
  assert.equal(title, "4 · GAN & dynamics");
  assert.match(main, /<h2 id="4-1-one"><span>4\.1 One<\/span> <span class="points">4 points<\/span><\/h2>/);
  assert.match(main, /<div class="wide"><table>/);
  assert.match(main, /<h2 id="4-1-one-2">/);
  assert.ok(main.indexOf("</h1>") < main.indexOf("<nav") && main.indexOf("<nav") < main.indexOf("<h2"));
});

Deno.test("mutant: pages that load, weigh too much or keep raw formulas are objected to", () => {
  const page = (main: string) => pageHtml({ title: "x", main, colophon: "" });
  assert.deepEqual(
    objections(page(`<p>fine, <a href="https://example.org">cited</a></p><code>$x$</code>`)),
    [],
  );
  assert.match(
    objections(page(`<img src="picture.png">`))[0],
    /would load something: <img src="picture\.png"/,
  );
  assert.match(
    objections(page(`<link rel="stylesheet" href="https://a.b/c.css">`))[0],
    /would load something/,
  );
  assert.match(objections(page(`<p>the value $x$ is</p>`))[0], /not typeset: the value \$x\$ is/);
  assert.match(objections(page("x".repeat(6e6)))[0], /is 6\.\d MB large/);
});

const verdict = verdictData(claim("4.9", {
  statement: "$x = x$",
  evidence: "closed form",
  subject: { f: (x: number) => x },
  instance: (random) => random.normal(),
  error: ({ f }, x) => Math.abs(f(x) - x),
  mutants: { "one more": { f: (x: number) => x + 1 }, "no number": { f: () => Infinity } },
  printed: erratum({
    ...{ where: "4.9", fault: "false", text: "$x = 2x$", counterexample: 1, example: 0 },
    sides: { "$x$": (x) => x, "$2x$": (x) => 2 * x },
    shown: () => ({ list: [1, 2] }),
  }),
}));
const chapter = {
  name: "04_gan",
  title: "4 · GAN dynamics",
  student: true,
  notebook: {
    nbformat: 4 as const,
    nbformat_minor: 5,
    metadata: courseMetadata,
    cells: [
      { cell_type: "markdown" as const, id: "title", metadata: {}, source: "# 4\n\n_An idea with $x$._\n" },
      {
        cell_type: "code" as const,
        id: "q4-9-claims",
        metadata: {},
        source: "",
        execution_count: 1,
        outputs: [{
          output_type: "display_data" as const,
          metadata: {},
          data: JSON.parse(JSON.stringify({ [verdictMime]: [verdict] })),
        }],
      },
    ],
  },
};

Deno.test("law: index, ledger and errata are harvested from executed notebooks", () => {
  const index = indexMain([chapter]);
  assert.match(
    index,
    /href="04_gan\.html".*An idea with <span[^>]*><math>.*1 claim · .*04_gan\.student\.html/s,
  );
  const ledger = ledgerMain([chapter]);
  assert.match(ledger, /1 of 1 claims and derivations hold.*1 closed form.*rejected 2 of 2/s);
  assert.match(
    ledger,
    /<a href="04_gan\.html#q4-9-claims">4\.9<\/a>.*one more.*✓ holds.*closed form.*0 ≤ 1e-12/s,
  );
  const errata = errataMain([chapter]);
  assert.match(
    errata,
    /printed.*2.*holds.*counterexample.*<code>list<\/code> = <code>\[1, 2\]<\/code>, .*<code>1<\/code>.*<code>2<\/code>/s,
  );
  const page = pageHtml({ title: "", main: index + ledger + errata, colophon: "", site: true });
  assert.deepEqual(objections(page), []);
});

const { python } = environmentOf(thisPlatform());
const ready = await thisPlatform().exists(python);
if (!ready) console.log("Skipped, failing handouts: the course is not set up here (deno task setup).");

Deno.test({
  name: "edge: a notebook that fails gets no page, the others do, and the command fails with sentences",
  ignore: !ready,
  fn: () =>
    inFolder(async (folder) => {
      const failing = `${folder}/failing.ipynb`, good = `${folder}/good.ipynb`;
      const shown = { id: "9.9", statement: "1 = 2", status: "defective", evidence: "exact", mutants: [] };
      await writeFixture(
        failing,
        { id: "title", type: "markdown", source: "# Failing" },
        { id: "throws", source: 'throw new Error("Cannot go on")' },
        {
          id: "check",
          source: `await Deno.jupyter.display({ "text/plain": "v", "${verdictMime}": ${
            JSON.stringify(shown)
          } }, { raw: true });`,
        },
      );
      await writeFixture(good, { id: "title", type: "markdown", source: "# Good $x$" }, {
        id: "one",
        source: "1 + 1",
      });
      const { code, stdout, stderr } = await runTool(program, failing, good, "--out", `${folder}/out`);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /failing\.ipynb, cell throws: threw Error: Cannot go on/);
      assert.match(stderr, /failing\.ipynb, cell check: verdict 9\.9 is "defective"/);
      assert.match(stderr, /^failing: no handout, because of 2 problems$/m);
      assert.match(stdout, /good\.html \(0\.\d MB\)/);
      const pages = (await Array.fromAsync(Deno.readDir(`${folder}/out`), ({ name }) => name)).sort();
      assert.deepEqual(pages, ["good.html"]);
      assert.match(await Deno.readTextFile(`${folder}/out/good.html`), /<title>Good x<\/title>/);
    }),
});

Deno.test("edge: a handout that can't be made says why", async () => {
  await inFolder(async (folder) => {
    const none = await runTool(program, `${folder}/none.ipynb`);
    assert.deepEqual(
      [none.code, /expected a notebook, got no such file/.test(none.stderr)],
      [1, true],
      none.stderr,
    );
    const limit = await runTool(program, "--limit", "soon");
    assert.match(limit.stderr, /^Cannot set the time limit: expected seconds, got soon/);
    const absent = { ...environmentOf(thisPlatform()), python: `${folder}/python` };
    const { notebook } = chapter;
    await assert.rejects(
      convertNotebooks(absent, new Map([["04_gan", notebook]])),
      /^Error: Cannot make handouts: expected Python in .*, got none \(deno task setup\)$/,
    );
  });
});
