import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { pathToFileURL } from "node:url";
import { moved, tabbed } from "./keyboard.ts";
import { faults, styled, tidyFigures, widerWords } from "./figures.ts";
import { rests } from "../tools/fixtures.ts";
import { assertDrawn, keep, same, seriousFaults, stillPicture } from "./browser.ts";

/** Handouts, made by the command that readers use, looked at with the network off. */

const WIDE = { width: 1280, height: 900 },
  ZOOMED = { width: 640, height: 450 },
  PHONE = { width: 390, height: 844 };

/** Opens a page with the network off; what it asks for and what it complains about is collected. */
async function open(browser: Browser, file: string, { viewport = WIDE, css = "" } = {}) {
  const page = await (await browser.newContext({ viewport, offline: true })).newPage();
  if (css !== "") await styled(page, css);
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

/** What only question 4's page is asked, whose figures and claims are known here. */
export async function ganHandout(t: Deno.TestContext, browser: Browser, folder: string): Promise<void> {
  const { page } = await open(browser, `${folder}/04_gan.html`);
  await t.step("4: the keyboard reaches everything in its order", () => keyboard(page));
  await t.step("4: figures are drawn, and their slider and menu change the picture", () => figures(page));
  await t.step("4: a screen reader finds tables, figures and controls by name", () => names(page));
  await t.step("4: a figure has another layout where the page is narrow", () => narrowFigure(page));
  await t.step("4: paper is white, has a line for a name, and keeps evidence folded", () => printed(page));
  await page.context().close();
}

/** What every page of the site is asked. */
export async function everyHandout(
  t: Deno.TestContext,
  browser: Browser,
  folder: string,
  name: string,
): Promise<void> {
  const file = `${folder}/${name}.html`;
  const { page, requests, complaints, address } = await open(browser, file);
  await keep(page, name, { fullPage: true });
  await t.step(`${name}: words of figures have room where the page is wide`, async () => {
    assert.deepEqual(await faults(page, false), []);
  });
  await t.step(`${name}: Tab reaches every control, and every slider and menu moves its figure`, async () => {
    await tabbed(page);
    await moved(page);
  });
  await t.step(`${name}: every formula is MathML in one typeface`, () => formulas(page));
  await t.step(`${name}: every figure has its words and numbers`, () => described(page));
  await t.step(`${name}: axe finds nothing serious, all open, light and dark`, () => accessible(page, name));
  await t.step(`${name}: a phone and 200 % zoom need no scrolling sideways`, () => narrow(page, name));
  // 640 px: the least that a wide layout is given
  for (const viewport of [{ ...ZOOMED, height: 900 }, PHONE]) {
    await t.step(`${name}: words of figures have room in other fonts, at ${viewport.width} px`, async () => {
      const { page } = await open(browser, file, { viewport, css: widerWords });
      await tidyFigures(page);
      await page.context().close();
    });
  }
  await t.step(`${name}: nothing is cut on paper`, () => onPaper(page, name));
  await t.step(`${name}: it is small, asked for nothing and complained about nothing`, async () => {
    assert.ok((await Deno.stat(file)).size < 6e6);
    assert.deepEqual([requests, complaints], [[address], []]);
    assert.equal(await forbidden(page), "connect-src");
  });
  await page.context().close();
}

/** By which rule the page forbids itself to load something. */
const forbidden = (page: Page) =>
  page.evaluate(() =>
    new Promise<string>((done) => {
      addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
      fetch("https://example.org/").then(() => done("loaded"), () => {});
    })
  );

/** Each figure: a name for who can't see it, the same in words below it, and its numbers as a table. */
async function described(page: Page) {
  const found = await page.locator(".syw-figure").evaluateAll((figures) =>
    figures.map((one) => {
      const caption = one.closest(".cell")?.querySelector(`.syw-caption details`);
      return {
        role: one.getAttribute("role"),
        words: (one.getAttribute("aria-label") ?? "").length > 30,
        folded: caption?.querySelector("summary")?.textContent,
        numbers: (caption?.querySelectorAll(".syw-data th[scope=col]").length ?? 0) > 1,
      };
    })
  );
  const whole = { role: "figure", words: true, folded: "in words and numbers", numbers: true };
  assert.deepEqual(found, found.map(() => whole));
}

/** On A4 with its margins (660 px) nothing is wider than the paper, and what is folded stays folded. */
async function onPaper(page: Page, name: string) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => one.open = false));
  await page.setViewportSize({ width: 680, height: 960 });
  await page.emulateMedia({ media: "print" });
  await page.evaluate(async () => {
    dispatchEvent(new Event("beforeprint"));
    for (let k = 0; k < 5; k++) await new Promise(requestAnimationFrame);
  });
  const cut = await page.evaluate(() => {
    const places =
      ".syw-plot .main-svg, .syw-row > *, .syw-line > *, .syw-box, .display, .text > p, .wide, pre, h1, h2";
    const right = document.querySelector("main")!.getBoundingClientRect().right;
    return [...document.querySelectorAll<HTMLElement>(places)].filter((one) =>
      one.checkVisibility() && one.getBoundingClientRect().width > 0 &&
      (one.getBoundingClientRect().right > right + 1 ||
        !(one instanceof SVGElement) && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
    ).map((one) => `${one.getAttribute("class") ?? one.localName}: ${one.textContent?.slice(0, 80)}`);
  });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: null });
  await page.setViewportSize(WIDE);
  const folder = Deno.env.get("SYW_SHOTS");
  const pdf = await page.pdf({ format: "A4" });
  if (folder) await Deno.writeFile(`${folder}/${name}.pdf`, pdf);
  assert.ok(pdf.length > 30_000, `${pdf.length} bytes`);
  assert.deepEqual(cut, []);
}

