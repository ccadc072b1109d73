import course from "../../data/course.json" with { type: "json" };
import { escapeHtml } from "lib/show/tex.ts";
import { datesSentence, page, tableHtml } from "./page.ts";
import { isProse, type Results, type ResultTest } from "./results.ts";
import { type Pair, type Texts, tokens } from "./similar.ts";
import { mean, sum } from "lib/math/average.ts";
import { correlation, histogram, quantile } from "./statistics.ts";
import { lostPoints } from "./tables.ts";
import type { Intake } from "./take.ts";

/** What is known of a class beside its results. */
export interface About {
  pairs: readonly Pair[];
  /** What lies among the submissions and is none. */
  strays: readonly Intake[];
  /** What the tables of overrides, times and people name that is not there, in sentences. */
  odd: readonly string[];
}

const signed = (text: string) => text.replace("-", "−");
const number = (x: number, digits = 2) =>
  Number.isFinite(x) ? signed(String(Number(x.toFixed(digits)))) : "–";
/** Between −1 and 1, two digits each: they stand below each other. */
const share = (x: number) => Number.isFinite(x) ? signed((Number(x.toFixed(2)) || 0).toFixed(2)) : "–";
const most = ({ tests }: Results) => sum(tests.map((t) => t.max_score));
const list = (items: readonly string[]) => `<ul>${items.map((item) => `<li>${item}</li>`).join("\n")}</ul>`;
const linkTo = (entry: string) =>
  `<a href="${escapeHtml(`${encodeURIComponent(entry)}/report.html`)}">${escapeHtml(entry)}</a>`;

/** What an instructor reads first: how the class did, where and why, and what waits for a person. */
export function classPage(all: readonly Results[], { pairs, strays, odd }: About): string {
  const scores = all.map(({ score }) => score), whole = Math.max(1, ...all.map(most));
  const parts = [
    `<p>${escapeHtml(datesSentence())}</p>`,
    odd.length > 0 ? `<div class="none">${list(odd.map(escapeHtml))}</div>` : "",
    factsHtml(scores),
    barsHtml(scores, whole),
    `<h2>Questions</h2>${questionTable(all)}`,
    `<h2>Answers</h2>${answerTable(all)}
<p class="quiet">Difficulty: the mean share of the points. Discrimination: how the answer's points go with all others' (from −1 to 1; below 0.1 look at the question).</p>`,
    `<h2>Misconceptions</h2>${misconceptionTable(all)}`,
    `<h2>Submissions</h2>${
      tableHtml([
        "submission",
        "points#",
        ...numbers.map((n) => `${n}#`),
        "why not more",
      ], all.map(submissionRow))
    }`,
    `<h2>To be read by a person</h2>${readingHtml(all)}`,
    pairs.length > 0
      ? `<h2>Nearly the same</h2><p>A hint for a person, no proof of anything: ${
        pairs.length === 1 ? "a pair" : `${pairs.length} pairs`
      } of submissions, <a href="similar.html">side by side</a>.</p>`
      : "",
    strays.length > 0
      ? `<h2>Not submissions</h2><p>Among the submissions lay, and were not graded: ${
        strays.map(({ file }) => escapeHtml(file)).join(", ")
      }.</p>`
      : "",
  ];
  return page(`${course.title}: ${all.length} submissions`, parts.filter((part) => part !== "").join("\n"));
}

function factsHtml(scores: readonly number[]): string {
  const facts = [
    ["median", quantile(scores, 0.5)],
    ["lower quartile", quantile(scores, 0.25)],
    ["upper quartile", quantile(scores, 0.75)],
    ["mean", mean(scores)],
    ["lowest", Math.min(...scores)],
    ["highest", Math.max(...scores)],
  ] as const;
  return `<div class="facts">${
    facts.map(([name, x]) => `<span><b>${number(x, 1)}</b>${name}</span>`).join("")
  }</div>`;
}

function barsHtml(scores: readonly number[], whole: number): string {
  const counts = histogram(scores, whole, 10), high = Math.max(1, ...counts);
  const bars = counts.map((n, i) => {
    const from = number(whole * i / 10, 0), to = number(whole * (i + 1) / 10, 0);
    return `<div title="${n} with ${from} to ${to} points">${n || ""}<i style="height:${
      number(60 * n / high, 1)
    }%"></i><span>${from}–${to}</span></div>`;
  });
  const words = `How many have how many points: ${counts.join(", ")} in tenths of ${whole}`;
  return `<div class="bars" role="img" aria-label="${words}">${bars.join("")}</div>`;
}

const numbers = Object.keys(course.questions);
const of = (results: Results, question: string) =>
  results.tests.filter((test) => test.number.startsWith(`${question}.`));
const points = (tests: readonly ResultTest[]) => sum(tests.map((t) => t.score));

function questionTable(all: readonly Results[]): string {
  const rows = Object.entries(course.questions).map(([question, { title }]) => {
    const whole = sum(of(all[0] ?? { tests: [] } as unknown as Results, question).map((t) => t.max_score));
    const got = all.map((results) => points(of(results, question)));
    const quartiles = [0.25, 0.5, 0.75].map((p) => number(quantile(got, p)));
    return [`${question} ${escapeHtml(title)}`, String(whole), number(mean(got)), ...quartiles];
  });
  return tableHtml(["question", "points#", "mean#", "lower quartile#", "median#", "upper quartile#"], rows);
}

