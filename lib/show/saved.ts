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

const textOf = ({ source }: Cell) => typeof source === "string" ? source : source.join("");
const squeezed = (text: string) => text.replace(/\s+/g, "");

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
  const compiled = await compile(textOf(cell));
  if ("fault" in compiled) return other(`its cell, as saved, has a syntax error ${compiled.fault}`);
  if (typeof definition !== "function") return unknown;
  const ran = squeezed(Function.prototype.toString.call(definition));
  if (compiled.text.includes(ran) || ran.includes("[nativecode]")) return { as: "judged" };
  return other(
    "the notebook as it is saved has another text in its cell. Save (Ctrl+S), and run it and its check.",
  );
}

const other = (says: string): SavedState => ({ as: "other", says });

/** A cell's text as the kernel compiles it, or where it can't: compiled as a function that is never called. */
async function compile(text: string): Promise<{ text: string } | { fault: string }> {
  const code = text.replace(/^[ \t]*import\b[^;]*?from\s*(["'])[^"']*\1[^\n]*$/gm, "");
  const module = `export const cell = async () => {${code}\n};`;
  try {
    const { cell } = await import(`data:application/typescript,${encodeURIComponent(module)}`);
    return { text: squeezed(String(cell)) };
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
