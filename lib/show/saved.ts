import course from "../../data/course.json" with { type: "json" };

/**
 * What a notebook's file says of an answer: a verdict judges what ran, and what is handed in is the file. Read when
 * an answer is checked and by “Where am I”.
 */

interface Cell {
  cell_type: string;
  id?: string;
  source: string | string[];
}

/** How an answer's text, as saved, stands to the definition that ran: "as judged", or a sentence that says how not. */
type SavedState = { as: "judged" } | { as: "other"; says: string } | { as: "unknown" };

const unknown: SavedState = { as: "unknown" };

/** The notebook's file: the one that JupyterLab says it runs, else the course's own. */
function notebookFile(name: string): URL | string | undefined {
  const session = Deno.env.get("JPY_SESSION_NAME");
  if (session?.endsWith(".ipynb")) return session;
  const found = Object.values(course.questions).find((q) => q.answers.some((a) => a.name === name));
  return found && new URL(`../../notebooks/${found.notebook}.ipynb`, import.meta.url);
}

function cellsOf(name: string): Cell[] | undefined {
  try {
    const file = notebookFile(name);
    return file === undefined
      ? undefined
      : (JSON.parse(Deno.readTextFileSync(file)) as { cells: Cell[] }).cells;
  } catch {
    return undefined;
  }
}

/** What was defined when an answer was last looked at, and its cell's text then. */
const seen = new Map<string, { definition: unknown; text: string }>();

/** Where a text defines a name: as a declaration, by an assignment, or out of an object. */
const defines = (text: string, name: string) =>
  new RegExp(
    `\\b(?:let|const|var|class|function\\*?)\\s+${name}\\b|(?<![.\\w])${name}\\s*=(?![=>])|[{,\\[]\\s*${name}\\s*[,}\\]]`,
  )
    .test(text);

const answers = new Set(Object.values(course.questions).flatMap((q) => q.answers.map(({ name }) => name)));

/** A name that a text takes from a cell of the reader's own: nothing of it is there when the answer is graded. */
function strangerIn(text: string, cells: readonly Cell[]): string | undefined {
  const own = cells.filter(({ cell_type, id = "" }) => cell_type === "code" && !/^(?:q\d|answer-)/.test(id));
  const names = own.flatMap((cell) => [...textOf(cell).matchAll(declared)].map(([, name]) => name));
  // what the answer cells declare themselves, or take as an argument
  const local = [text, ...cells.filter(({ id }) => id?.startsWith("answer-")).map(textOf)].flatMap((code) =>
    [...code.matchAll(taken)].flatMap((match) => match.slice(1).join(" ").match(/\w+/g) ?? [])
  );
  return names.find((name) =>
    !answers.has(name) && !local.includes(name) && new RegExp(`(?<![.\\w])${name}\\b(?!\\s*:)`).test(text)
  );
}

const declared = /^(?:let|const|var|class|(?:async )?function\*?)\s+(\w+)/gm;
const taken =
  /\(([^()]*)\)\s*=>|(\w+)\s*=>|\bfunction\*?\s*(\w*\s*\([^()]*\))|\b(?:let|const|var|class)\s+(\w+|[{[][^}\]]*)/g;

const textOf = ({ source }: Cell) => typeof source === "string" ? source : source.join("");
const squeezed = (text: string) => text.replace(/\s+/g, "");
/** Without comments, too. */
const bare = (text: string) => squeezed(text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ""));

/**
 * @param name the answer's name
 * @param definition what the notebook defines under that name now; undefined where nothing is
 */
