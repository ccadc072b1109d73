/** `deno task submit`: says what is still missing and makes the file to upload. */
import { parse } from "@babel/parser";
import { strToU8, zipSync } from "fflate";
import { join } from "node:path";
import { parseArgs } from "node:util";
import course from "../data/course.json" with { type: "json" };
import { count, fail, readersPath, root, shortPath } from "./command.ts";
import { type Cell, formatNotebook, type Notebook, readNotebook } from "./notebook.ts";
import { harvest } from "./run/verdict.ts";

const help = `deno task submit [--out FILE]

Looks through your notebooks, says which answers are missing or can't be read, and writes submission.zip
(or FILE): the file to upload. It can be given again and again; the last upload counts.`;

/** How an answer stands: "written" when nothing is known but that it is there. */
export type State =
  | "missing cell"
  | "empty"
  | "syntax error"
  | "written"
  | "almost"
  | "keep working"
  | "holds";

export interface AnswerState {
  question: string;
  name: string;
  points: number;
  state: State;
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
      .map((verdict) => [verdict.answer, verdict.status]),
  );
  return answers.map((asked): AnswerState => {
    const cell = notebook.cells.findLast(({ id }) => id === `answer-${asked.name}`);
    const state = cell === undefined ? "missing cell" : stateOf(cell);
    const status = shown.get(asked.name);
    const known = status === "holds" || status === "almost" || status === "keep working";
    return { ...asked, state: state === "written" && known ? status : state };
  });
}

function stateOf(cell: Cell): State {
  if (cell.cell_type !== "code") {
    return cell.source.replace("*Write your answer here.*", "").trim() === "" ? "empty" : "written";
  }
  try {
    const { body } = parse(cell.source, { sourceType: "module", plugins: ["typescript"] }).program;
    const empty = body.every((node) =>
      node.type === "VariableDeclaration" && node.declarations.every(({ init }) => init == null) ||
      node.type === "ImportDeclaration"
    );
    return empty ? "empty" : "written";
  } catch {
    return "syntax error";
  }
}

/** The notebooks without their outputs: small, and nothing in them but what was written. */
export function bundle(notebooks: ReadonlyMap<string, Notebook>): Uint8Array<ArrayBuffer> {
  const files = [...notebooks].map(([name, notebook]) => {
    const cells = notebook.cells.map((cell) =>
      cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell
    );
    return [`${name}.ipynb`, strToU8(formatNotebook({ ...notebook, cells }))];
  });
  return new Uint8Array(zipSync(Object.fromEntries(files), { level: 9, mtime: new Date(1980, 0, 1) }));
}

const marks: Record<State, string> = {
  "missing cell": "! its cell is missing: get it back from the notebook you were given",
  "empty": "○ empty",
  "syntax error": "! has a syntax error",
  "written": "· written; run the cell below it to know more",
  "almost": "≈ almost",
  "keep working": "✗ keep working",
  "holds": "✓ holds",
};

async function submit(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { out: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) return console.log(help);
  const out = values.out === undefined ? join(root, "submission.zip") : readersPath(values.out);
  const notebooks = new Map<string, Notebook>();
  const states: AnswerState[] = [];
  for (const { notebook: name, answers } of Object.values(course.questions)) {
    const path = join(root, "notebooks", `${name}.ipynb`);
    const there = await Deno.stat(path).then(() => true, () => false);
    if (!there) {
      console.log(`${name}.ipynb is not there: its answers are not handed in`);
      continue;
    }
    const notebook = await readNotebook(path);
    notebooks.set(name, notebook);
    const found = answerStates(notebook, answers);
    states.push(...found);
    console.log(`\n${name}.ipynb`);
    for (const { question, name, points, state } of found) {
      console.log(`  ${question} ${name.padEnd(20)} ${String(points).padStart(2)} ${marks[state]}`);
    }
  }
  await Deno.writeFile(out, bundle(notebooks));
  const open = states.filter(({ state }) => ["missing cell", "empty", "syntax error"].includes(state));
  console.log(
    `\n${shortPath(out)} is the file to upload (due ${course.due.slice(0, 10)}). ${
      open.length === 0
        ? "Every answer is in it."
        : `${count(open.length, "answer")} of ${states.length} ${
          open.length === 1 ? "is" : "are"
        } still open.`
    }`,
  );
}

if (import.meta.main) await submit(Deno.args).catch(fail);
