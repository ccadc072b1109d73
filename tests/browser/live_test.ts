import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { graded, official, submission, testOf, zip } from "../grading/course.ts";
import { unzipSync } from "fflate";
import { root } from "../../tools/command.ts";
import { allOf, worthOf } from "../tools/fixtures.ts";
import { browserTest, keep, seriousFaults, withBrowser, withFolder } from "./browser.ts";
import { checked, download, editor, makePages, openLive, status } from "./live_pages.ts";

/** The student's page that answers back, from its file, with the network off. */

/** Seconds that a step may take here: a loop that never ends is waited for. */
const seconds = 4;
const gan = "04_gan", simsiam = "05_simsiam";
/** What the page says when A and growth are right. */
const counted = `${worthOf.A + worthOf.growth} of ${allOf(gan)} points`;

browserTest(
  "law: a reader opens the page offline, answers, is told what is wrong, and hands in",
  async (t) => {
    await withFolder(async (folder) => {
      await makePages(folder, [gan, simsiam], { seconds });
      await withBrowser(async (browser) => {
        const first = await openLive(browser, folder, gan), { page, context } = first;
        await t.step("typed with the keyboard: wrong, then right; Tab leaves", () => typed(page));
        await t.step(
          "a formula is typeset while it is typed, and what is none says why",
          () => typesetting(page),
        );
        await t.step("a syntax error names its line", async () => {
          assert.match(
            (await checked(page, "growth", "let growth;\ngrowth = (a) => [1, a;"))!,
            /syntax error in line 2/,
          );
        });
        await t.step("an answer that feeds a figure draws it; points are counted", () => figure(page));
        await t.step("answers stay when the page is opened again", () => reopened(page));
        const other = await openLive(browser, folder, simsiam, context);
        await t.step("5.1 is proved, line by line", () => proved(other.page));
        await t.step("what is downloaded is graded as the page has said", () => handedIn(page, other.page));
        await t.step(
          "a notebook that is dropped fills the answers in; others are refused",
          () => dropped(page),
        );
        await t.step(
          "axe finds nothing serious, light and dark; a phone and 200 % need no scrolling sideways",
          async () => {
            for (const one of [page, other.page]) await usable(one);
          },
        );
        await t.step("paper has room for what is not answered, and what is", () => onPaper(page));
        await t.step("nothing was asked for, nothing complained about, and nothing can be", async () => {
          for (const { requests, complaints } of [first, other]) {
            assert.deepEqual([requests, complaints], [[], []]);
          }
          await alone(page);
        });
      });
    });
  },
  { of: [gan, simsiam] },
);

async function typed(page: Page) {
  const place = editor(page, "A");
  await place.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nA = (alpha) => [[1, alpha], [alpha, 1]];");
  await page.keyboard.press("Control+Enter");
  const said = page.locator("#q4-1-check .syw-row").last();
  await said.getByText("almost").waitFor();
  assert.match(await said.innerText(), /both players climb/);
  await place.press("Control+a");
  await page.keyboard.type("let A = (alpha) => [[1, alpha], [-alpha, 1]];");
  await page.keyboard.press("Control+Enter");
  await said.getByText("holds").waitFor();
  assert.match(await status(page, "A").innerText(), /holds/);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Check");
}

async function typesetting(page: Page) {
  const place = editor(page, "A"), lines = page.locator("#answer-A .live-line");
  await place.press("Control+a");
  await page.keyboard.type('let A = "[1, alpha; -alpha, 1]";');
  await lines.locator("math mtable").waitFor();
  await place.press("Control+a");
  await page.keyboard.type('let A = "[1, alpha; -alpha";');
  await lines.getByText(/No formula yet/).waitFor();
  assert.match((await checked(page, "A", 'let A = "[1, alpha; -alpha, 1]";'))!, /holds/);
}

async function figure(page: Page) {
  assert.match((await checked(page, "A", "const A = (a) => [[1, a], [-a, 1]];"))!, /holds/);
  assert.match((await checked(page, "growth", "const growth = (a) => Math.hypot(1, a);"))!, /holds/);
  const plot = page.locator("#q4-3-figure .main-svg").first();
  await plot.waitFor();
  assert.ok(await page.getByRole("slider", { name: "learning rate α" }).isVisible());
  assert.ok((await page.locator("#q4-standing-check .syw-head").innerText()).includes(counted));
}

