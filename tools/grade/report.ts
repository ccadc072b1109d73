import course from "../../data/course.json" with { type: "json" };
import { block, renderVerdict } from "lib/show/render.ts";
import { escapeHtml } from "lib/show/tex.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import { datesSentence, page } from "./page.ts";
import type { Results, ResultTest } from "./results.ts";
import type { Ask } from "./take.ts";

const total = ({ score, tests }: Results) =>
  `${score} of ${tests.reduce((sum, t) => sum + t.max_score, 0)} points`;

/**
 * What one student reads: every answer with its verdict.
 *
 * @param ask whether a verdict may be typeset: one that ended the program before, or fails, is shown as plain text
 */
export function studentPage(results: Results, ask: Ask = () => true): string {
  const { tests, extra_data: { entry, remarks } } = results;
  const parts = tests.map((test) => {
    if (!isJudged(test)) return plainBlock(test);
    try {
      return ask(`show ${test.name}`)
        ? block(renderVerdict(verdictOf(test))) + remarkOf(test)
        : plainBlock(test);
    } catch {
      return plainBlock(test);
    }
  });
  const odd = remarks.length > 0
    ? `<ul>${remarks.map((r) => `<li>${escapeHtml(r)}</li>`).join("")}</ul>`
    : "";
  const intake = results.extra_data.intake.map(({ file, made }) =>
    `<tr><td>${escapeHtml(file)}<td>${escapeHtml(made)}</tr>`
  );
  const files = intake.length > 0 ? `<h2>What was handed in</h2><table>${intake.join("")}</table>` : "";
  return page(
    `${entry}: ${total(results)}`,
    `<p>${escapeHtml(course.title)}<br>${escapeHtml(datesSentence())}</p>${odd}${parts.join("\n")}${files}`,
  );
}

/** The same without anything typeset, for what could not be graded. */
export function plainPage(results: Results): string {
  const { tests, extra_data: { entry, remarks } } = results;
  const odd = `<ul>${remarks.map((r) => `<li>${escapeHtml(r)}</li>`).join("")}</ul>`;
  return page(`${entry}: ${total(results)}`, `${odd}${tests.map(plainBlock).join("\n")}`);
}

const isJudged = ({ extra_data }: ResultTest) => "status" in extra_data;

/** The verdict as it was, its numbers that JSON can't hold among them. */
function verdictOf({ extra_data }: ResultTest): Verdict {
  const verdict = structuredClone(extra_data) as unknown as Verdict;
  return {
    ...verdict,
    error: Number(verdict.error),
    bound: Number(verdict.bound),
    ...(verdict.lines
      ? { lines: verdict.lines.map((line) => ({ ...line, error: Number(line.error) })) }
      : {}),
  };
}

function remarkOf({ extra_data: { remark } }: ResultTest): string {
  return typeof remark === "string" ? `<p><small>${escapeHtml(remark)}</small></p>` : "";
}

function plainBlock({ name, max_score, output, extra_data }: ResultTest): string {
  const text = String(extra_data.prose ?? "");
  return `<h2>${escapeHtml(name)} (${max_score})</h2><p>${escapeHtml(text === "" ? output : output.split("\n")[0])}</p>` +
    (text === "" ? "" : `<pre>${escapeHtml(text)}</pre>`);
}