async function figures(page: Page) {
  const plots = page.locator(".syw-plot");
  assert.equal(await plots.count(), 4);
  for (let k = 0; k < 4; k++) await assertDrawn(plots.nth(k), await styleHeight(page, k));
  // the student's own path has a slider; the neighbours' paths a slider and a menu
  for (const k of [0, 1]) {
    const figure = plots.nth(k), height = await styleHeight(page, k);
    const seen = [await stillPicture(figure)];
    const looksNew = async () => {
      const picture = await assertDrawn(figure, height);
      assert.ok(!seen.some((before) => same(before, picture)), "the picture has not changed");
      seen.push(picture);
    };
    const slider = page.getByRole("slider", { name: "learning rate α" }).nth(k);
    for (const position of ["0", "9"]) {
      await slider.fill(position);
      await looksNew();
    }
    if (k === 0) continue;
    const menu = page.getByRole("combobox", { name: "update rule" });
    for (const rule of ["extragradient", "proximal point"]) {
      await menu.selectOption(rule);
      await looksNew();
    }
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
  assert.ok(count > 50, `${count} formulas`);
  assert.equal(dollars, undefined);
  assert.deepEqual(font, ["STIX Two Math Web"]);
  assert.ok(gaps.every((gap) => gap < 0.15), `gaps behind roots: ${gaps}`);
}

async function keyboard(page: Page) {
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the text");
  for (const next of ["Show Your Work", "Ledger", "Errata", "Reproductions", "Show all code"]) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), next);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Hide all code" }).waitFor();
  assert.equal(await focused(), "Hide all code");
  assert.equal(await page.locator("details.code:not([open])").count(), 0);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Show all code" }).waitFor();
  assert.equal(await page.locator("details.code[open]").count(), 0);
  const evidence = page.locator("summary", { hasText: /^evidence$/ }).first();
  await evidence.focus();
  await page.keyboard.press("Enter");
  assert.ok(await page.getByText("largest error exactly 0").first().isVisible());
  const slider = page.getByRole("slider", { name: "learning rate α" }).first();
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await slider.getAttribute("aria-valuetext"), "0.4");
  assert.ok(await page.getByText("learning rate α = 0.4").first().isVisible());
}

async function names(page: Page) {
  const table = page.getByRole("table", { name: "4.3 · what holds" });
  assert.equal(await table.getByRole("row").count(), 4);
  assert.deepEqual(await table.getByRole("columnheader").allTextContents(), [
    "verdict",
    "claim",
    "class of evidence",
    "broken variants",
    "evidence",
  ]);
  assert.equal(await page.getByRole("figure", { name: /^Three panels\. Left: the path/ }).count(), 2);
  assert.ok(await page.getByRole("math").count() > 100);
  assert.equal(await page.getByRole("navigation", { name: "Contents" }).getByRole("link").count(), 7);
  await page.getByText("in words and numbers").first().click();
  const numbers = page.getByRole("region", { name: "numbers of the figure" }).first();
  assert.ok(await numbers.getByRole("row").count() > 10);
}

