import type { Notebook } from "../notebook.ts";
import type { StreamedCell } from "./notebook_stream.ts";
import type { Taken, TakenFile } from "./take.ts";

/** The cell that is graded as an answer, and what there is to say about it. */
export interface Picked {
  cell?: StreamedCell;
  remark?: string;
}

/** What the course asks, as far as finding its answers goes. */
export interface Wanted {
  /** Notebook of each answer's name. */
  notebooks: ReadonlyMap<string, string>;
  /** The notebooks as they were handed out. */
  pristine: ReadonlyMap<string, Notebook>;
}

const isProse = (name: string) => name.startsWith("prose-");
const most = 50;

/** Whether two cells say the same, spaces and lines of comment aside. */
export const sameCell = (a: string, b: string): boolean => saidBy(a) === saidBy(b);

/** Whether a cell says nothing that was not handed out: all of it, or a part. */
const isIn = (source: string, stub: string) => saidBy(stub).includes(saidBy(source));

const saidBy = (source: string) => source.replace(/^\s*\/\/.*$/gm, "").replace(/\s+/g, "");

/**
 * For one notebook that is read: which of its cells may hold an answer. A cell that has lost its id, or is the
 * student's own, is known by the name that it declares or gives a value; prose by the cell before it.
 */
export function candidates(
  { notebooks, pristine }: Wanted,
): (cell: StreamedCell) => StreamedCell | undefined {
  const names = [...notebooks.keys()], kept = new Map<string, number>();
  const before = new Map<string, string>(), handedOut = new Set<string>();
  for (const { cells } of pristine.values()) {
    for (const [i, { id, source }] of cells.entries()) {
      if (!id.startsWith("answer-")) handedOut.add(squeezed(source));
      if (id.startsWith("answer-prose-") && i > 0) before.set(squeezed(cells[i - 1].source), id);
    }
  }
  let above = "", answered: string | undefined;
  return (cell) => {
    const text = cell.source.length < 10_000 ? squeezed(cell.source) : undefined;
    const own = names.find((name) => cell.id === `answer-${name}`);
    const prose = cell.kind === "markdown";
    // what is written in cells of its own behind a prose answer's belongs to it
    const goesOn = text === undefined || !handedOut.has(text) ? answered : undefined;
    const afterIt = before.get(above) ?? goesOn;
    above = text ?? "";
    const found = own === undefined && prose && afterIt ? { ...cell, id: afterIt } : cell;
    answered = prose && found.id.startsWith("answer-prose-") ? found.id : undefined;
    const mayHold = (name: string) =>
      declares(cell.source, name) || assigns(cell.source, name) && !handedOut.has(text ?? "");
    if (own === undefined && found === cell && (prose || !names.some(mayHold))) return undefined;
    const key = own ?? found.id, n = (kept.get(key) ?? 0) + 1;
    kept.set(key, n);
    return n <= most ? found : undefined;
  };
}

const squeezed = (text: string) => text.replace(/\s+/g, "");

const declarations = new Map<string, RegExp>();

/** Whether a cell's text declares a name. */
function declares(source: string, name: string): boolean {
  let known = declarations.get(name);
  if (!known) {
    declarations.set(
      name,
      known = new RegExp(`\\b(?:const|let|var|function\\*?|class)\\s+${name.replaceAll("-", "")}(?![\\w$])`),
    );
  }
  return known.test(source);
}

/** Whether a cell's text gives a name a value that was declared in another cell: a line begins with it. */
const assigns = (source: string, name: string) => new RegExp(`^${name}\\s{0,9}=(?![=>])`, "m").test(source);

/** Files of one notebook, the one to be graded first: the newest; of equals the one that lies least deep. */
export function ordered({ files }: Taken, { notebooks }: Wanted): Map<string, TakenFile[]> {
  const byNotebook = new Map<string, TakenFile[]>();
  for (const file of files) {
    const notebook = notebookOf(file, notebooks);
    if (notebook) byNotebook.set(notebook, [...byNotebook.get(notebook) ?? [], file]);
  }
  const depth = ({ file }: TakenFile) => file.split("/").length;
  const old = ({ file }: TakenFile) =>
    Number(/(^|[/_. -])(backup|old|copy|kopie|draft|checkpoint)/i.test(file));
  for (const list of byNotebook.values()) {
    list.sort((a, b) =>
      old(a) - old(b) || (Math.abs(a.time - b.time) > 2 ? b.time - a.time : 0) || depth(a) - depth(b) ||
      // of names alike but for a number or a date the last
      a.file.length - b.file.length || (a.file > b.file ? -1 : 1)
    );
  }
  return byNotebook;
}

