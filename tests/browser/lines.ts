import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import type { JudgedLine, Verdict } from "lib/proof/verdict.ts";
import { block, renderVerdict } from "lib/show/render.ts";

const line = (more: Partial<JudgedLine>): JudgedLine => ({
  ...{
    tex: "",
    because: "so it goes on, in words that are no formula",
    relation: "=",
    holds: true,
    error: 0,
  },
  ...more,
} as JudgedLine);
const broken = { holds: false, error: 0.944, breaks: { words: "first at instance 1: both sides differ" } };
const lines = [
  line({ tex: "x" }),
  line({ tex: Array(30).fill("a").join("+") }),
  line({ ...broken, step: "false" } as Partial<JudgedLine>),
  line({ ...broken, tex: "x^2", step: "unsupported", why: "the words can't be read" } as Partial<JudgedLine>),
];
const verdict = {
  ...{ id: "5.3", answer: "proof53", status: "keep working", statement: "", evidence: "closed form" },
  ...{
    instances: 60,
    seed: 7,
    error: 1,
    bound: 1e-9,
    mutants: [],
    points: 0,
    maxPoints: 3,
    feedback: "Line 2.",
  },
};

/** A student's lines, formulas or words, right or broken: at every width no part of a row lies on another. */
export async function linesApart(browser: Browser): Promise<void> {
  const page = await (await browser.newContext({ viewport: { width: 900, height: 900 }, offline: true }))
    .newPage();
  const html = [[lines[0], ...lines.slice(2)], lines].map((lines) =>
    block(renderVerdict({ ...verdict, lines } as unknown as Verdict))
  ).join("");
  await page.setContent(`<main>${html}</main>`);
  for (const media of ["screen", "print"] as const) {
    await page.emulateMedia({ media });
    for (const width of [800, 620, 360]) {
      const over = await page.evaluate((width) => {
        document.querySelector("main")!.style.width = `${width}px`;
        return [...document.querySelectorAll(".syw-row")].flatMap((row) => {
          const parts = [...row.children].map((part) => ({ part, box: part.getBoundingClientRect() }))
            .filter(({ part }) => part.textContent.trim() !== "");
          return parts.flatMap(({ part, box: a }, i) =>
            parts.slice(i + 1).filter(({ box: b }) =>
              Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
              Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
            ).map((other) => `${part.textContent} over ${other.part.textContent}`)
          );
        });
      }, width);
      assert.deepEqual(over, [], `${media}, ${width} px`);
    }
  }
  await page.context().close();
}
