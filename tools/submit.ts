/** `deno task submit`: says what is still missing and makes the file to upload. */
import { parse } from "@babel/parser";
import { strToU8, zipSync } from "fflate";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import course from "../data/course.json" with { type: "json" };
import { dates } from "lib/course/year.ts";
import { sum } from "lib/math/average.ts";
import { count, fail, readersPath, root, shortPath } from "./command.ts";
import { Guard } from "./grade/guard.ts";
import { courseLimits } from "./grade/limits.ts";
import { freePlace, laidOut } from "./grade/place.ts";
import type { Results, ResultTest } from "./grade/results.ts";
import { type Cell, type Notebook, parseNotebook } from "./notebook.ts";
import { harvest } from "./run/verdict.ts";

const help = `deno task submit [--out FILE]

Runs the answers of your notebooks, as they are saved, once more as the grader will, says what each is worth
and what is missing, and writes submission.zip (or FILE), the file to upload, with a receipt beside it.`;

/** How an answer stands: "written" when nothing is known but that it is there. */
export type State =
  | "missing cell"
  | "empty"
  | "syntax error"
  | "written"
  | "almost"
  | "keep working"
  | "holds";

interface AnswerState {
  question: string;
  name: string;
  points: number;
  state: State;
  /** What the notebook was saved with. */
  shown?: number;
}

/**
 * How the answers of a notebook stand, from its text and the verdicts it was saved with.
 *
 * @param answers what data/course.json asks of it
 */
export function answerStates(
  notebook: Notebook,
  answers: readonly { question: string; name: string; points: number }[],
): AnswerState[] {
  const shown = new Map(
    notebook.cells.flatMap((cell) => cell.cell_type === "code" ? harvest(cell.outputs).verdicts : [])
      .map((verdict) => [verdict.answer, verdict]),
  );
  return answers.map((asked): AnswerState => {
    const cell = notebook.cells.findLast(({ id }) => id === `answer-${asked.name}`);
    const state = cell === undefined ? "missing cell" : stateOf(cell);
    const { status, points = 0 } = shown.get(asked.name) ?? {};
    const known = status === "holds" || status === "almost" || status === "keep working";
    return state === "written" && known ? { ...asked, state: status, shown: points } : { ...asked, state };
  });
}

function stateOf(cell: Cell): State {
  if (cell.cell_type !== "code") {
    return cell.source.replace("*Write your answer here.*", "").trim() === "" ? "empty" : "written";
  }
  try {
    const { body } = parse(cell.source, { sourceType: "module", plugins: ["typescript"] }).program;
    const empty = body.every((node) =>
      node.type === "VariableDeclaration" && node.declarations.every(({ init }) => isNothing(init)) ||
      node.type === "ExpressionStatement" && node.expression.type === "UnaryExpression" ||
      /^(Import|TS)\w*Declaration$/.test(node.type)
    );
    return empty ? "empty" : "written";
  } catch {
    return "syntax error";
  }
}

/** Nothing, or the empty list that a proof begins as. */
const isNothing = (init?: { type: string; elements?: unknown[] } | null) =>
  init == null || init.type === "ArrayExpression" && init.elements?.length === 0;

/** Who has numbers of their own says so in the names of the files. */
const { student } = course.variant as { student?: number };
const ownSeed = student === undefined ? "" : `.seed-${student}`;

/**
 * The notebooks without their outputs: small, and nothing in them but what was written. What is no notebook any more
 * goes along as it is: the grader reads more than we do.
 *
 * @param notebooks text of each file by the notebook's name
 */
export function bundle(notebooks: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  const files = [...notebooks].map((
    [name, text],
  ) => [`${name}${ownSeed}.ipynb`, strToU8(withoutOutputs(text))]);
  return new Uint8Array(zipSync(Object.fromEntries(files), { level: 9, mtime: new Date() }));
}

function withoutOutputs(text: string): string {
  try {
    const notebook = JSON.parse(text);
    for (const cell of notebook.cells) {
      if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
    }
    return `${JSON.stringify(notebook, null, 1)}\n`;
  } catch {
    return text;
  }
}