async function reopened(page: Page) {
  await page.reload();
  await page.waitForFunction(() => document.documentElement.classList.contains("live"));
  assert.match(await editor(page, "growth").innerText(), /Math.hypot/);
  await page.locator("#q4-standing-check").getByText(counted).waitFor();
}

async function proved(page: Page) {
  const own = await official();
  const wrong = own.proof51.replaceAll("linearity of expectation", "cyclic trace");
  assert.match((await checked(page, "proof51", wrong))!, /keep working/);
  assert.match((await checked(page, "proof51", own.proof51))!, /holds/);
  assert.ok(await page.locator("#q5-1-check-proof math").count() > 5);
  assert.ok(await page.locator("#answer-proof51 .live-line math").count() > 3);
  await editor(page, "prose-5-4").click();
  await page.keyboard.type("It falls <b>exponentially</b>, for X' ≻ 0.");
}

async function handedIn(page: Page, other: Page) {
  // the first page knows what was written on the second
  await other.waitForTimeout(500);
  const bytes = await download(page, "Download all five (to hand in)");
  const results = (await graded({ "ann.zip": bytes })).get("ann")!;
  assert.deepEqual(results.extra_data.remarks, []);
  const scores = ["A", "growth", "stationaryPoint", "proof51"].map((name) => testOf(results, name).score);
  assert.deepEqual(scores, [4, 2, 0, 3]);
  assert.match(JSON.stringify(testOf(results, "prose-5-4")), /exponentially/);
  const one = JSON.parse(new TextDecoder().decode(await download(page, "Download this notebook")));
  const cells = new Map(
    (one.cells as { id: string; source: string[] }[]).map((c) => [c.id, c.source.join("")]),
  );
  assert.equal(cells.get("answer-growth"), "const growth = (a) => Math.hypot(1, a);");
  assert.match(cells.get("answer-fate")!, /Write your answer here/);
  assert.deepEqual([one.nbformat, one.metadata.kernelspec.name], [4, "deno"]);
}

/** A file as a browser gets it when it is chosen. */
const choose = (page: Page, name: string, content: string | Uint8Array) =>
  page.locator("#live-panel input[type=file]").setInputFiles({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(content),
  });

