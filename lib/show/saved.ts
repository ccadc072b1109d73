import { fileURLToPath } from "node:url";
import course from "../../data/course.json" with { type: "json" };
import { errorHabit, syntaxHabit } from "../proof/habits.ts";
import { messageOf } from "../proof/claim.ts";
import { textOf } from "../proof/collect.ts";
import { lastCellEnded, meaning } from "./kernel.ts";
import { cellNames, isFunction, literal } from "./cell.ts";

/**
 * What a notebook's file says of an answer: a verdict judges what ran, and what is handed in is the file. Read when
 * an answer is checked and by “Where am I”.
 */

interface Cell {
  cell_type: string;
  id?: string;
  source: string | string[];
}

/**
 * How an answer's text, as saved, stands to the definition that ran: "as judged", perhaps with a remark; "other", with
 * a sentence that says how, and whether nothing was saved since the last cell ended; "unknown" where no text can tell.
 */
type SavedState =
  | { as: "judged"; says?: string }
  | { as: "other"; says: string; unsaved?: boolean }
  | { as: "unknown" };

const unknown: SavedState = { as: "unknown" };

/** The notebook's file: the one that JupyterLab says it runs, else the course's own. */
export function notebookFile(name: string): string | undefined {
  const session = Deno.env.get("JPY_SESSION_NAME");
  if (session?.endsWith(".ipynb")) return session;
  const own = notebookOf(name);
  return own && fileURLToPath(new URL(`../../notebooks/${own}.ipynb`, import.meta.url));
}

/** The notebook that asks for an answer. */
const notebookOf = (name: string): string | undefined =>
  Object.values(course.questions).find((q) => q.answers.some((a) => a.name === name))?.notebook;

/** When the notebook's file was last written, in milliseconds since 1970. */
const savedAt = (name: string) => Deno.statSync(notebookFile(name)!).mtime?.getTime() ?? 0;

/** The cells of a file; undefined where it can't be read. */
function cellsOf(file: string | URL | undefined): Cell[] | undefined {
  try {
    return (JSON.parse(Deno.readTextFileSync(file!)) as { cells: Cell[] }).cells;
  } catch {
    return undefined;
  }
}

const answers = new Set(Object.values(course.questions).flatMap((q) => q.answers.map(({ name }) => name)));
const isAnswers = ({ id }: Cell) => id?.startsWith("answer-") ?? false;

/**
 * A name that an answer takes from another cell of the reader's, or from what the reader wrote into a given one:
 * nothing of it is there when the answer is graded.
 */
async function strangerIn(
  source: string,
  cells: readonly Cell[],
  name: string,
): Promise<string | undefined> {
  const names = await cellNames(source);
  if ("fault" in names) return undefined;
  const free = [...names.free].filter((other) => !(other in globalThis) && !answers.has(other));
  if (free.length === 0) return undefined;
  const declaredIn = async (some: readonly Cell[]) =>
    new Set((await Promise.all(some.map(async (cell) => {
      const names = cell.cell_type === "code" ? await cellNames(codeOf(cell)) : { fault: "" };
      return "fault" in names ? [] : [...names.declared];
    }))).flat());
  // in a student's project lies the notebook as it was handed out
  const original = new URL(`../../.handed_out/${notebookOf(name)}.ipynb`, import.meta.url);
  const handedOut = cellsOf(original) ?? cells.filter(({ id }) => id?.match(/^q\d/));
  const there = await declaredIn([...handedOut, ...cells.filter(isAnswers)]);
  const own = await declaredIn(cells.filter((cell) => !isAnswers(cell)));
  return free.find((other) => own.has(other) && !there.has(other));
}

const codeOf = ({ source }: Cell) => typeof source === "string" ? source : source.join("");
/** Without comments and blanks. */
const squeezed = (text: string) => text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, "").replace(/\s+/g, "");
/** In a student's project: leaves word for `submit` that what was checked last is not in the file yet. */
export function noteUnsaved(name: string): void {
  const file = notebookFile(name)?.split(/[\\/]/).at(-1);
  const root = new URL("../../", import.meta.url), folder = new URL("build/unsaved/", root);
  try {
    Deno.statSync(new URL(`.handed_out/${file}`, root));
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(new URL(file!, folder), name);
  } catch {
    // a project of another kind, or one that can't be written to
  }
}

