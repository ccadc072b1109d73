/** `deno task picture`: the README's picture, a derivation of a fresh handout as a browser shows it. */
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.ts";
import { fail, root, shortPath } from "./command.ts";
import { thisPlatform } from "./setup/platform.ts";

/** What the picture shows: the page of this notebook from this cell's output on. */
const subject = { notebook: "04_gan", cell: "q4-1-derivation" };

async function picture(): Promise<void> {
  const program = await findChromium(thisPlatform());
  if (program === null) {
    throw new Error("Cannot take the picture: expected a Chromium (CHROMIUM can name one), got none");
  }
  const out = await Deno.makeTempDir({ prefix: "show-your-work-picture-" });
  try {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        join(root, "tools/handout.ts"),
        `notebooks/${subject.notebook}.ipynb`,
        "--out",
        out,
      ],
      cwd: root,
      env: { INIT_CWD: root },
      stdout: "null",
    }).output();
    if (!success) throw new Error("Cannot take the picture: expected a handout, got none");
    const browser = await chromium.launch({
      executablePath: program,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
    await page.goto(`file://${join(out, `${subject.notebook}.html`)}`);
    const block = page.locator(`#${subject.cell} .syw-block, [id="${subject.cell}"] .syw-block`).first();
    await block.scrollIntoViewIfNeeded();
    const target = join(root, "data/notebook.png");
    await block.screenshot({ path: target });
    await browser.close();
    console.log(`${shortPath(target)}: ${Math.round((await Deno.stat(target)).size / 1000)} kB`);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

if (import.meta.main) await picture().catch(fail);
