import { type Figure, isCartesian, isFigure } from "./figure.ts";
import type { Fragment } from "./fragments.ts";
import { drain, inKernel, interruption, isPaced, send, watchNames } from "./kernel.ts";
import { captionHtml, figureHtml, loaderHtml } from "./page.ts";
import {
  block,
  renderClaims,
  renderStanding,
  renderVerdict,
  type Standing,
  totalWords,
  verdictText,
} from "./render.ts";
import { said, saidData } from "./language.ts";
import { plainText } from "./tex.ts";
import { definitionOf } from "../proof/answer.ts";
import { isVerdict, type Verdict, verdictData } from "../proof/verdict.ts";
import { type Rehearsed, rehearsed } from "./rehearsal.ts";
import { notebookFile, noteUnsaved, savedState } from "./saved.ts";

/** The MIME type under which every verdict travels as data. */
export const verdictType = "application/vnd.show-your-work.verdict+json";

type Showable = Verdict | readonly Verdict[] | Figure | Fragment;

/** The answers judged in this session, by name: what “Where am I” counts. */
const standings = new Map<string, Verdict>();

let loaded = false;

/**
 * Prepares the page: figures and formulas need nothing but this output from then on. Run by the import cell,
 * every time, so that the output is there whenever the notebook is opened again.
 */
export async function begin(): Promise<void> {
  loaded = true;
  if (!inKernel()) return;
  watchNames(["answer", "show", "standing"]);
  const words = isPaced()
    ? "Ready: every line below runs."
    : `This kernel is Deno ${Deno.version.deno}, not the course's own: outputs may get lost. ` +
      "Choose the kernel that deno task kernel installs.";
  const ready = block(`<span class="syw-quiet">${words}</span>`);
  await send({ "text/html": ready + loaderHtml(), "text/plain": words });
}

/**
 * Shows a verdict, a table of verdicts, a figure or a fragment as the output of the current cell; silent outside
 * a kernel.
 *
 * @throws Error after showing it, when a verdict outside an answer does not hold
 * @throws TypeError for what can't be shown
 */
export async function show(...items: readonly Showable[]): Promise<void> {
  for (const item of items) await showOne(item);
  const failing = items.flatMap((item) => Array.isArray(item) ? item : isVerdict(item) ? [item] : [])
    .filter((v: Verdict) => v.answer === undefined && v.status !== "holds" && v.status !== "noted");
  if (failing.length > 0) {
    await drain();
    throw new Error(
      failing.map((v: Verdict) =>
        `${v.id} ${v.status === "defective" ? "is defective" : "does not hold"}${
          v.because ? `: ${v.because}` : ""
        }`
      )
        .join("; "),
    );
  }
}

async function showOne(item: Showable): Promise<void> {
  if (isFigure(item)) return await showFigure(item);
  if (Array.isArray(item) && item.length > 0 && item.every(isVerdict)) return await sendVerdicts(item);
  if (isVerdict(item)) {
    return await sendVerdicts(item.answer ? await remembered(item, item.answer) : item);
  }
  if (typeof item === "object" && item !== null && (item as Fragment).kind === "fragment") {
    const { refined } = item as Fragment;
    const { html, text } = refined && inKernel() ? await refined() : item as Fragment;
    return await send({ "text/html": block(html), "text/plain": text });
  }
  const got = Array.isArray(item) ? `an array of ${item.length}` : item === null ? "null" : typeof item;
  const hint = item instanceof Promise ? "a promise (await it first)" : got;
  throw new TypeError(`Cannot show this: expected a verdict, verdicts, a figure or a fragment, got ${hint}`);
}

/**
 * Keeps an answer's verdict for “Where am I”, and adds what a student can't see: that nothing new ran since the last
 * check, as after a syntax error, or that the cell as it is saved can't run.
 */
async function remembered(verdict: Verdict, name: string): Promise<Verdict> {
  const before = standings.get(name);
  standings.set(name, verdict);
  if (!inKernel()) return verdict;
  const judged = definitionOf(verdict);
  // null, and the empty list that a proof begins as, are nothing
  const definition = verdict.status === "not answered" ? undefined : judged;
  const saved = await savedState(name, definition, verdict.statement);
  const again = before !== undefined && before !== verdict && judged === definitionOf(before) &&
    (definition === undefined || typeof definition === "object" || typeof definition === "function");
  const unsaved = saved.as === "other" && saved.unsaved === true;
  if (unsaved && definition !== undefined) noteUnsaved(name);
  const remark = saved.as !== "unknown" && saved.says !== undefined &&
      (again || !unsaved)
    ? ` But ${saved.says}`
    : again && verdict.status !== "holds"
    ? " Nothing new has run in the cell since the last check. A cell with a syntax error shows nothing when it runs: save (Ctrl+S), run this check again, and it says where."
    : "";
  // what is written and can't run says more than what is asked
  if (definition === undefined && saved.as === "other") {
    return { ...verdict, feedback: saved.says.replace(/^./, (c) => c.toUpperCase()) };
  }
  return remark === "" ? verdict : { ...verdict, feedback: `${verdict.feedback ?? ""}${remark}` };
}