async function dropped(page: Page) {
  const said = page.locator(".live-said");
  const evil =
    'let growth = "<img src=x onerror=document.title=1>"; // </script><script>document.title=2</script>';
  await choose(page, "mine.ipynb", await submission({ growth: evil, fate: "let fate = 1;" }));
  await said.getByText("2 answers of this page came from mine.ipynb.").waitFor();
  assert.equal(await editor(page, "growth").innerText(), evil);
  assert.equal(await page.title(), "4 · GAN dynamics");
  await said.getByRole("button", { name: "Undo" }).click();
  await said.getByText("as they were before").waitFor();
  assert.match(await editor(page, "growth").innerText(), /Math.hypot/);
  const foreign = JSON.stringify({ nbformat: 4, cells: [{ cell_type: "code", id: "x", source: ["1 + 1"] }] });
  const year = await submission({ growth: "let growth = 1;" }, (made) => {
    for (const cell of made.cells) if (cell.id === "q4-1-question") cell.source = "Another year's question.";
  });
  const refused: [string, string | Uint8Array, RegExp][] = [
    ["other.ipynb", foreign, /holds no answer of this course/],
    ["picture.png", new Uint8Array([137, 80, 78, 71, 0, 255, 254]), /is no notebook/],
    ["broken.zip", new Uint8Array([0x50, 0x4b, 3, 4, 1, 2, 3]), /zip that can't be read|no notebook/],
    ["empty.ipynb", "", /is no notebook/],
    ["null.ipynb", "null", /is no notebook/],
    ["untouched.ipynb", await submission({}), /no answer is written/],
  ];
  for (const [name, content, words] of refused) {
    await choose(page, name, content);
    await said.getByText(words).waitFor();
    assert.match(await said.innerText(), /Nothing was changed/);
  }
  await choose(page, "2025.ipynb", year);
  await said.getByText(/not worded as they are here/).waitFor();
  await said.getByRole("button", { name: "Undo" }).click();
  await choose(page, "both.zip", zip({ "a/04_gan.ipynb": await submission({ fate: "let fate = 2;" }) }));
  await said.getByText("1 answer of this page came from both.zip.").waitFor();
  await page.evaluate(async (text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dragged.ipynb"));
    document.body.dispatchEvent(
      new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
    );
    await new Promise((done) => setTimeout(done, 300));
  }, await submission({ fate: "let fate = 3;" }));
  assert.equal(await editor(page, "fate").innerText(), "let fate = 3;");
}

async function usable(page: Page) {
  assert.deepEqual(await seriousFaults(page), [], "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await keep(page, `live-dark-${await page.title()}`, { fullPage: true });
  assert.deepEqual(await seriousFaults(page, ["color-contrast"]), [], "dark");
  await page.emulateMedia({ colorScheme: "light" });
  await keep(page, `live-${await page.title()}`, { fullPage: true });
  for (const width of [640, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await keep(page, `live-${width}-${await page.title()}`, { fullPage: true });
  }
  await page.setViewportSize({ width: 1200, height: 900 });
}

async function onPaper(page: Page) {
  await page.emulateMedia({ media: "print" });
  const heights = await page.locator(".live-paper").evaluateAll((all) =>
    all.map((one) => ({ text: one.textContent!.slice(0, 20), height: one.getBoundingClientRect().height }))
  );
  assert.ok(
    heights.filter(({ text }) => text === "").every(({ height }) => height > 60),
    JSON.stringify(heights),
  );
  assert.ok(heights.some(({ text }) => text.startsWith("const growth")));
  assert.equal(await page.locator(".cm-editor:visible, .live-tools:visible").count(), 0);
  const folder = Deno.env.get("SYW_SHOTS");
  if (folder) await Deno.writeFile(`${folder}/live.pdf`, await page.pdf({ format: "A4" }));
  await page.emulateMedia({ media: null });
}

/** By which rules the page, and what runs in its workers, is kept from loading and from making code. */
async function alone(page: Page) {
  const broken = await page.evaluate(() =>
    new Promise<string>((done) => {
      addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
      fetch("https://example.org/").then(() => done("loaded"), () => {});
    })
  );
  assert.equal(broken, "connect-src");
  const tried = `const stationaryPoint = [0, 0];
for (const door of ["fetch('https://example.org')", "new Function('return 1')()", "importScripts('https://example.org')"]) {
  try { console.log(door, await (0, { f: () => fetch("https://example.org") }).f()); } catch { console.log("closed"); }
}
try { new Function("return 1")(); console.log("open"); } catch { console.log("closed"); }`;
  assert.match((await checked(page, "stationaryPoint", tried))!, /holds/);
  assert.equal(await page.locator("#q4-2-check .printed").innerText(), "closed\nclosed\nclosed\nclosed");
  await page.evaluate(() => {
    const made = document.createElement("div");
    made.innerHTML = `<img src="data:," onerror="document.title='open'">`;
    document.body.append(made);
    return new Promise((done) => setTimeout(done, 200));
  });
  assert.equal(await page.title(), "4 · GAN dynamics");
}

browserTest(
  "law: a site for students has what students get, and removes what an earlier one told",
  async () => {
    await withFolder(async (folder) => {
      for (
        const old of [
          "01_elbo.html",
          "04_gan.html",
          "04_gan.ipynb",
          "ledger.html",
          "errata.html",
          "mine.html",
        ]
      ) {
        await Deno.writeTextFile(`${folder}/${old}`, "an earlier run's");
      }
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          `${root}/tools/handout.ts`,
          "--site",
          "--out",
          folder,
          `${root}/notebooks/04_gan.ipynb`,
        ],
        cwd: root,
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      assert.deepEqual(names, ["04_gan.student.html", "index.html", "mine.html", "student.zip"]);
      const index = await Deno.readTextFile(`${folder}/index.html`);
      const links = [...index.matchAll(/<a href="([^#"]+)"/g)].map(([, to]) => to);
      assert.deepEqual(links, ["04_gan.student.html", "student.zip"]);
      assert.match(index, new RegExp(`Due .*${allOf(gan)} points · 5 answers`, "s"));
      const files = Object.keys(unzipSync(await Deno.readFile(`${folder}/student.zip`)));
      assert.ok(files.includes("show-your-work/notebooks/04_gan.ipynb"));
      assert.ok(!files.some((file) => file.endsWith("/solution.ts")));
      await withBrowser(async (browser) => {
        const { page, requests, complaints } = await openLive(browser, folder, gan);
        assert.match((await checked(page, "A", "const A = (a) => [[1, a], [-a, 1]];"))!, /holds/);
        await page.locator("#q4-3-figure .main-svg").first().waitFor();
        assert.deepEqual([requests, complaints], [[], []]);
      });
    });
  },
  { of: [gan] },
);
