/** The pages around the handouts, harvested from executed notebooks: an index, the ledger of claims, the errata. */
import course from "../../data/course.json" with { type: "json" };
import { sum } from "lib/math/average.ts";
import { bounds, errorWords, type Evidence, rejectedWords, type Verdict } from "lib/proof/verdict.ts";
import { dataWords } from "lib/show/data_words.ts";
import { escapeHtml, richText } from "lib/show/tex.ts";
import type { Notebook } from "../notebook.ts";
import { harvest } from "../run/verdict.ts";
import { dateWords } from "../editions/start.ts";
import { ideaOf } from "./front.ts";

/** One executed notebook of the site. */
export type Chapter = {
  /** "04_gan": its page is 04_gan.html. */
  name: string;
  title: string;
  notebook: Notebook;
  /** Whether there is a page of the student's edition, 04_gan.student.html. */
  student: boolean;
};

/** A verdict and the cell that shows it. */
type Shown = { verdict: Verdict; cell: string };

/** Infinity and NaN travel as words: JSON has no such numbers. */
const numeric = (x: unknown) => typeof x === "string" ? Number(x) : x as number;

function shownIn({ notebook }: Chapter): Shown[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code").flatMap(({ id, outputs }) =>
    harvest(outputs).verdicts.map((found) => {
      const raw = found as unknown as Verdict;
      const mutants = raw.mutants.map((mutant) => ({ ...mutant, error: numeric(mutant.error) }));
      return { cell: id, verdict: { ...raw, mutants, error: numeric(raw.error), bound: numeric(raw.bound) } };
    })
  );
}

const isClaim = ({ verdict }: Shown) => verdict.answer === undefined && verdict.lines === undefined;
const isDerivation = ({ verdict }: Shown) => verdict.answer === undefined && verdict.lines !== undefined;

const many = (n: number, thing: string) => `${n} ${thing}${n === 1 ? "" : "s"}`;
export const table = (headers: readonly string[], rows: readonly (readonly string[])[], style = "") =>
  `<div class="wide"><table${style && ` class="${style}"`}><thead><tr>${
    headers.map((name) => `<th scope="col">${name}</th>`).join("")
  }</tr></thead><tbody>${
    rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("\n")
  }</tbody></table></div>`;

/**
 * The first page: every notebook with its one-sentence idea, then ledger, errata and reproductions.
 *
 * @param reproduced what there is to say of the reproductions, if there are any
 */
export function indexMain(chapters: readonly Chapter[], reproduced = ""): string {
  const entries = chapters.map((chapter) => {
    const { name, title, student } = chapter, shown = shownIn(chapter);
    // prose has points, too, and no verdict
    const question = Object.values(course.questions).find(({ notebook }) => notebook === name);
    const points = sum(question?.answers.map(({ points }) => points) ?? []);
    const facts = [
      many(points, "point"),
      many(shown.filter(isClaim).length, "claim"),
      many(shown.filter(isDerivation).length, "executed derivation"),
    ].join(" · ");
    const editions = student
      ? `<a href="${name}.html">with solutions</a> · <a href="${name}.student.html">student edition</a>`
      : "";
    return `<li><h2><a href="${name}.html">${escapeHtml(title)}</a></h2><p>${
      richText(ideaOf(chapter.notebook))
    }</p><p class="facts">${[facts, editions].filter((x) => x !== "").join(" · ")}</p></li>`;
  });
  const all = chapters.flatMap(shownIn), errata = all.filter(({ verdict }) => verdict.printed !== undefined);
  return `<div class="cell text"><h1>${escapeHtml(course.title)}</h1>
<p><strong>Due ${
    dateWords(course.due)
  }</strong>. For instructors: with solutions. Students get <a href="student.zip">student.zip</a>.</p>
</div>
<ol class="chapters">${entries.join("\n")}</ol>
<div class="cell text"><h2><a href="ledger.html">The ledger</a></h2>
<p>Every claim with its verdict: ${
    many(all.filter(isClaim).length, "claim")
  }, how each is known, and the broken variants that its check rejects.</p>
<h2><a href="errata.html">The errata</a></h2>
<p>${
    many(errata.length, "place")
  } where the assignment prints something false or ambiguous, with what holds instead.</p>${
    reproduced === "" ? "" : `
<h2><a href="reproductions.html">Reproductions</a></h2>
<p>What the papers behind the questions report, beside the same computed here: ${escapeHtml(reproduced)}.</p>`
  }</div>`;
}

