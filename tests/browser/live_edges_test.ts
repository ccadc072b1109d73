import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { browserTest, keep, withBrowser, withFolder } from "./browser.ts";
import { checked, download, editor, makePages, openLive, status } from "./live_pages.ts";

/** What a clumsy or hostile reader does to the page that answers back. */

/** Seconds that a step may take here: a loop that never ends is waited for. */
const seconds = 4;
const gan = "04_gan";

browserTest(
  "edge: loops, patched globals, hoards, binary, full and forbidden storage, two tabs: a sentence, nothing lost",
  async (t) => {
    await withFolder(async (folder) => {
      await makePages(folder, [gan], { seconds });
      await withBrowser(async (browser) => {
        const { page, context } = await openLive(browser, folder, gan);
        const right = "const growth = (a) => Math.hypot(1, a);";
        await t.step("an endless loop costs its answer alone", async () => {
          assert.match((await checked(page, "A", "for (;;);"))!, /keep working.*took more than 4 seconds/);
          assert.match((await checked(page, "growth", right))!, /holds/);
          assert.match(
            (await checked(page, "A", "const A = (a) => { for (;;); };"))!,
            /Calling it took more than/,
          );
          await page.evaluate(() => Object.assign(globalThis, { late: 1 }));
        });
        await t.step("a running check can be stopped", async () => {
          const check = checked(page, "A", "const A = () => { for (;;); };");
          await page.locator("#answer-A").getByRole("button", { name: "Stop" }).click();
          assert.equal(await check, undefined);
          assert.equal(await status(page, "A").innerText(), "Stopped.");
        });
        await t.step("what throws, and what never comes", async () => {
          const cases: [string, RegExp][] = [
            ["throw new Error('<b>no</b>');", /The cell throws: <b>no<\/b>/],
            ["const A = (a) => { if (a < 0) throw 1; return [[1, a], [-a, 1]]; };", /It throws: 1/],
            ["throw { get message() { throw 1; } };", /keep working/],
            ["await new Promise(() => {});", /took more than 4 seconds/],
            ["const A = async (a) => [[1, a], [-a, 1]];", /promise/],
            ["const A = \u0000\u0001\uFFFD\uD800;", /syntax error/],
            ["const A = 1;".repeat(20_000), /too long/],
            [
              "import { claims } from 'lib/gan/claims.ts';\nconst A = 1;",
              /is not there when answers are graded/,
            ],
            ["import fs from 'node:fs';\nconst A = 1;", /may import/],
            ["self.postMessage({ word: 'done' }); close();\nconst A = 1;", /keep working/],
            ["const A = (a) => new Array(1e8).fill(a);", /keep working/],
          ];
          for (const [text, words] of cases) {
            assert.match((await checked(page, "A", text))!, words, text.slice(0, 60));
          }
          await keep(page, "live-faults", { fullPage: true });
        });
        await t.step("a hoard ends its worker, not the page", async () => {
          const hoard = "const hoard = []; for (;;) hoard.push(new Float64Array(1e6).fill(1));\nconst A = 1;";
          assert.match((await checked(page, "A", hoard))!, /keep working/);
          assert.match((await checked(page, "growth", right))!, /holds/);
        });
        await t.step("globals that an answer patches are its own", async () => {
          const patches = `Math.hypot = () => 7; Array.prototype.map = () => []; JSON.stringify = () => "{}";
Object.prototype.toString = () => "x"; globalThis.postMessage = () => {}; Number.isFinite = () => true;
const A = (a) => [[1, a], [-a, 1]];`;
          assert.match((await checked(page, "A", patches))!, /holds/);
          assert.match((await checked(page, "growth", right))!, /holds/);
          assert.match((await checked(page, "growth", "const growth = (a) => 1;"))!, /keep working|almost/);
        });
        await t.step("two tabs", () => twoTabs(context, page, folder));
        await context.close();
        for (const [kind, words] of [["full", /no more room/], ["forbidden", /keeps nothing/]] as const) {
          await t.step(`storage that is ${kind}`, async () => {
            const context = await browser.newContext({ offline: true });
            await context.addInitScript((kind) => {
              const refuse = () => {
                throw new DOMException("no", kind === "full" ? "QuotaExceededError" : "SecurityError");
              };
              if (kind === "full") Storage.prototype.setItem = refuse;
              else Object.defineProperty(globalThis, "localStorage", { get: refuse });
            }, kind);
            const { page, complaints } = await openLive(browser, folder, gan, context);
            assert.match((await checked(page, "growth", right))!, /holds/);
            assert.match(await page.locator(".live-trouble").innerText(), words);
            const one = new TextDecoder().decode(await download(page, "Download this notebook"));
            assert.match(one, /Math.hypot\(1, a\)/);
            assert.deepEqual(complaints, []);
            await context.close();
          });
        }
        await t.step("without scripts it is the page that is read", async () => {
          const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
          const page = await context.newPage();
          await page.goto(`file://${folder}/${gan}.student.html`);
          assert.match(await page.content(), /<noscript><p>Without scripts this page is for reading/);
          assert.ok(await page.locator("#answer-A pre").isVisible());
          await context.close();
        });
      });
    });
  },
  { of: [gan] },
);

async function twoTabs(context: BrowserContext, page: Page, folder: string) {
  const { page: second } = await openLive(page.context().browser()!, folder, gan, context);
  assert.match(await editor(second, "growth").innerText(), /growth/);
  await editor(second, "fate").click();
  await second.keyboard.press("Control+a");
  await second.keyboard.type("let fate = 5;");
  await second.waitForTimeout(600);
  assert.equal(await editor(page, "fate").innerText(), "let fate = 5;");
  await second.close();
}