/** Which of the course's notebooks a file is: by the answers in it; by its name where it has none. */
function notebookOf({ file, cells }: TakenFile, notebooks: Wanted["notebooks"]): string | undefined {
  const counts = new Map<string, number>();
  for (const { id } of cells) {
    const notebook = notebooks.get(id.replace(/^answer-/, ""));
    if (notebook) counts.set(notebook, (counts.get(notebook) ?? 0) + 1);
  }
  const [[first] = []] = [...counts].sort(([, a], [, b]) => b - a);
  const all = [...new Set(notebooks.values())];
  return first ?? all.find((name) => file.toLowerCase().includes(name)) ??
    all.find((name) =>
      cells.some(({ source }) => [...notebooks].some(([n, b]) => b === name && declares(source, n)))
    );
}

/**
 * The cell that holds an answer: in its own notebook before any other, by its id before the name it declares; where
 * it stands more than once in a file, the last that was changed.
 */
export function pick(
  files: ReadonlyMap<string, readonly TakenFile[]>,
  notebook: string,
  name: string,
  stub: string,
): Picked {
  const own = files.get(notebook) ?? [];
  const others = [...files].filter(([key]) => key !== notebook).flatMap(([, list]) => list);
  let there = false;
  for (const byId of [true, false]) {
    if (!byId && isProse(name)) break;
    for (const file of [...own, ...others]) {
      const cells = file.cells.filter((cell) => byId ? cell.id === `answer-${name}` : lost(cell, name));
      there ||= cells.length > 0;
      const written = cells.filter((cell) =>
        cell.long || cell.source.trim() !== "" &&
          !(isProse(name) ? sameCell(cell.source, stub) : isIn(cell.source, stub))
      );
      if (written.length === 0) continue;
      const cell = isProse(name) ? together(written) : whole(written, name);
      const text = !isProse(name) && (cell.kind === "markdown" || unfenced(cell.source) !== cell.source);
      const remarks = [
        cell !== written.at(-1) && written.length > 1
          ? "The answer stands in several pieces; they are graded together."
          : written.length > 1
          ? `The cell stands ${written.length} times; the last one is graded.`
          : "",
        text ? "The cell is text, not code any more; it was read as code." : "",
        own.includes(file) ? "" : "The cell stood in another notebook.",
        own.includes(file) && file !== own[0] ? `The cell stood in another copy, ${file.file}.` : "",
        byId ? "" : "The answer stood in another cell and was found by its name.",
      ];
      const remark = remarks.filter((text) => text !== "").join(" ");
      return {
        cell: text ? { ...cell, source: unfenced(cell.source) } : cell,
        ...(remark ? { remark } : {}),
      };
    }
  }
  return there ? {} : { remark: `There is no cell with the id answer-${name}.` };
}

/** Prose that goes on in further cells, as one text; what stands twice, once. */
function together(cells: readonly StreamedCell[]): StreamedCell {
  const sources = [...new Set(cells.map(({ source }) => source.trim()))];
  return { ...cells.at(-1)!, source: sources.join("\n\n") };
}

/** The last cell that gives the name a value, together with the pieces that were cut off from it. */
function whole(cells: readonly StreamedCell[], name: string): StreamedCell {
  const last = cells.findLast(({ source }) => gives(source, name)) ?? cells.at(-1)!;
  const declared = declares(last.source, name);
  const pieces = cells.filter((cell) =>
    cell === last || !gives(cell.source, name) && !(declared && declares(cell.source, name))
  );
  return pieces.length < 2 ? last : { ...last, source: pieces.map(({ source }) => source).join("\n") };
}

/** Whether a cell's text gives a name its value. */
const gives = (source: string, name: string) =>
  new RegExp(`(?<![.\\w$])${name}(?![\\w$])(?:\\s{0,9}:[^\\n;]{0,200}?)?\\s{0,9}=(?![=>])`).test(source) ||
  new RegExp(`\\bfunction\\*?\\s{1,9}${name}(?![\\w$])`).test(source);

/** Code that stands in a fence of Markdown, without the fence. */
const unfenced = (source: string) => /^\s*(```+|~~~+)\w*\n([^]*?)\n\1\s*$/.exec(source)?.[2] ?? source;

/** A code cell that declares a name, or gives it a value, and has no answer's id of its own. */
const lost = (cell: StreamedCell, name: string) =>
  cell.kind === "code" && !cell.id.startsWith("answer-") &&
  (declares(cell.source, name) || assigns(cell.source, name));
