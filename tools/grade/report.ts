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
 * What one student reads: the points at a glance, then question by question each answer with what was handed in.
 *
 * @param texts of the answer cells, by the answer's name
 * @param ask whether a verdict may be typeset: one that ended the program before, or fails, is shown as plain text
 */
export function studentPage(
  results: Results,
  texts: Readonly<Record<string, string>> = {},
  ask: Ask = () => true,
): string {
  const { tests, extra_data: { entry, remarks, intake } } = results;
  const odd = remarks.length > 0
    ? `<ul>${remarks.map((r) => `<li>${escapeHtml(r)}</li>`).join("")}</ul>`
    : "";
  const parts = Object.entries(course.questions).flatMap(([number, { title, answers }]) => {
    const own = tests.filter((test) => answers.some(({ name }) => name === nameOf(test)));
    if (own.length === 0) return [];
    const heading = `<h2>${escapeHtml(`${number} · ${title}`)}</h2>`;
    return [heading, ...own.map((test) => answerPart(test, texts[nameOf(test)], ask))];
  });
  const rows = intake.map(({ file, made }) => `<tr><td>${escapeHtml(file)}<td>${escapeHtml(made)}</tr>`);
  const files = rows.length > 0 ? `<h2>What was handed in</h2><table>${rows.join("")}</table>` : "";
  return page(
    `${entry}: ${total(results)}`,
    `<p>${escapeHtml(course.title)}<br>${escapeHtml(datesSentence())}</p>${odd}${summary(tests)}${
      parts.join("\n")
    }${files}`,
  );
}

const nameOf = ({ name }: ResultTest) => name.slice(name.indexOf(" ") + 1);
const anchorOf = (test: ResultTest) => `answer-${nameOf(test)}`;
const pointsOf = ({ score, max_score }: ResultTest) => `${score} of ${max_score}`;
const pointsWords = (test: ResultTest) => test.max_score === 0 ? "no points" : `${pointsOf(test)} points`;

/** One word on how an answer stands. */
function standingOf({ extra_data }: ResultTest): string {
  if (typeof extra_data.status === "string") return extra_data.status;
  return extra_data.prose === "" ? "not answered" : "waits for a reader";
}

/** A row a question: its points, and how each answer stands. */
function summary(tests: readonly ResultTest[]): string {
  const rows = Object.entries(course.questions).flatMap(([number, { title, answers }]) => {
    const own = tests.filter((test) => answers.some(({ name }) => name === nameOf(test)));
    if (own.length === 0) return [];
    const sum = (points: (test: ResultTest) => number) => own.reduce((all, test) => all + points(test), 0);
    const each = own.map((test) =>
      `<a href="#${escapeHtml(anchorOf(test))}">${escapeHtml(nameOf(test))}</a> <small>${
        escapeHtml(`${standingOf(test)}, ${pointsOf(test)}`)
      }</small>`
    );
    return [
      `<tr><td>${escapeHtml(`${number} · ${title}`)}<td>${each.join("<br>")}<td class="n">${
        sum(({ score }) => score)
      } of ${sum(({ max_score }) => max_score)}</tr>`,
    ];
  });
  return `<table class="stack"><thead><tr><th>question<th>answers<th class="n">points</tr></thead><tbody>
${rows.join("\n")}</tbody></table>`;
}

/** One answer: its points, the verdict, and what was handed in. */
function answerPart(test: ResultTest, text: string | undefined, ask: Ask): string {
  const heading = `<h3 id="${escapeHtml(anchorOf(test))}">${escapeHtml(test.name)} <small>${
    pointsWords(test)
  }</small></h3>`;
  const own = text === undefined || !isJudged(test)
    ? ""
    : `<details open><summary>your cell</summary><pre>${escapeHtml(text)}</pre></details>`;
  return heading + verdictPart(test, ask) + own;
}

function verdictPart(test: ResultTest, ask: Ask): string {
  if (!isJudged(test)) return plainBody(test);
  try {
    return ask(`show ${test.name}`)
      ? block(renderVerdict(verdictOf(test))) + remarkOf(test)
      : plainBody(test);
  } catch {
    return plainBody(test);
  }
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

const plainBlock = (test: ResultTest): string =>
  `<h2>${escapeHtml(test.name)} <small>${pointsWords(test)}</small></h2>${plainBody(test)}`;

function plainBody({ output, extra_data }: ResultTest): string {
  const text = String(extra_data.prose ?? "");
  const said = text === "" ? output : output.split("\n")[0];
  return `<p>${escapeHtml(said)}</p>${text === "" ? "" : `<pre>${escapeHtml(text)}</pre>`}`;
}
