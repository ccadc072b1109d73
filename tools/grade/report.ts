import course from "../../data/course.json" with { type: "json" };
import { fontStyle } from "lib/show/page.ts";
import { block, renderVerdict } from "lib/show/render.ts";
import { escapeHtml } from "lib/show/tex.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import { reasons, type Results, type ResultTest } from "./results.ts";
import type { Ask } from "./take.ts";

/** Pages that load nothing and run nothing, whatever a submission has put into them. */

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#1b1f24;background:#fff}table{border-collapse:collapse;width:100%}th,td{text-align:left;
padding:.3rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top}.n{text-align:right}
.none td:last-child{color:#a40e26;font-weight:600}
pre{white-space:pre-wrap;background:#f6f8fa;padding:.6rem}`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}${fontStyle()}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${body}
</body></html>
`;
}

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
    `<p>${escapeHtml(course.title)}</p>${odd}${parts.join("\n")}${files}`,
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

function remarkOf({ output, extra_data }: ResultTest): string {
  const remark = /(The cell stood|The cell stands|There is no cell)[^.]*\.(?=$)/.exec(output)?.[0];
  return remark && extra_data.status !== undefined ? `<p><small>${escapeHtml(remark)}</small></p>` : "";
}

function plainBlock({ name, max_score, output, extra_data }: ResultTest): string {
  const text = String(extra_data.prose ?? "");
  return `<h2>${escapeHtml(name)} (${max_score})</h2><p>${escapeHtml(output)}</p>` +
    (text === "" ? "" : `<pre>${escapeHtml(text)}</pre>`);
}

/** What an instructor reads: how the class did, which misconceptions it has, what needs a person. */
export function classPage(all: readonly Results[]): string {
  const tests = all.find(({ tests }) => tests.length > 0)?.tests ?? [];
  const rows = tests.map(({ name, max_score }, i) =>
    statusRow(name, max_score, all.flatMap(({ tests }) => tests[i] ?? []))
  );
  return page(
    `${course.title}: ${all.length} submissions`,
    `<h2>Answers</h2><table><tr><th>answer<th class="n">points<th class="n">hold<th class="n">almost<th class="n">keep working<th class="n">not answered<th class="n">mean</tr>
${rows.join("\n")}</table>
<h2>Misconceptions</h2>${misconceptionTable(all)}
<h2>Submissions</h2><table><tr><th>submission<th>points<th>remarks</tr>
${all.map(submissionRow).join("\n")}</table>
<h2>To be read by a person</h2>${proseList(all)}`,
  );
}

function statusRow(name: string, points: number, tests: readonly ResultTest[]): string {
  const counts = ["holds", "almost", "keep working", "not answered"].map((status) =>
    tests.filter(({ extra_data }) => extra_data.status === status).length
  );
  const mean = tests.reduce((sum, t) => sum + t.score, 0) / Math.max(1, tests.length);
  return `<tr><td>${escapeHtml(name)}<td class="n">${points}${
    counts.map((n) => `<td class="n">${n}`).join("")
  }<td class="n">${mean.toFixed(2)}</tr>`;
}

function misconceptionTable(all: readonly Results[]): string {
  const counts = new Map<string, number>();
  for (const { name, extra_data } of all.flatMap(({ tests }) => tests)) {
    if (typeof extra_data.misconception !== "string") continue;
    const key = JSON.stringify([name, extra_data.misconception]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (counts.size === 0) return "<p>None that is known.</p>";
  const rows = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([key, n]) => {
    const [name, misconception] = JSON.parse(key);
    return `<tr><td>${escapeHtml(name)}<td>${escapeHtml(misconception)}<td class="n">${n}</tr>`;
  });
  return `<table><tr><th>answer<th>misconception<th class="n">how many</tr>\n${rows.join("\n")}</table>`;
}

function submissionRow(results: Results): string {
  const { entry, remarks } = results.extra_data;
  const link = `${encodeURIComponent(entry)}/report.html`, why = results.score === 0 ? "none" : "some";
  return `<tr class="${why}"><td><a href="${escapeHtml(link)}">${escapeHtml(entry)}</a><td>${
    total(results)
  }<td>${escapeHtml(results.score === 0 ? reasons(remarks, results.tests) : remarks.join(" "))}</tr>`;
}

function proseList(all: readonly Results[]): string {
  const items = all.flatMap(({ tests, extra_data: { entry } }) =>
    tests.filter((t) => typeof t.extra_data.prose === "string" && t.extra_data.prose !== "").map((t) =>
      `<li>${escapeHtml(entry)}, ${escapeHtml(t.name)} (${t.max_score}): <pre>${
        escapeHtml(String(t.extra_data.prose))
      }</pre></li>`
    )
  );
  return items.length === 0 ? "<p>Nothing.</p>" : `<ul>${items.join("\n")}</ul>`;
}
