import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { pathToFileURL } from "node:url";
import { root } from "../../tools/command.ts";
import {
  assertDrawn,
  browserTest,
  keep,
  same,
  seriousFaults,
  stillPicture,
  withBrowser,
  withFolder,
} from "./browser.ts";

/** One handout, made by the command that readers use, looked at with the network off. */

const WIDE = { width: 1280, height: 900 },
  ZOOMED = { width: 640, height: 450 },
  PHONE = { width: 420, height: 900 };

/** Opens a page with the network off; what it asks for and what it complains about is collected. */
async function open(browser: Browser, file: string) {
  const page = await (await browser.newContext({ viewport: WIDE, offline: true })).newPage();
  const requests: string[] = [], complaints: string[] = [];
  page.on("request", (r) => /^(data|blob):/.test(r.url()) || requests.push(r.url()));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complaints.push(m.text()));
  page.on("pageerror", (e) => complaints.push(e.message));
  const address = pathToFileURL(file).href;
  await page.goto(address);
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".syw-plot")].every((plot) => plot.querySelector(".main-svg"))
  );
  return { page, requests, complaints, address };
}

const styleHeight = (page: Page, k: number) =>
  page.locator(".syw-plot").nth(k).evaluate((plot) => parseFloat((plot as HTMLElement).style.height));

browserTest("law: the handout of question 4 lives in a file, with the network off", async (t) => {
  await withFolder(async (folder) => {
    const made = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        `${root}/tools/handout.ts`,
        `${root}/notebooks/04_gan.ipynb`,
        "--out",
        folder,
        "--site",
      ],
      cwd: root,
    }).output();
    assert.equal(made.code, 0, new TextDecoder().decode(made.stderr));
    const file = `${folder}/04_gan.html`;
    await withBrowser(async (browser) => {
      const { page, requests, complaints, address } = await open(browser, file);
      await keep(page, "handout", { fullPage: true });
      await t.step("the keyboard reaches everything", () => keyboard(page));
      await t.step("figures are drawn, and their slider and menu change the picture", () => figures(page));
      await t.step("every formula is MathML in one typeface", () => formulas(page));
      await t.step("a screen reader finds tables, figures and controls by name", () => names(page));
      await t.step("axe finds nothing serious, all open, light and dark", () => accessible(page));
      await t.step("a phone and 200 % zoom need no scrolling sideways", () => narrow(page));
      await t.step("paper is white and shows what is folded", () => printed(page));
      await t.step("index, ledger and errata do the same", () => site(browser, folder));
      await t.step("it is small, asked for nothing and complained about nothing", async () => {
        assert.ok((await Deno.stat(file)).size < 6e6);
        assert.deepEqual(requests, [address]);
        assert.deepEqual(complaints, []);
        const refused = await page.evaluate(() =>
          new Promise<string>((done) => {
            addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
            fetch("https://example.org/").then(() => done("loaded"), () => {});
          })
        );
        assert.equal(refused, "connect-src");
      });
    });
  });
});

async function figures(page: Page) {
  const plots = page.locator(".syw-plot");
  assert.equal(await plots.count(), 2);
  for (let k = 0; k < 2; k++) await assertDrawn(plots.nth(k), await styleHeight(page, k));
  const height = await styleHeight(page, 0);
  const seen = [await stillPicture(plots.first())];
  const looksNew = async () => {
    const picture = await assertDrawn(plots.first(), height);
    assert.ok(!seen.some((before) => same(before, picture)), "the picture has not changed");
    seen.push(picture);
  };
  const slider = page.getByRole("slider", { name: "learning rate α" });
  for (const position of ["0", "9"]) {
    await slider.fill(position);
    await looksNew();
  }
  const menu = page.getByRole("combobox", { name: "update rule" });
  for (const rule of ["extragradient", "proximal point"]) {
    await menu.selectOption(rule);
    await looksNew();
  }
}

async function formulas(page: Page) {
  const { count, dollars, font, gaps } = await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise(requestAnimationFrame);
    const words = document.body.cloneNode(true) as HTMLElement;
    for (const other of words.querySelectorAll("script, style, pre, code")) other.remove();
    const size = (place: Element) => parseFloat(getComputedStyle(place).fontSize);
    return {
      count: document.querySelectorAll("math").length,
      dollars: /.{0,30}[$\\].{0,30}/.exec(words.textContent)?.[0],
      font: [...document.fonts].filter((f) => f.status === "loaded").map((f) => f.family),
      // the room behind a root sign, of the letters' size
      gaps: [...document.querySelectorAll("p > math, li > math")].flatMap((math) => {
        const root = math.querySelector("msqrt:last-child"), inner = root?.lastElementChild;
        if (!root || !inner) return [];
        return [(math.getBoundingClientRect().right - inner.getBoundingClientRect().right) / size(math)];
      }),
    };
  });
  assert.ok(count > 100, `${count} formulas`);
  assert.equal(dollars, undefined);
  assert.deepEqual(font, ["STIX Two Math Web"]);
  assert.ok(gaps.length > 0 && gaps.every((gap) => gap < 0.15), `gaps behind roots: ${gaps}`);
}