/** How an answer stands, in a line: by its text, by its verdict, or for prose. */
const marks: Readonly<Record<string, string>> = {
  "missing cell": "! its cell is missing: get it back from the notebook you were given",
  "syntax error": "! has a syntax error",
  "written": "· written; run the cell below it to know more",
  "almost": "≈ almost",
  "keep working": "✗ keep working",
  "holds": "✓ holds",
  "waits": "· waits for a reader",
  "empty": "○ not answered",
};

/** What the grader would say of a zip or a notebook now: its own programs, on the instances of the notebooks' checks. */
export async function rehearse(path: string): Promise<Results> {
  const place = await freePlace(join(root, "build", "rehearsal"));
  try {
    const sandbox = await laidOut(place.folder), { seed } = course.variant;
    const guard = new Guard(sandbox, {
      ...{ folder: place.folder, slot: "slot-1", seed, limits: courseLimits, edition: "" },
    });
    try {
      const outcome = await guard.grade({ entry: "submission", paths: [path] });
      if ("results" in outcome) return outcome.results;
      throw new Error("failed" in outcome ? outcome.failed : "nothing was graded");
    } finally {
      await guard.close();
    }
  } finally {
    place.release();
  }
}

/** What “Where am I” shows of a notebook: each answer's name, how it stands, its points, and why. */
const standingOf = async (notebook: string) =>
  (await rehearse(notebook)).tests.map((test) => [
    nameOf(test),
    { status: statusOf(test), points: test.score, says: wordsOf(test) },
  ]);

/** What is said of an answer, without its status, on one line and not for long. */
const wordsOf = ({ output }: ResultTest) => {
  const words = output.replace(/^[a-z ]+: /, "").replace(/\s+/g, " ");
  return words.length > 240 ? words.slice(0, 240).replace(/\s\S*$/, " …") : words;
};
const nameOf = (test: ResultTest) => test.name.split(" ").at(-1)!;
const statusOf = ({ extra_data }: ResultTest) => String(extra_data.status ?? "");
/** Whether nothing is there yet that could be judged. */
const isOpen = (test: ResultTest) =>
  statusOf(test) === "not answered" || test.name.includes("prose-") && /Nothing is written/.test(test.output);
const waits = (test: ResultTest) => test.name.includes("prose-") && !isOpen(test);

/** One answer in a line: what it is worth now, why not more, and what the notebook says where that differs. */
export function lineOf(test: ResultTest, shown: State | undefined): string {
  const status = statusOf(test);
  const mark = marks[waits(test) ? "waits" : isOpen(test) ? "empty" : status] ?? "· not judged";
  const why = status === "almost" || status === "keep working" ? `: ${wordsOf(test)}` : "";
  const known = shown === "holds" || shown === "almost" || shown === "keep working";
  const { remark } = test.extra_data, odd = typeof remark === "string" && why === "" ? `: ${remark}` : "";
  const differs = known && shown !== status ? ` [the notebook shows: ${shown}]` : "";
  return `  ${test.name.padEnd(24)} ${String(test.score).padStart(3)} of ${
    String(test.max_score).padEnd(2)
  } ${mark}${why}${odd}${differs}`;
}

/** In time, late, or too late, by the dates of the course. */
export function timeWords(now: string, { due, late }: typeof dates = dates): string {
  if (now <= due) return `in time (due ${due.replace("T", " ")})`;
  if (!late) return `late: it was due ${due.replace("T", " ")}`;
  if (now <= late) {
    return `late: it was due ${due.replace("T", " ")}, and is taken until ${late.replace("T", " ")}`;
  }
  return `too late: it was due ${due.replace("T", " ")}`;
}

/** The wall clock as data/course.json writes it. */
const clock = () => {
  const now = new Date();
  return new Date(now.getTime() - 60_000 * now.getTimezoneOffset()).toISOString().slice(0, 19);
};

