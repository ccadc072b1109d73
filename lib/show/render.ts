import { conditionHtml, escapeHtml, mathml, plainMath, plainText, richText } from "./tex.ts";
import { dataWords } from "./data_words.ts";
import { lang, said, saidHtml } from "./language.ts";
import { readableSource } from "./source.ts";
import { styles } from "./style.ts";
import {
  errorWords,
  type JudgedLine,
  plain,
  rejectedWords,
  type Status,
  type Verdict,
} from "../proof/verdict.ts";

/** Mark, word and style of a status: a sign, a word, a colour, in this order of importance. */
const marks: Readonly<Record<Status, { sign: string; style: string }>> = {
  "holds": { sign: "✓", style: "syw-holds" },
  "almost": { sign: "≈", style: "syw-almost" },
  "keep working": { sign: "✗", style: "syw-no" },
  "not answered": { sign: "○", style: "syw-open" },
  "defective": { sign: "!", style: "syw-defective" },
  "noted": { sign: "·", style: "syw-noted" },
};

/** A check of ours that does not hold is not a student at work: another word. */
const wordOf = (verdict: Verdict) =>
  verdict.status === "keep working" && !verdict.answer ? "does not hold" : verdict.status;

const cell = (html: string, style = "") => `<div role="cell" class="${style}">${html}</div>`;
const mark = (sign: string, word: string) =>
  cell(`<i aria-hidden="true">${sign}</i>${escapeHtml(word)}`, "syw-mark");
const dotted = (parts: readonly string[]) => parts.filter((part) => part !== "").join(" · ");

/** HTML that carries its own style sheet: an output stands alone wherever it is shown. */
export function block(inner: string): string {
  const other = lang() === "en" ? "" : ` lang="${lang()}"`;
  return `<div class="syw"${other}><style>${styles}</style>${saidHtml(inner)}</div>`;
}

function table(
  style: string,
  label: string,
  right: string,
  headers: readonly string[],
  rows: readonly string[],
) {
  const head = `<div class="syw-head" role="caption"><b>${richText(label)}</b><span>${
    richText(right)
  }</span></div>`;
  const names = headers.map((h) => `<span role="columnheader">${h}</span>`).join("");
  return `<div class="syw-block ${style}" role="table" aria-label="${escapeHtml(plainText(label))}">${head}` +
    `<div role="row" class="syw-hidden">${names}</div>${rows.join("")}</div>`;
}

const row = (style: string, ...cells: readonly string[]) =>
  `<div role="row" class="syw-row ${style}">${cells.join("")}</div>`;

/** The instances, in words: "200 instances · seed 4", "1 case"; a grader's seed is not told. */
const samples = ({ instances, seed }: Verdict) =>
  instances < 2 ? ["", "1 case"][instances] : `${instances} instances${seed === 0 ? "" : ` · seed ${seed}`}`;

/** One digit, rounded up: what is said to be an upper bound stays one. */
function atMost(chance: number): string {
  const [digits, power] = chance.toExponential().split("e");
  return Number(`${Math.ceil(Number(digits))}e${power}`).toExponential(0);
}

/** What stands behind a verdict, folded: numbers, worst case, broken variants, the check itself. */
function evidenceDetails(verdict: Verdict): string {
  const { error, bound, worst, mutants, chance, source } = verdict;
  const items = [
    verdict.evidence === "monte carlo"
      ? `largest |z| ${errorWords(error)} (bound ${bound})`
      : bound === 0
      ? `largest error ${error === 0 ? "exactly 0" : errorWords(error)}`
      : `largest error ${error === 0 ? "0" : errorWords(error)} (bound ${bound})`,
    samples(verdict),
    ...(chance === undefined ? [] : [
      `chance that a false identity passed: at most ${chance === 0 ? "10⁻³⁰⁸" : atMost(chance)}`,
    ]),
    ...(worst === undefined ? [] : [`worst case: ${dataWords(plain(worst))}`]),
    ...mutants.map((m) =>
      `${m.rejected ? "rejected" : "<b>not rejected</b>"}: ${richText(m.name)}, error ${
        m.error === 0 ? "0" : errorWords(m.error)
      }`
    ),
  ].filter((item) => item !== "");
  const check = source
    ? `<details><summary>the check</summary><pre>${escapeHtml(readableSource(source))}</pre></details>`
    : "";
  return `<details><summary>evidence</summary><ul>${
    items.map((i) => `<li>${i}</li>`).join("")
  }</ul>${check}</details>`;
}

function claimRow(verdict: Verdict): string {
  const { sign, style } = marks[verdict.status];
  const noted = verdict.status === "noted";
  const because = verdict.because ? `<div class="syw-quiet">${escapeHtml(verdict.because)}</div>` : "";
  return row(
    style,
    mark(sign, wordOf(verdict)),
    cell(richText(verdict.statement) + because),
    cell(`<span class="syw-pill">${noted ? "wording" : verdict.evidence}</span>`),
    cell(noted ? "" : rejectedWords(verdict), "syw-quiet"),
    noted ? "" : cell(evidenceDetails(verdict), "syw-evidence"),
  );
}