/** Every claim: statement, verdict, class of evidence, error against bound, rejected variants, its cell. */
export function ledgerMain(chapters: readonly Chapter[]): string {
  const all = chapters.flatMap(shownIn).filter((shown) => !shown.verdict.answer).map(({ verdict }) =>
    verdict
  );
  const classes = (Object.keys(bounds) as Evidence[]).map((evidence) =>
    [evidence, all.filter((verdict) => verdict.evidence === evidence).length] as const
  ).filter(([, count]) => count > 0);
  const mutants = all.flatMap((verdict) => verdict.mutants);
  const holding = all.filter(({ status }) => status === "holds").length;
  const noted = all.filter(({ status }) => status === "noted").length;
  const parts = chapters.map((chapter) => {
    const rows = shownIn(chapter).filter(({ verdict }) => verdict.answer === undefined)
      .map((shown) => ledgerRow(chapter, shown));
    return `<h2>${escapeHtml(chapter.title)}</h2>\n` +
      table(["claim", "statement", "verdict", "evidence", "error"], rows, "ledger");
  });
  return `<div class="text"><h1>The ledger</h1>
<p><em>What is claimed, how it is known, and what its check would have caught.</em></p>
<p>${holding} of ${all.length - noted} claims and derivations hold${
    noted > 0 ? `; ${many(noted, "remark")} on wording beside them` : ""
  }. By class of evidence: ${classes.map(([name, n]) => `${n} ${name}`).join(", ")}. The checks rejected ${
    mutants.filter(({ rejected }) => rejected).length
  } of ${mutants.length} broken variants. A claim's number leads to the cell that checks it.</p>
${parts.join("\n")}</div>`;
}

function ledgerRow({ name }: Chapter, { verdict, cell }: Shown): string[] {
  const { id, statement, status, evidence, error, bound, mutants, lines, further } = verdict;
  const kinds = [
    ...(lines ? [`derivation, ${lines.length} lines`] : []),
    ...(further ? ["beyond the assignment"] : []),
  ];
  const kind = kinds.length > 0 ? `<div class="facts">${kinds.join(" · ")}</div>` : "";
  const variants = mutants.map((m) =>
    `<li>${richText(m.name)}${m.rejected ? "" : " (<b>not rejected</b>)"}</li>`
  );
  const folded = variants.length === 0
    ? ""
    : `<details><summary>${rejectedWords(verdict)}</summary><ul>${variants.join("")}</ul></details>`;
  const mark = status === "holds" ? `<span class="holds">✓ holds</span>` : escapeHtml(status);
  const measured = status === "noted"
    ? ""
    : bound === 0
    ? errorWords(error)
    : `${error === 0 ? "0" : errorWords(error)} ≤ ${errorWords(bound)}`;
  return [
    `<a href="${name}.html#${escapeHtml(cell)}">${escapeHtml(id)}</a>`,
    richText(statement) + kind + folded,
    mark,
    evidence,
    measured,
  ];
}

/** Where the assignment prints something else than what holds. */
export function errataMain(chapters: readonly Chapter[]): string {
  const parts = chapters.map((chapter) => {
    const found = shownIn(chapter).filter(({ verdict }) => verdict.printed !== undefined);
    if (found.length === 0) return "";
    const entries = found.map(({ verdict, cell }) => {
      const { id, printed, statement, refutedBy, printedAt } = verdict;
      const place = printedAt ? ` · ${printedAt.where} (${printedAt.fault})` : "";
      const by = refutedBy === undefined ? "" : `<dt>counterexample</dt><dd>${dataWords(refutedBy)}</dd>`;
      return `<li><h3>${escapeHtml(id + place)}</h3><dl><dt>printed</dt><dd>${richText(printed!)}</dd>` +
        `<dt>holds</dt><dd>${richText(statement)}</dd>${by}` +
        `<dt>where</dt><dd><a href="${chapter.name}.html#${escapeHtml(cell)}">in ${
          escapeHtml(chapter.title)
        }</a></dd></dl></li>`;
    });
    return `<h2>${escapeHtml(chapter.title)}</h2><ol class="errata">${entries.join("\n")}</ol>`;
  });
  return `<div class="text"><h1>Errata of the assignment</h1>
<p><em>Where the printed text is false or ambiguous, what holds instead, and the instance that decides.</em></p>
${parts.join("\n")}</div>`;
}