async function keyboard(page: Page) {
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the text");
  for (const next of ["Show Your Work", "Ledger", "Errata", "Show all code"]) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), next);
  }
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "Hide all code");
  assert.equal(await page.locator("details.code:not([open])").count(), 0);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("details.code[open]").count(), 0);
  const evidence = page.locator("summary", { hasText: /^evidence$/ }).first();
  await evidence.focus();
  await page.keyboard.press("Enter");
  assert.ok(await page.getByText("largest error exactly 0").first().isVisible());
  const slider = page.getByRole("slider", { name: "learning rate α" });
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await slider.getAttribute("aria-valuetext"), "0.4");
  assert.ok(await page.getByText("learning rate α = 0.4").isVisible());
}

async function names(page: Page) {
  const table = page.getByRole("table", { name: "4.3 · what holds" });
  assert.equal(await table.getByRole("row").count(), 5);
  assert.deepEqual(await table.getByRole("columnheader").allTextContents(), [
    "verdict",
    "claim",
    "class of evidence",
    "broken variants",
    "evidence",
  ]);
  assert.equal(await page.getByRole("figure", { name: /^Three panels\. Left: the path/ }).count(), 1);
  assert.ok(await page.getByRole("math").count() > 100);
  assert.equal(await page.getByRole("navigation", { name: "Contents" }).getByRole("link").count(), 6);
  await page.getByText("in words and numbers").first().click();
  const numbers = page.getByRole("region", { name: "numbers of the figure" }).first();
  assert.ok(await numbers.getByRole("row").count() > 10);
}

const unfold = (page: Page) =>
  page.evaluate(() => {
    document.querySelectorAll("details").forEach((details) => details.open = true);
    return new Promise(requestAnimationFrame);
  });

async function accessible(page: Page) {
  await unfold(page);
  assert.deepEqual(await seriousFaults(page), [], "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await keep(page, "handout-dark", { fullPage: true });
  assert.deepEqual(await seriousFaults(page, ["color-contrast"]), [], "dark");
  await page.emulateMedia({ colorScheme: "light" });
}

async function narrow(page: Page) {
  const height = await styleHeight(page, 0);
  for (const viewport of [ZOOMED, PHONE]) {
    await page.setViewportSize(viewport);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".syw-row > *")].filter((part) =>
        part.scrollWidth > part.clientWidth + 1
      ).map((part) => part.textContent.slice(0, 60))
    );
    assert.deepEqual(cut, [], `cut at ${viewport.width} px`);
  }
  await keep(page, "handout-phone", { fullPage: true });
  await page.waitForFunction(
    (before) => parseFloat(document.querySelector<HTMLElement>(".syw-plot")!.style.height) > 2 * before,
    height,
  );
  assert.deepEqual(await seriousFaults(page, ["scrollable-region-focusable", "target-size"]), [], "phone");
  await assertDrawn(page.locator(".syw-plot").first(), await styleHeight(page, 0));
  await page.setViewportSize(WIDE);
  await page.waitForFunction(
    (before) => parseFloat(document.querySelector<HTMLElement>(".syw-plot")!.style.height) === before,
    height,
  );
  await assertDrawn(page.locator(".syw-plot").first(), height);
}

async function printed(page: Page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => details.open = false));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(
    await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    "rgb(255, 255, 255)",
  );
  for (const hidden of ["header", ".contents", "details.code > summary"]) {
    assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  }
  const source = page.locator(".syw-block details pre").first();
  assert.ok((await source.boundingBox())!.height > 20, "the source of a check is not printed");
  assert.ok((await page.pdf({ format: "A4" })).length > 100_000);
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
}

async function site(browser: Browser, folder: string) {
  for (const name of ["index", "ledger", "errata"]) {
    const { page, requests, complaints, address } = await open(browser, `${folder}/${name}.html`);
    await keep(page, name, { fullPage: true });
    await page.setViewportSize(PHONE);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width, name);
    assert.deepEqual(await seriousFaults(page), [], name);
    assert.deepEqual([requests, complaints], [[address], []]);
    await page.context().close();
  }
  const { page } = await open(browser, `${folder}/ledger.html`);
  await page.getByRole("link", { name: "4.3.b" }).first().click();
  await page.waitForURL(/04_gan\.html#q4-3-/);
  assert.ok(await page.locator(":target .syw-block").isVisible());
  await page.context().close();
}