/** Code that stands in a fence of Markdown, without the fence. */
const unfenced = (text: string) => /^\s*(```+|~~~+)\w*\n([^]*?)\n\1\s*$/.exec(text)?.[2] ?? text;

/**
 * @param name the answer's name
 * @param definition what the notebook defines under that name now; undefined where nothing is
 * @param ask what is asked for, with the answer's signature
 */
export async function savedState(name: string, definition: unknown, ask = ""): Promise<SavedState> {
  const cells = cellsOf(notebookFile(name));
  if (!cells) return unknown;
  const declares = new RegExp(`\\b(?:let|const|var|class|function\\*?)\\s+${name}\\b`);
  const cell = cells.findLast(({ id }) => id === `answer-${name}`) ??
    cells.find((c) => c.cell_type === "code" && declares.test(codeOf(c)));
  if (!cell) return other("its cell is not in the notebook as it is saved. Bring it back, and save.");
  const source = unfenced(codeOf(cell)), state = await textState(name, definition, source, ask);
  if (state.as === "other") return { unsaved: savedAt(name) <= lastCellEnded(), ...state };
  const strange = definition === undefined ? undefined : await strangerIn(source, cells, name);
  if (strange !== undefined) {
    return other(
      `${strange} is defined in another cell, and only answer cells are graded: move it into this answer's cell.`,
    );
  }
  if (cell.cell_type === "code") return state;
  const says = "its cell is a text cell in the notebook as it is saved: make it a code cell again.";
  return { as: "judged", says };
}

async function textState(
  name: string,
  definition: unknown,
  source: string,
  ask: string,
): Promise<SavedState> {
  const magic = source.split("\n").findIndex((line) => /^\s*[%!]/.test(line));
  if (magic >= 0) {
    return other(`line ${magic + 1} of its cell, as saved, is a command of IPython: take it out.`);
  }
  const [compiled, names] = await Promise.all([compile(source), cellNames(source)]);
  if ("fault" in names) {
    const words = "fault" in compiled ? compiled.fault : undefined;
    const twice = names.fault.includes(`'${name}' has already been declared`) ? ` ${keepLet(name)}` : "";
    const says = `its cell, as saved, has a syntax error ${
      words ?? `${names.fault}${syntaxHabit(source)}.`
    }${twice}`;
    // the kernel takes what the grader refuses: where that ran, the file is no older than it
    const ran = "text" in compiled && typeof definition === "function" &&
      squeezed(compiled.text).includes(squeezed(Function.prototype.toString.call(definition)));
    return ran ? { ...other(says), unsaved: false } : other(says);
  }
  // a form that is graded and the kernel does not know
  if ("fault" in compiled) return other("its cell, as saved, can't be run by this kernel.");
  const { declared, given } = names;
  if (!given.has(name) && !declared.has(name)) {
    // a stub that is not written yet says so by its verdict
    return definition === undefined ? unknown : other(
      `its cell, as saved, does not define ${name} any more: what is judged here is from an earlier run.${
        likeOf(given, name)
      }`,
    );
  }
  if (definition === undefined) {
    const begun = given.get(name) as { type?: string; elements?: unknown[] } | undefined;
    if (begun?.elements?.length === 0 || begun?.type === "NullLiteral") return unknown;
    if (given.has(name)) {
      const lacking = [...names.free].find((one) => meaning(one) === undefined);
      const why = lacking === undefined ? again(name) : lackingWords(lacking, ask);
      return other(`its cell, as saved, defines ${name} and has not run to its end: run it. ${why}`);
    }
    const others = [...given.keys()].filter((one) => !/^(void|_)/.test(one));
    if (others.length === 0) return unknown;
    const like = likeOf(given, name);
    return other(`its cell, as saved, gives ${name} no value: it defines ${others.join(", ")}.${like}`);
  }
  const text = squeezed(compiled.text), before = seen.get(name);
  const isObject = typeof definition === "object" || typeof definition === "function";
  const same = before !== undefined && isObject && before.definition === definition;
  if (same ? before.text !== text : differs(name, definition, given, text)) {
    return other(changed(source, name));
  }
  seen.set(name, { definition, text });
  return { as: "judged" };
}