export async function savedState(name: string, definition: unknown): Promise<SavedState> {
  const cells = cellsOf(name);
  if (!cells) return unknown;
  const declares = new RegExp(`\\b(let|const|var|function)\\s+${name}\\b`);
  const cell = cells.findLast(({ id }) => id === `answer-${name}`) ??
    cells.find((c) => c.cell_type === "code" && declares.test(textOf(c)));
  if (!cell) return other("its cell is not in the notebook as it is saved. Bring it back, and save.");
  if (cell.cell_type !== "code") {
    return other("its cell is a text cell in the notebook as it is saved: make it a code cell again.");
  }
  const magic = textOf(cell).split("\n").findIndex((line) => /^\s*[%!]/.test(line));
  if (magic >= 0) {
    return other(`line ${magic + 1} of its cell, as saved, is a command of IPython: take it out.`);
  }
  const compiled = await compile(textOf(cell));
  if ("fault" in compiled) return other(`its cell, as saved, has a syntax error ${compiled.fault}`);
  if (!defines(compiled.text, name)) {
    // a stub that is not written yet says so by its verdict
    return definition === undefined ? unknown : other(
      `its cell, as saved, does not define ${name} any more: what is judged here is from an earlier run.${
        likeOf(compiled.text)
      }`,
    );
  }
  if (definition === undefined) {
    if (assigns(compiled.text, name)) {
      return other(`its cell, as saved, defines ${name} and has not run to its end: run it. ${again(name)}`);
    }
    const like = likeOf(compiled.text);
    return like === "" ? unknown : other(`its cell, as saved, gives ${name} no value.${like}`);
  }
  const strange = strangerIn(compiled.text, cells.filter((other) => other !== cell));
  if (strange !== undefined) {
    return other(
      `${strange} is defined in another cell, and only answer cells are graded: move it into this answer's cell.`,
    );
  }
  const text = bare(compiled.text), before = seen.get(name);
  const isObject = typeof definition === "object" || typeof definition === "function";
  if (!before || !Object.is(before.definition, definition)) seen.set(name, { definition, text });
  else if (isObject && before.text !== text) return other(changed(compiled.text, name));
  if (typeof definition === "string") {
    // a text that was put together out of others can't be found
    const others = before && Object.is(before.definition, definition) && before.text !== text;
    return others && !text.includes(squeezed(definition)) ? other(changed(compiled.text, name)) : unknown;
  }
  if (typeof definition !== "function") return unknown;
  const ran = bare(Function.prototype.toString.call(definition));
  return text.includes(ran) || ran.includes("[nativecode]")
    ? { as: "judged" }
    : other(changed(compiled.text, name));
}

/** Whether a text gives a name a value, and does not only declare it. */
const assigns = (text: string, name: string) =>
  new RegExp(`(?<![.\\w])${name}\\s*=(?![=>])|\\b(?:class|function\\*?)\\s+${name}\\b`).test(text);

const again = (name: string) =>
  `Where it says “already been declared”: keep the line “let ${name} …;” and write “${name} = …” below it, or restart the kernel.`;

const changed = (text: string, name: string) =>
  "the notebook as it is saved has another text in its cell. Save (Ctrl+S), and run it and its check." +
  (new RegExp(`\\b(?:const|class)\\s+${name}\\b`).test(text) ? ` ${again(name)}` : "");

/** Letters of other alphabets that look like Latin ones. */
function likeOf(text: string): string {
  const [letter] = /[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТХаеорсху]/.exec(text) ?? [];
  return letter === undefined
    ? ""
    : ` Its “${letter}” is a letter of another alphabet that only looks like one of ours.`;
}

const other = (says: string): SavedState => ({ as: "other", says });

/** A cell's text as the kernel compiles it, or where it can't: compiled as a function that is never called. */
async function compile(text: string): Promise<{ text: string } | { fault: string }> {
  const code = text.replace(/^[ \t]*import\b[^;]*?from\s*(["'])[^"']*\1[^\n]*$/gm, "")
    // a cell may export, a function may not
    .replace(/^([ \t]*)export\s+(?:default\s+)?(?=[\w$({[])/gm, "$1");
  const module = `export const cell = async () => {${code}\n};`;
  try {
    const { cell } = await import(`data:application/typescript,${encodeURIComponent(module)}`);
    return { text: String(cell) };
  } catch (cause) {
    return { fault: faultWords(cause instanceof Error ? cause.message : String(cause)) };
  }
}

/** "in line 4: expected ',', got '}'", and the line with the place marked. */
function faultWords(message: string): string {
  const [, what, line, marked] =
    /SyntaxError: ([^\n]*)\n\s*\|\n\s*(\d+) \| ([^]*?)\n\s*at data:/.exec(message) ?? [];
  if (what === undefined) return `(${message.split("\n")[0].slice(0, 120)})`;
  const [code, under = ""] = marked.split("\n"), place = under.replace(/^\s*\|\s?/, "").indexOf("~");
  const near = place < 0 ? code.trim() : code.slice(place).trim();
  return `in line ${line}: ${what.replace(/^./, (c) => c.toLowerCase())}, at \`${
    near.slice(0, 60).replace(/`/g, "'")
  }\`${lambda.test(code) ? " (a function of TypeScript is written (alpha) => …)" : ""}.`;
}

const lambda = /\blambda\b|^\s*def\b/;