function answerTable(all: readonly Results[]): string {
  const head = [
    "answer",
    "points#",
    "difficulty#",
    "discrimination#",
    "hold#",
    "almost#",
    "keep working#",
    "open#",
  ];
  const rows = (all[0]?.tests ?? []).map(({ name, max_score }, i) => {
    const tests = all.map((results) => results.tests[i]), got = tests.map(({ score }) => score);
    const rest = all.map((results, k) => points(results.tests) - got[k]);
    const known = max_score > 0 && !tests.some(waits);
    const r = known ? correlation(got, rest) : undefined;
    const measured = known ? [share(mean(got) / max_score), r === undefined ? "–" : share(r)] : ["–", "–"];
    return [
      escapeHtml(name),
      String(max_score),
      ...measured,
      ...(isProse(tests[0]) ? proseCells(tests) : counts(tests)),
    ];
  });
  return tableHtml(head, rows);
}

const counts = (tests: readonly ResultTest[]) =>
  ["holds", "almost", "keep working", "not answered"].map((status) =>
    String(tests.filter(({ extra_data }) => (extra_data.status ?? "keep working") === status).length)
  );

/** Whether prose is written that nobody has read yet. */
const waits = ({ extra_data }: ResultTest) => Boolean(extra_data.prose) && !("machine" in extra_data);

/** Prose is given points by a person: all of them, some, or it waits; or nothing is written. */
function proseCells(tests: readonly ResultTest[]): string[] {
  const read = tests.filter(({ extra_data }) => "machine" in extra_data);
  const written = tests.filter(waits);
  const whole = read.filter(({ score, max_score }) => score === max_score).length;
  const open = tests.length - read.length - written.length;
  return [
    String(whole),
    String(read.length - whole),
    written.length > 0 ? `${written.length} wait` : "0",
    String(open),
  ];
}

function misconceptionTable(all: readonly Results[]): string {
  const found = new Map<string, string[]>();
  for (const { tests, extra_data: { entry } } of all) {
    for (const { name, extra_data } of tests) {
      if (typeof extra_data.misconception !== "string") continue;
      const key = JSON.stringify([name, extra_data.misconception]);
      found.set(key, [...found.get(key) ?? [], entry]);
    }
  }
  if (found.size === 0) return "<p>None that is known.</p>";
  const rows = [...found].sort(([a, n], [b, m]) => m.length - n.length || (a < b ? -1 : 1)).map(
    ([key, who]) => {
      const [name, misconception] = JSON.parse(key) as [string, string], names = who.map(linkTo).join(", ");
      return [
        escapeHtml(name),
        escapeHtml(misconception),
        String(who.length),
        who.length < 4 ? names : `<details><summary>all of them</summary>${names}</details>`,
      ];
    },
  );
  return tableHtml(["answer", "misconception", "how many#", "who"], rows);
}

function submissionRow(results: Results): string[] {
  const { entry, remarks, late } = results.extra_data, lost = lostPoints(results.tests);
  const why = lost.map(({ why, names }) => `<b>${names.map(escapeHtml).join(", ")}</b>: ${escapeHtml(why)}`);
  const short = lost.length > 3 && results.score > 0;
  const reasons = short
    ? `<details><summary>${sum(lost.map(({ names }) => names.length))} without points</summary>${
      list(why)
    }</details>`
    : why.length > 0
    ? list(why)
    : "";
  return [
    linkTo(entry),
    `${results.score} of ${most(results)}`,
    ...numbers.map((question) => number(points(of(results, question)))),
    (late ? `<div class="late">${escapeHtml(late.says)}</div>` : "") +
    remarks.map((remark) => `<div class="quiet">${escapeHtml(remark)}</div>`).join("") +
    (reasons ? `<div class="none">${reasons}</div>` : ""),
  ];
}

function readingHtml(all: readonly Results[]): string {
  const items = all.flatMap(({ tests, extra_data: { entry } }) =>
    tests.flatMap(({ name, max_score, extra_data }) => {
      const { prose, reading } = extra_data as { prose?: string; reading?: string[] };
      const text = prose || reading?.join("\n");
      if (!text) return [];
      const done = "machine" in extra_data ? ", read" : "";
      return [`${linkTo(entry)}, ${escapeHtml(name)} (${max_score}${done}): <pre>${escapeHtml(text)}</pre>`];
    })
  );
  return items.length === 0 ? "<p>Nothing.</p>" : list(items);
}

/** The pairs that are alike, their answers side by side; lines that say the same are marked. */
export function similarPage(pairs: readonly Pair[], texts: ReadonlyMap<string, Texts>): string {
  const parts = pairs.map(({ a, b, likeness, answers }) => {
    const shown = answers.map((name) => {
      const [left, right] = [a, b].map((entry) => texts.get(entry)?.[name] ?? "");
      return `<h3>${escapeHtml(name)}</h3><div class="pair">${sideBySide(left, right, name)}${
        sideBySide(right, left, name)
      }</div>`;
    });
    return `<h2>${linkTo(a)} and ${linkTo(b)}: ${Math.round(100 * likeness)} % alike</h2>${shown.join("\n")}`;
  });
  return page(
    "Nearly the same",
    `<p>A hint for a person, no proof of anything: short right answers look alike, and a group may have been allowed. Compared are tokens in runs of six, one's own names and layout aside; what a quarter of the class has does not count.</p>
${parts.join("\n")}`,
  );
}

function sideBySide(text: string, other: string, name: string): string {
  const said = (line: string) => tokens(line, name.startsWith("prose-")).join(" ");
  const there = new Set(other.split("\n").map(said));
  const lines = text.split("\n").map((line) =>
    said(line) !== "" && there.has(said(line)) ? `<mark>${escapeHtml(line)}</mark>` : escapeHtml(line)
  );
  return `<pre>${lines.join("\n")}</pre>`;
}