/** The correction under a table of claims: what is printed, what holds, and the instance that decides. */
function correctionBox(verdict: Verdict): string {
  const by = verdict.refutedBy === undefined
    ? ""
    : `<p><b>Counterexample:</b> ${dataWords(plain(verdict.refutedBy))}</p>`;
  const { where, fault } = verdict.printedAt ?? {};
  const title = where ? `The assignment, ${escapeHtml(where)} (${fault}):` : "The assignment prints:";
  return `<div class="syw-box" role="note"><p><b class="syw-title">${title}</b> ${
    richText(verdict.printed!)
  }</p><p><b>What holds:</b> ${richText(verdict.statement)}</p>${by}</div>`;
}

/** A table of claims: one row each, corrections below. */
export function renderClaims(verdicts: readonly Verdict[], title?: string): string {
  const judged = verdicts.filter((v) => v.status !== "noted");
  const holding = judged.filter((v) => v.status === "holds").length;
  const prefix = commonPrefix(verdicts.map((v) => v.id));
  const label = title ??
    (verdicts.every((v) => v.further) ? `${prefix} · going further` : `${prefix} · what holds`);
  const rowsOf = (list: readonly Verdict[], label: string, right: string) =>
    table(
      "syw-claims",
      label,
      right,
      ["verdict", "claim", "class of evidence", "broken variants", "evidence"],
      list.map(claimRow),
    );
  // what is wrong is never folded away
  const folded = verdicts.filter((v) => v.aside && (v.status === "holds" || v.status === "noted"));
  const shown = verdicts.filter((v) => !folded.includes(v));
  const more = `${folded.length} more, each a step or a detail`;
  return (shown.length > 0
    ? rowsOf(shown, label, judged.length > 0 ? `${holding} of ${judged.length}` : "")
    : "") +
    (folded.length > 0
      ? `<details class="syw-more"><summary>${more}</summary>${
        rowsOf(folded, `${prefix} · more`, "")
      }</details>`
      : "") +
    verdicts.filter((v) => v.printed !== undefined).map(correctionBox).join("");
}

/** "4.3" for 4.3.a, 4.3.b; "4" for 4.1, 4.2. */
function commonPrefix(ids: readonly string[]): string {
  const parts = ids.map((id) => id.split("."));
  const common = parts[0].filter((part, i) => parts.every((p) => p[i] === part));
  return (common.length > 0 ? common : [parts[0][0]]).join(".");
}

/** So many signs of a formula fill the half of a block that is its own beside its reason. */
const LONG = 56;

/** An executed derivation: line, reason, error; the first broken line says where and by how much. */
function renderDerivation(verdict: Verdict, title?: string): string {
  const lines = verdict.lines ?? [];
  const broken = lines.findIndex((line) => !line.holds);
  const about = dotted([verdict.evidence, samples(verdict), rejectedWords(verdict)]);
  const rows = lines.map((line, k) => lineRow(line, k, broken, verdict.answer === undefined));
  const fault = verdict.because
    ? row("syw-defective", mark("!", "defective"), cell(escapeHtml(verdict.because)))
    : "";
  // A student's lines have their verdict above them.
  const evidence = verdict.answer === undefined
    ? row("", cell(""), cell(evidenceDetails(verdict), "syw-evidence"))
    : "";
  return table(
    // where a line is long, reasons stand below their lines
    lines.some(({ tex }) => tex && plainMath(tex).length > LONG) ? "syw-lines syw-long" : "syw-lines",
    title ?? `${verdict.id} · ${verdict.statement}`,
    about,
    ["verdict", "line", "reason", "largest error"],
    [...rows, fault, evidence],
  );
}

/** What a student wrote may be no LaTeX: then it stands as it is. Ours must be. */
function written(render: () => string, text: string, own: boolean): string {
  if (own) return render();
  try {
    return render();
  } catch {
    return `<code>${escapeHtml(text)}</code>`;
  }
}

/** What a line is to the one above, in words; what it leans on, and why not where it does not follow. */
function stepWords({ step, why, notNeeded = [], conditions = [] }: JudgedLine, own: boolean): string {
  if (step === undefined || step === "start") return "";
  const name = step === "by a reader" && own ? "computed by code" : step;
  return [
    escapeHtml(why ? `${name}: ${why}` : name),
    ...(notNeeded.length > 0 ? [escapeHtml(`not needed: ${notNeeded.join(", ")}`)] : []),
    ...(conditions.length > 0 ? [`where ${conditions.map(conditionHtml).join(", ")}`] : []),
  ].map((words) => `<div class="syw-quiet">${words}</div>`).join("");
}