const unfold = (page: Page) =>
  page.evaluate(() => {
    document.querySelectorAll("details").forEach((details) => details.open = true);
    return new Promise(requestAnimationFrame);
  });

async function accessible(page: Page, name: string) {
  await unfold(page);
  assert.deepEqual(await seriousFaults(page), [], "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await keep(page, `${name}-dark`, { fullPage: true });
  assert.deepEqual(await seriousFaults(page, ["color-contrast"]), [], "dark");
  await page.emulateMedia({ colorScheme: "light" });
}

async function narrow(page: Page, name: string) {
  for (const viewport of [ZOOMED, PHONE]) {
    await page.setViewportSize(viewport);
    await page.evaluate(async () => {
      for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame);
    });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".syw-row > *, .syw-box p, .text > p")].filter((part) =>
        part.scrollWidth > part.clientWidth + 1
      ).map((part) => part.textContent.slice(0, 60))
    );
    assert.deepEqual(cut, [], `cut at ${viewport.width} px`);
  }
  assert.deepEqual(await smallLetters(page), [], "letters under 9 px on a phone");
  await keep(page, `${name}-phone`, { fullPage: true });
  assert.deepEqual(await seriousFaults(page, ["scrollable-region-focusable", "target-size"]), [], "phone");
  await page.setViewportSize(WIDE);
}

/** Letters of figures and drawings that are smaller on the screen than 9 px, indices than 8, as they are said. */
const smallLetters = (page: Page) =>
  page.locator(".syw-picture text, .syw-picture tspan, .syw-plot text, .syw-plot tspan").evaluateAll(
    (all) => {
      const scaleOf = (one: SVGTextContentElement) => {
        const { c, d } = one.getScreenCTM() ?? { c: 0, d: 1 };
        return Math.hypot(c, d);
      };
      return (all as SVGTextContentElement[]).filter((one) => {
        const own = [...one.childNodes].some((node) => node instanceof Text && node.data.trim() !== "");
        const [size, around] = [one, one.parentElement!].map((e) => parseFloat(getComputedStyle(e).fontSize));
        return own && size * scaleOf(one) < (one.localName === "tspan" && size < around ? 8 : 9);
      }).map(({ textContent }) => textContent);
    },
  );

async function narrowFigure(page: Page) {
  const height = await styleHeight(page, 0);
  await page.setViewportSize(PHONE);
  await page.waitForFunction(
    (before) => parseFloat(document.querySelector<HTMLElement>(".syw-plot")!.style.height) > 2 * before,
    height,
  );
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
  for (const hidden of ["header button", ".contents", "details.code > summary", ".syw-block details"]) {
    assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  }
  assert.ok(await page.locator(".name-line").isVisible());
  assert.ok((await page.pdf({ format: "A4" })).length > 100_000);
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
}

/** Index, ledger and errata, and the way from a claim to its cell. */
export async function site(t: Deno.TestContext, browser: Browser, folder: string): Promise<void> {
  for (const name of ["index", "ledger", "errata", "reproductions"]) {
    await t.step(`${name}: small, accessible, on a phone too, and asked for nothing`, async () => {
      const { page, requests, complaints, address } = await open(browser, `${folder}/${name}.html`);
      await keep(page, name, { fullPage: true });
      const cut = await page.locator(".wide").evaluateAll((tables) =>
        tables.filter((table) => table.scrollWidth > table.clientWidth + 1).length
      );
      assert.equal(cut, 0, "tables that are cut on a wide page");
      await accessible(page, name);
      await narrow(page, name);
      await onPaper(page, name);
      await tabbed(page);
      assert.deepEqual([requests, complaints], [[address], []]);
      await page.context().close();
    });
  }
  await t.step("the ledger leads to the cell that checks a claim", async () => {
    if (rests("04_gan")) return;
    const { page } = await open(browser, `${folder}/ledger.html`);
    await page.getByRole("link", { name: "4.3.b" }).first().click();
    await page.waitForURL(/04_gan\.html#q4-3-/);
    assert.ok(await page.locator(":target .syw-block").first().isVisible());
    await page.context().close();
  });
}