async function sendVerdicts(item: Verdict | readonly Verdict[]) {
  const list = isVerdict(item) ? [item] : item;
  const claims = list.every((v) => !v.answer && !v.lines);
  const html = claims ? renderClaims(list) : list.map((v) => renderVerdict(v)).join("");
  await send({
    [verdictType]: isVerdict(item) ? verdictData(item) : item.map(verdictData),
    "text/html": block(html),
    "text/plain": list.map(verdictText).join("\n"),
  });
}

async function showFigure(figure: Figure) {
  if (!loaded) await begin();
  const { data, narrow, caption, description } = figure;
  // a figure that needs the whole of plotly is drawn by JupyterLab alone
  const layout = narrow && isCartesian(figure) ? { ...figure.layout, meta: { narrow } } : figure.layout;
  await send({
    "application/vnd.plotly.v1+json": saidData({ data, layout }),
    "text/html": figureHtml(figure),
    "text/plain": `${said("Figure")}: ${plainText(description)}`,
  });
  await send({ "text/html": captionHtml(figure), "text/plain": plainText(caption) });
}

/**
 * “Where am I”: provisional points of these questions, from the verdicts shown in this session; in a kernel what
 * the notebook, as it is saved, is worth: in a student's project as `submit` says it.
 *
 * @param questions e.g. `answer.questions` of the subject
 */
export function standing(questions: readonly { name: string; question: string; points: number }[]): Fragment {
  const rows = questions.map(({ name, question, points }): Standing => {
    const verdict = standings.get(name);
    return {
      question,
      name,
      status: verdict?.status ?? "not answered",
      points: verdict?.points ?? 0,
      maxPoints: points,
      ...(verdict?.mark ? { mark: verdict.mark } : {}),
    };
  });
  const refined = async () => {
    const file = questions.length > 0 ? notebookFile(questions[0].name) : undefined;
    let untried = false;
    const graded = file === undefined ? undefined : await rehearsed(file, interruption()).catch(() => {
      untried = true;
      return undefined;
    });
    const refined = await Promise.all(rows.map((row) => refinedRow(row, graded?.get(row.name))));
    return standingFragment(refined, untried);
  };
  return { ...standingFragment(rows), refined };
}

/** A row by the text that is saved: what the grader makes of it, where it was asked, else what the text says. */
async function refinedRow(row: Standing, graded: Rehearsed | undefined): Promise<Standing> {
  const verdict = standings.get(row.name), isJudged = verdict && verdict.status !== "not answered";
  const saved = isJudged ? await savedState(row.name, definitionOf(verdict)) : undefined;
  const says = saved && saved.as !== "unknown" ? saved.says : undefined;
  if (!graded) {
    if (saved?.as === "other") return { ...row, points: 0, remark: `Not as judged: ${says}` };
    return says === undefined ? row : { ...row, remark: `As judged, but ${says}` };
  }
  const now = { ...row, status: graded.status as Standing["status"], points: graded.points };
  if (isJudged && graded.points === row.points && graded.status === row.status) {
    return saved?.as === "judged" && says !== undefined ? { ...row, remark: `As judged, but ${says}` } : row;
  }
  delete now.mark;
  if (!isJudged) return /^(keep|almost)/.test(graded.status) ? { ...now, remark: graded.says } : now;
  return {
    ...now,
    remark: `Not as judged: ${saved?.as === "other" ? says : `as it is saved: ${graded.says}`}`,
  };
}

const untriedWords =
  "What is saved could not be run as the grader will run it: these are this session's verdicts. Ask `submit`.";

/** @param untried whether the text that is saved could not be run as the grader will run it */
function standingFragment(rows: readonly Standing[], untried = false): Fragment {
  const counted = said(totalWords(rows)) + (untried ? `. ${said(untriedWords)}` : "");
  return {
    kind: "fragment",
    html: renderStanding(rows, counted),
    text: [
      plainText(counted),
      ...rows.map((r) =>
        `${r.question} ${r.name}: ${said(r.status)}, ${said(`${r.points} of ${r.maxPoints}`)}${
          r.remark ? `. ${plainText(r.remark)}` : ""
        }`
      ),
    ].join("\n"),
  };
}