function lineRow(line: JudgedLine, k: number, broken: number, own: boolean): string {
  // lines with a step of their own are judged each for itself
  const after = broken >= 0 && k > broken && line.step === undefined;
  const here = line.step === undefined ? k === broken : !line.holds;
  const relation = relationSign(line, k);
  const note = relation === "≐" ? ` <span class="syw-quiet">(≐ equal up to a constant)</span>` : "";
  const because = written(() => richText(line.because), line.because, own) + note;
  const formula = line.tex && written(() => mathml(line.tex, { display: false }), line.tex, own);
  const style = here ? "syw-no" : after ? "syw-after" : "syw-holds";
  return row(
    // a line that says no formula has room for its reason
    formula ? style : `${style} syw-words`,
    after
      ? mark("·", "after")
      : line.step === "by a reader" && !own
      ? mark("○", "to be read")
      : here
      ? mark("✗", line.step === "repeats" ? "repeats" : "breaks")
      : mark("✓", "holds"),
    cell(
      `<div class="syw-line"><span>${escapeHtml(relation)}</span><span>${formula || because}</span></div>`,
    ),
    cell((formula ? because : "") + stepWords(line, own), "syw-quiet"),
    cell(after || k === 0 ? "" : errorWords(line.error), "syw-quiet syw-right"),
    ...(here && line.breaks ? [cell(`Breaks ${richText(line.breaks.words)}.`, "syw-breaks")] : []),
  );
}

/** How a line stands to the one above; nothing for the first. */
const relationSign = ({ relation }: JudgedLine, k: number): string =>
  k === 0 ? "" : relation === "equal up to a constant" ? "≐" : relation;

/** Which text a verdict judged, in four letters: after a change they differ. */
const markHtml = (mark?: string) => mark ? ` <span class="syw-quiet">text ${escapeHtml(mark)}</span>` : "";

/** A student's answer: mark, word, one sentence; the lines of a proof below it. */
export function renderAnswer(verdict: Verdict): string {
  const { sign, style } = marks[verdict.status], { points = 0, maxPoints = 0 } = verdict;
  const head = table(
    "syw-answer",
    `${verdict.id} · your answer \`${verdict.answer}\``,
    `${maxPoints} ${maxPoints === 1 ? "point" : "points"}${verdict.mark ? ` · text ${verdict.mark}` : ""}`,
    ["verdict", "what it says", "points"],
    [row(
      style,
      mark(sign, verdict.status),
      cell(richText(verdict.feedback ?? "")),
      cell(points > 0 ? `<span class="syw-pill">${points} of ${maxPoints}</span>` : ""),
    )],
  );
  if (!verdict.lines?.length) return head;
  return head + renderDerivation(verdict, `${verdict.id} · your lines`);
}

export interface Standing {
  question: string;
  name: string;
  status: Status;
  points: number;
  maxPoints: number;
  /** Which text was judged. */
  mark?: string;
  /** Why the points do not count as the notebook is saved now. */
  remark?: string;
}

/** What the answers are worth together. */
export const totalWords = (rows: readonly Standing[]): string =>
  `${rows.reduce((sum, r) => sum + r.points, 0)} of ${
    rows.reduce((sum, r) => sum + r.maxPoints, 0)
  } points, provisional`;

/** "Where am I": provisional points, an answer a row. */
export function renderStanding(rows: readonly Standing[], total = totalWords(rows)): string {
  return table(
    "syw-points",
    "Where am I",
    total,
    ["verdict", "answer", "points"],
    rows.map((r) =>
      row(
        marks[r.status].style,
        mark(marks[r.status].sign, r.status),
        cell(
          `${r.question} · <code>${escapeHtml(r.name)}</code>${markHtml(r.mark)}${
            r.remark ? `<div class="syw-quiet">${richText(r.remark)}</div>` : ""
          }`,
        ),
        cell(`${r.points} of ${r.maxPoints}`, "syw-quiet"),
      )
    ),
  );
}

/** A verdict as HTML, in the form that fits it. */
export function renderVerdict(verdict: Verdict): string {
  if (verdict.answer) return renderAnswer(verdict);
  return verdict.lines ? renderDerivation(verdict) : renderClaims([verdict]);
}

/** The same as plain text: a terminal's twin, and what a search finds. */
export function verdictText(verdict: Verdict): string {
  const { sign } = marks[verdict.status];
  const word = wordOf(verdict);
  if (verdict.answer) {
    return `${sign} ${verdict.id} ${verdict.answer}: ${said(word)}. ${plainText(verdict.feedback ?? "")}`
      .trim() +
      linesText(verdict);
  }
  const error = verdict.error > 0 ? `error ${errorWords(verdict.error)}` : "";
  const about = dotted([verdict.evidence, samples(verdict), rejectedWords(verdict), error]);
  const at = verdict.printedAt ? `, ${verdict.printedAt.where} (${verdict.printedAt.fault})` : " prints";
  const printed = verdict.printed ? `\n    The assignment${at}: ${plainText(verdict.printed)}` : "";
  return `${sign} ${verdict.id} ${said(word)}: ${plainText(verdict.statement)} (${about})${
    verdict.because ? `\n    ${verdict.because}` : ""
  }${printed}${linesText(verdict)}`;
}

function linesText(verdict: Verdict): string {
  return (verdict.lines ?? []).map((line, k) =>
    `\n    ${line.holds ? "✓" : "✗"} ${relationSign(line, k) || " "} ` +
    `${plainMath(line.tex)}${line.because ? `   (${plainText(line.because)})` : ""}${
      line.breaks ? ` breaks ${plainText(line.breaks.words)}` : ""
    }`
  ).join("");
}
