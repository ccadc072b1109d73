/** `deno task picture`: the README's picture, a derivation of a fresh handout as a browser shows it. */
import { join } from "node:path";
import { chromium } from "playwright-core";
import course from "../data/course.json" with { type: "json" };
import { findChromium } from "./chromium.ts";
import { fail, root, shortPath } from "./command.ts";
import { thisPlatform } from "./setup/platform.ts";

/** What the picture shows, as data/course.json says: a cell's output, on the page of the notebook that has it. */
function subjectOf(
  { picture, questions }: { picture?: string; questions: Record<string, { notebook: string }> },
) {
  const [, number] = /^q(\d+)-/.exec(picture ?? "") ?? [], question = questions[number];
  if (picture === undefined || question === undefined) {
    throw new Error(
      `Cannot take the picture: expected "picture" in data/course.json, a cell such as q1-1-figure, got ${
        picture ?? "nothing"
      }`,
    );
  }
  return { notebook: question.notebook, cell: picture };
}

async function picture(): Promise<void> {
  const subject = subjectOf(course);
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