/** The definition that was last found in its cell's text, and that text. */
const seen = new Map<string, { definition: unknown; text: string }>();

/** Whether a text can't have given the definition; what came of a computation, no text tells. */
function differs(
  name: string,
  definition: unknown,
  given: ReadonlyMap<string, unknown>,
  text: string,
): boolean {
  const now = literal(given.get(name), given);
  if (now) return typeof definition === "function" || textOf(now.value) !== textOf(definition);
  if (typeof definition !== "function") return !given.has(name) || isFunction(given.get(name));
  const ran = squeezed(Function.prototype.toString.call(definition));
  return !text.includes(ran) && !ran.includes("[nativecode]");
}

const lackingWords = (name: string, ask: string) =>
  `It uses ${name}, and nothing has defined it${
    answers.has(name)
      ? ": run its cell first"
      : errorHabit(`${name} is not defined`, ask) || ": an argument has a value only inside its function"
  }.`;
const keepLet = (name: string) => `Keep the line “let ${name} …;” and write “${name} = …” below it.`;
const again = (name: string) =>
  `Where it says “already been declared”: keep the line “let ${name} …;” and write “${name} = …” below it, or restart the kernel.`;

const changed = (text: string, name: string) =>
  "the notebook as it is saved has another text in its cell. Save (Ctrl+S), and run it and its check." +
  (new RegExp(`\\b(?:const|class)\\s+${name}\\b`).test(text) ? ` ${again(name)}` : "");

/** Names in other letters: small for large, or of an alphabet whose letters look like Latin ones. */
function likeOf(names: ReadonlyMap<string, unknown>, name: string): string {
  const isNear = [...names.keys()].some((one) => one.toLowerCase() === name.toLowerCase());
  if (isNear) return " Small and large letters count.";
  const [letter] = /[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТХаеорсху]/.exec([...names.keys()].join(" ")) ?? [];
  return letter === undefined
    ? ""
    : ` Its “${letter}” is a letter of another alphabet that only looks like one of ours.`;
}

const other = (says: string): { as: "other"; says: string } => ({ as: "other", says });

/** A cell's text as the kernel compiles it, or where it can't: compiled as a function that is never called. */
async function compile(text: string): Promise<{ text: string } | { fault: string | undefined }> {
  const code = text.replace(/^[ \t]*import\b[^;]*?from\s*(["'])[^"']*\1[^\n]*$/gm, "")
    // a cell may export, a function may not
    .replace(/^([ \t]*)export\s+(?:default\s+)?(?=[\w$({[])/gm, "$1");
  const module = `export const cell = async () => {\n${code}\n};`;
  try {
    const { cell } = await import(`data:application/typescript,${encodeURIComponent(module)}`);
    return { text: String(cell) };
  } catch (cause) {
    return { fault: faultWords(messageOf(cause), text) };
  }
}

/** "in line 4: expected ',', got '}'", and the line with the place marked; undefined where no place is said. */
function faultWords(message: string, text: string): string | undefined {
  const [, found, line, marked] =
    /SyntaxError: ([^\n]*?)\.?\n\s*\|\n\s*(\d+) \| ([^]*?)\n\s*at data:/.exec(message) ?? [];
  if (found === undefined) return undefined;
  // the cell begins on the second line of what was compiled
  const at = Number(line) - 1, what = found.replace(/\. Expected .*/, "").replaceAll("'**'", "`**`");
  if (at > text.split("\n").length) {
    const said = what.replace(/, got .*/, "").replace(/^./, (c) => c.toLowerCase());
    const habit = syntaxHabit(text);
    return `at its end: ${said}${habit === "" ? ": is a bracket open?" : `${habit}.`}`;
  }
  const [code, under = ""] = marked.split("\n"), place = under.replace(/^\s*\|\s?/, "").indexOf("~");
  const near = place < 0 ? code.trim() : code.slice(place).trim();
  return `in line ${at}: ${what.replace(/^./, (c) => c.toLowerCase())}, at \`${
    near.slice(0, 60).replace(/`/g, "'")
  }\`${syntaxHabit(code)}.`;
}
