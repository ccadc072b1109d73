import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** What a reader without a mouse reaches and moves. */

const CONTROLS = "a[href], button, summary, select, input, [tabindex='0']";

/** From the top of the page, Tab alone comes to everything that can be used. */
export async function tabbed(page: Page) {
  const wanted = await page.evaluate((controls) => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
    const seen = [...document.querySelectorAll<HTMLElement>(controls)].filter((one) => one.checkVisibility());
    seen.forEach((one, k) => one.dataset.stop = String(k));
    return seen.length;
  }, CONTROLS);
  const reached = new Set<string>();
  for (let k = 0; k < wanted + 5 && reached.size < wanted; k++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.stop);
    if (stop !== undefined) reached.add(stop);
  }
  const missed = await page.evaluate(
    (reached) =>
      [...document.querySelectorAll<HTMLElement>("[data-stop]")].filter((one) =>
        !reached.includes(one.dataset.stop!)
      ).map((one) => one.outerHTML.slice(0, 120)),
    [...reached],
  );
  assert.deepEqual(missed, [], `${wanted} controls`);
}

/** An arrow key on each slider and menu changes its words and what its figure draws. */
export async function moved(page: Page) {
  for (const control of await page.locator(".syw-controls :is(input, select)").all()) {
    const drawn = () =>
      control.evaluate((one) =>
        one.closest(".syw-figure")!.querySelector(".main-svg")!.parentElement!.innerHTML
      );
    const [before, value] = [await drawn(), await control.inputValue()];
    const last = await control.evaluate((one) =>
      one instanceof HTMLSelectElement
        ? one.selectedIndex === one.length - 1
        : (one as HTMLInputElement).value === (one as HTMLInputElement).max
    );
    await control.focus();
    // one step may change nothing: the far end does
    await control.press(last ? "ArrowLeft" : "ArrowRight");
    if (await control.inputValue() === value) await control.press("ArrowUp");
    assert.notEqual(await control.inputValue(), value);
    const name = await control.evaluate((one) => one.closest(".syw-figure")!.getAttribute("aria-label"));
    for (let k = 0; await drawn() === before; k++) {
      assert.ok(k < 100, `a control changes nothing in the figure: ${name}`);
      if (k % 10 === 9) await control.press(k % 20 === 9 ? "Home" : "End");
      await page.waitForTimeout(20);
    }
    // the next control is tried from where the reader begins
    const isMenu = await control.evaluate((one) => one instanceof HTMLSelectElement);
    await (isMenu ? control.selectOption(value) : control.fill(value));
  }
}
