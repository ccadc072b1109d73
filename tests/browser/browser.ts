import axe from "axe-core";
import assert from "node:assert/strict";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { findChromium } from "../../tools/chromium.ts";
import { root } from "../../tools/command.ts";
import { environmentOf } from "../../tools/setup/environment.ts";
import { thisPlatform } from "../../tools/setup/platform.ts";
import { rests } from "../tools/fixtures.ts";

const platform = thisPlatform();
const program = await findChromium(platform);
export const environment = environmentOf(platform);

/** Why the tests in a browser can't be run here, as a sentence; null where they can. */
export const missing: string | null = program === null
  ? "Skipped: there is no Chromium on this machine (CHROMIUM can name one)."
  : await platform.exists(environment.python)
  ? null
  : "Skipped: the course is not set up here (deno task setup).";

/**
 * A test that needs a browser and the course's own environment: skipped, with a sentence, where one is missing.
 *
 * @param options `of`: notebooks that it takes for its examples
 */
export function browserTest(
  name: string,
  run: (t: Deno.TestContext) => Promise<void>,
  { long = false, of = [] }: { long?: boolean; of?: readonly string[] } = {},
): void {
  const skip = missing ??
    (long && !Deno.env.get("LONG")
      ? "Skipped: deno task test:long runs it."
      : rests(...of)
      ? `Skipped: ${of.join(", ")} is not asked this year.`
      : null);
  if (skip !== null) console.log(`${name}: ${skip}`);
  Deno.test({ name, ignore: skip !== null, sanitizeOps: false, sanitizeResources: false, fn: run });
}

/** A browser that is closed behind `use`, whatever happens. */
export async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: program ?? undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** A folder under build/, removed behind `use`. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  await Deno.mkdir(`${root}/build`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${root}/build`, prefix: "browser-" });
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Keeps a picture in the folder named by SYW_SHOTS, for eyes. */
export async function keep(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  const folder = Deno.env.get("SYW_SHOTS");
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, ...options });
}

/** What axe finds seriously wrong, as sentences; by some rules and in some places only, where they are named. */
export async function seriousFaults(page: Page, rules?: string[], place = "html"): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async ({ rules, place }) => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(place, {
      resultTypes: ["violations"],
      ...rules ? { runOnly: { type: "rule", values: rules } } : {},
    });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`
      );
  }, { rules, place });
}

/** How many times the bytes of the same place without its drawing a picture must have. */
const MORE_THAN_BLANK = 2;

/** A picture of something that stands still: taken until two in a row are alike. */
export async function stillPicture(place: Locator): Promise<Uint8Array> {
  let last = await place.screenshot();
  for (let k = 0; k < 20; k++) {
    const next = await place.screenshot();
    if (same(last, next)) return next;
    last = next;
  }
  throw new Error("expected a picture that comes to rest, got 20 different ones");
}

export const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i]);

/** A figure is there: something is drawn, in full height. */
export async function assertDrawn(plot: Locator, height: number): Promise<Uint8Array> {
  const box = await plot.boundingBox();
  assert.ok(box !== null && Math.abs(box.height - height) < 2, `height ${box?.height}, expected ${height}`);
  const drawing = await plot.locator(".main-svg").first().boundingBox();
  assert.ok(
    drawing !== null && Math.abs(drawing.height - height) < 2,
    `drawing of height ${drawing?.height}`,
  );
  const picture = await stillPicture(plot);
  const fade = (opacity: string) =>
    plot.evaluate((place, opacity) => void ((place as HTMLElement).style.opacity = opacity), opacity);
  await fade("0");
  const blank = await stillPicture(plot);
  await fade("");
  assert.ok(
    picture.length > MORE_THAN_BLANK * blank.length,
    `a picture of ${picture.length} bytes, ${blank.length} without a drawing, is blank`,
  );
  return picture;
}
