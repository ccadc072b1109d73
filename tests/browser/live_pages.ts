import type { Browser, BrowserContext, Page } from "playwright-core";
import { pathToFileURL } from "node:url";
import { loaderHtml } from "lib/show/page.ts";
import { convertNotebooks } from "../../tools/handout/convert.ts";
import { notebookMain, pageHtml } from "../../tools/handout/page.ts";
import { parseNotebook } from "../../tools/notebook.ts";
import { edition, livePage } from "../shared.ts";
import { environment } from "./browser.ts";

/** Live pages of the notebooks as students get them, without their outputs: no kernel is needed. */
export async function makePages(
  folder: string,
  names: readonly string[],
  { seconds = 20 } = {},
): Promise<void> {
  const { files } = await edition();
  const notebooks = names.map((name) =>
    [name, parseNotebook(files.get(`notebooks/${name}.ipynb`)!, name)] as const
  );
  for (const [name, cells] of await convertNotebooks(environment, new Map(notebooks))) {
    const { title, main } = notebookMain(cells), parts = await livePage(name);
    const data = parts.data.replace(/"seconds":\d+/, `"seconds":${seconds}`);
    const page = { title, main: main + loaderHtml(), colophon: "", code: true, live: { ...parts, data } };
    await Deno.writeTextFile(`${folder}/${name}.student.html`, pageHtml(page));
  }
}

export interface Opened {
  page: Page;
  context: BrowserContext;
  /** What it asked for beside itself, and what it complained about. */
  requests: string[];
  complaints: string[];
}

/** Opens a live page from its file, with the network off. */
export async function openLive(
  browser: Browser,
  folder: string,
  name: string,
  given?: BrowserContext,
): Promise<Opened> {
  const context = given ??
    await browser.newContext({ viewport: { width: 1200, height: 900 }, offline: true });
  const page = await context.newPage(), requests: string[] = [], complaints: string[] = [];
  const address = pathToFileURL(`${folder}/${name}.student.html`).href;
  page.on("request", (r) => /^(data|blob):/.test(r.url()) || r.url() === address || requests.push(r.url()));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complaints.push(m.text()));
  page.on("pageerror", (e) => complaints.push(e.message));
  await page.goto(address);
  await page.waitForFunction(() => document.documentElement.classList.contains("live"));
  return { page, context, requests, complaints };
}

/** Writes an answer and checks it: the verdict as a line of text. */
export const checked = (page: Page, name: string, text: string): Promise<string | undefined> =>
  page.evaluate(
    ([name, text]) =>
      (globalThis as unknown as {
        sywLive: { check(name: string, text: string): Promise<string | undefined> };
      })
        .sywLive.check(name, text),
    [name, text],
  );

/** What stands beside an answer's button. */
export const status = (page: Page, name: string) => page.locator(`#answer-${name} .live-status`);

export const editor = (page: Page, name: string) =>
  page.getByRole("textbox", { name: new RegExp(`Your answer ${name},`) });

/** What a button of the page hands out. */
export async function download(page: Page, button: string): Promise<Uint8Array> {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  return await Deno.readFile(await (await waiting).path());
}
