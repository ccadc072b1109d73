import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** Whether the words of figures have room. */

/** Letters so far apart that words are 15 % wider or more: another machine's fonts differ by as much. */
export const widerWords = "svg text { letter-spacing: 0.09em !important }";

/** Sets this style before anything of the page is drawn: its figures are measured with it. */
export const styled = (page: Page, css: string) =>
  page.addInitScript((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, css);

/** In every position of every slider and menu: words inside their figure, none over others (but points that are words). */
export async function tidyFigures(page: Page): Promise<void> {
  assert.deepEqual(await faults(page), [], `at ${page.viewportSize()?.width} px`);
  // a word that is pushed out is found, or nothing was looked at
  const drawn = await page.locator(".syw-plot").count();
  const planted = await page.locator(".syw-plot").evaluateAll((plots) =>
    plots.map((plot) => {
      const word = [...plot.querySelectorAll<SVGTextElement>("svg text")].find((text) =>
        text.textContent.trim()
      )!;
      word.setAttribute("transform", "translate(3000, 0)");
      return word.textContent.trim();
    })
  );
  const found = await faults(page, false);
  for (const [k, word] of planted.entries()) {
    assert.ok(
      found.some((fault) => fault.startsWith(`figure ${k + 1}: cut: ${word}`)),
      `${word} of ${drawn}`,
    );
  }
}

/** Words that are cut or lie on others, as sentences. */
export const faults = (page: Page, moving = true): Promise<string[]> =>
  page.evaluate(async (moving) => {
    const seen = (plot: Element, name: string) => {
      const paper = plot.getBoundingClientRect();
      const words = [...plot.querySelectorAll("svg text")].map((text) => ({
        said: text.textContent.trim(),
        point: text.closest(".textpoint") !== null,
        box: text.getBoundingClientRect(),
      })).filter(({ said, box }) => said !== "" && box.width > 0);
      const cut = words.filter(({ box }) =>
        box.right > paper.right + 1 || box.left < paper.left - 1 || box.bottom > paper.bottom + 1 ||
        box.top < paper.top - 1
      ).map(({ said }) => `${name}: cut: ${said}`);
      const over = words.flatMap((a, i) =>
        words.slice(i + 1).filter((b) =>
          !(a.point && b.point) &&
          Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 2 &&
          Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 3
        ).map((b) => `${name}: ${a.said} over ${b.said}`)
      );
      return [...cut, ...over];
    };
    type Control = HTMLInputElement | HTMLSelectElement;
    const all: string[] = [];
    const drawn = ".syw-plot, .jp-RenderedPlotly:not([data-away])";
    for (const [k, plot] of [...document.querySelectorAll(drawn)].entries()) {
      const figure = plot.closest(".syw-figure"), name = `figure ${k + 1}`;
      all.push(...seen(plot, name));
      if (!moving || !figure) continue;
      for (const control of figure.querySelectorAll<Control>(".syw-controls :is(input, select)")) {
        const before = control.value;
        const values = control instanceof HTMLSelectElement
          ? [...control.options].map(({ value }) => value)
          : Array.from({ length: Number(control.max) + 1 }, (_, i) => String(i));
        for (const value of [...values, before]) {
          control.value = value;
          control.dispatchEvent(new Event("input"));
          await new Promise((done) => setTimeout(done, 40));
          all.push(...seen(plot, `${name} at ${control.getAttribute("aria-label") ?? "menu"} ${value}`));
        }
      }
    }
    return all;
  }, moving);