async function submit(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string" },
      standing: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return console.log(help);
  if (values.standing !== undefined) return console.log(JSON.stringify(await standingOf(values.standing)));
  const out = values.out === undefined ? join(root, `submission${ownSeed}.zip`) : readersPath(values.out);
  const notebooks = new Map<string, string>();
  const states: AnswerState[] = [];
  for (const { notebook: name, answers } of Object.values(course.questions)) {
    const path = join(root, "notebooks", `${name}.ipynb`);
    const there = await Deno.stat(path).then(() => true, () => false);
    if (!there) {
      console.log(`${name}.ipynb is not there: its answers are not handed in`);
      continue;
    }
    const text = await Deno.readTextFile(path);
    notebooks.set(name, text);
    try {
      states.push(...answerStates(parseNotebook(text, `${name}.ipynb`), answers));
    } catch (cause) {
      console.log(`! ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  for (const name of notebooks.keys()) {
    const last = await unsavedIn(name);
    if (last === undefined) continue;
    console.log(
      `! ${name}.ipynb was not saved since ${last} was checked: save it (Ctrl+S), then give this command again`,
    );
  }
  const bytes = bundle(notebooks);
  await Deno.writeFile(out, bytes);
  console.log(`Your answers are run once more, from the notebooks as they are saved …`);
  const said = await rehearse(out).then(
    (results) => tell(results, states),
    (cause) => tellUnrun(cause, states),
  );
  const now = clock(), hash = createHash("sha256").update(bytes).digest("hex");
  const receipt = `${shortPath(out)}, written ${now.replace("T", " ")}, ${timeWords(now)}\nsha256 ${hash}`;
  await Deno.writeTextFile(out.replace(/(\.zip)?$/, ".receipt.txt"), `${receipt}\n\n${said.join("\n")}\n`);
  console.log(`${said.join("\n")}\n\n${receipt}\nThis is the file to upload; the last upload counts.`);
}

/** The answer that was checked after the notebook was last saved, where its text was not in the file. */
async function unsavedIn(name: string): Promise<string | undefined> {
  const file = `${name}.ipynb`, note = join(root, "build", "unsaved", file);
  try {
    const [noted, saved] = await Promise.all([Deno.stat(note), Deno.stat(join(root, "notebooks", file))]);
    return noted.mtime! > saved.mtime! ? await Deno.readTextFile(note) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the notebook was saved with a verdict on the answer. */
const isShown = ({ state }: AnswerState) => ["holds", "almost", "keep working"].includes(state);

/** Every answer with what it is worth, and the two totals. */
function tell(results: Results, states: readonly AnswerState[]): string[] {
  const { tests } = results, stateOf = new Map(states.map(({ name, state }) => [name, state]));
  const open = tests.filter(isOpen), all = sum(tests.map((t) => t.max_score));
  const claimed = sum(states.map(({ shown = 0 }) => shown));
  const graded = sum(tests.map((t) => t.score)), waiting = sum(tests.filter(waits).map((t) => t.max_score));
  return [
    ...Object.values(course.questions).flatMap(({ notebook, answers }) => [
      `\n${notebook}.ipynb`,
      ...tests.filter((test) => answers.some(({ name }) => name === nameOf(test))).map((test) =>
        lineOf(test, stateOf.get(nameOf(test)))
      ),
    ]),
    ...results.extra_data.remarks.map((remark) => `! ${remark}`),
    "",
    `Graded now: ${graded} of ${all} points${
      waiting > 0 ? `; up to ${waiting} more, for prose, a reader gives` : ""
    }.` +
    (!states.some(isShown)
      ? ""
      : claimed === graded
      ? " The notebooks show the same."
      : ` The notebooks, as they were saved, show ${claimed}: what counts is what runs.`),
    open.length === 0
      ? "Every answer is in it."
      : `${count(open.length, "answer")} of ${tests.length} ${open.length === 1 ? "is" : "are"} still open.`,
  ];
}

/** Where the grader can't be started, what can be said from the text alone. */
function tellUnrun(cause: unknown, states: readonly AnswerState[]): string[] {
  const open = states.filter(({ state }) => ["missing cell", "empty", "syntax error"].includes(state));
  return [
    `The answers could not be run here: ${cause instanceof Error ? cause.message : String(cause)}`,
    ...states.map(({ question, name, state }) => `  ${`${question} ${name}`.padEnd(24)} ${marks[state]}`),
    "",
    open.length === 0
      ? "Every answer is in it."
      : `${count(open.length, "answer")} of ${states.length} ${open.length === 1 ? "is" : "are"} still open.`,
  ];
}

if (import.meta.main) await submit(Deno.args).catch(fail);
