/** Answers travel as notebooks: filled in where they leave, read as data where they come back. */
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { candidates, ordered, pick, sameCell, type Wanted } from "../../grade/pick.ts";
import type { TakenFile } from "../../grade/take.ts";
import type { StreamedCell } from "../../grade/notebook_stream.ts";
import type { Notebook } from "../../notebook.ts";
import type { AskedAnswer } from "./config.ts";

interface RawCell {
  id?: unknown;
  cell_type?: unknown;
  source?: unknown;
}

/** The lines of a text as a notebook keeps them. */
const linesOf = (text: string) => text.split(/(?<=\n)/);

/**
 * A notebook as it was handed out with answers in it.
 *
 * @param pristine its JSON
 * @param answers texts by the answer's name; what is not there stays as it was
 */
export function filled(pristine: string, answers: ReadonlyMap<string, string>): string {
  const notebook = JSON.parse(pristine) as { cells: RawCell[] };
  for (const cell of notebook.cells) {
    const text = answers.get(String(cell.id).replace(/^answer-/, ""));
    if (text !== undefined && String(cell.id).startsWith("answer-")) {
      cell.source = text === "" ? [] : linesOf(text.toWellFormed());
    }
  }
  return JSON.stringify(notebook, null, 1) + "\n";
}

/** All notebooks in one file, which is what is handed in. */
export function zipped(notebooks: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const files = Object.entries(notebooks).map(([name, text]) => [`${name}.ipynb`, strToU8(text)] as const);
  return new Uint8Array(zipSync(Object.fromEntries(files), { level: 9 }));
}

/** What was found in a file. */
export interface Found {
  answers: Map<string, string>;
  /** Whether its questions say something else than here: another year's, say. */
  reworded: boolean;
}

/** No notebook of this course is as large, however full of pictures; and no answer as long, in characters. */
const largest = 60e6, longest = 200_000;

/**
 * The answers in a notebook, or in a zip of notebooks: by the same rules as the grader finds them.
 *
 * @param notebooks as they were handed out
 * @throws Error with a sentence, where there are none
 */
export function answersIn(
  file: string,
  bytes: Uint8Array,
  asked: readonly AskedAnswer[],
  notebooks: Readonly<Record<string, string>>,
): Found {
  if (bytes.length > largest) throw new Error(`${file} is too large: ${Math.round(bytes.length / 1e6)} MB.`);
  const pristine = new Map(Object.entries(notebooks).map(([name, text]) => [name, pristineOf(text)]));
  const wanted: Wanted = { notebooks: new Map(asked.map((one) => [one.name, one.notebook])), pristine };
  const read = textsIn(file, bytes).flatMap(({ name, text }) => {
    const cells = cellsIn(text);
    return cells ? [{ name, cells }] : [];
  });
  if (read.length === 0) throw new Error(`${file} is no notebook.`);
  const files = read.map(({ name, cells }): TakenFile => {
    const keep = candidates(wanted);
    return { file: name, time: 0, cells: cells.flatMap((cell) => keep(cell) ?? []) };
  });
  if (files.every(({ cells }) => cells.length === 0)) {
    throw new Error(`${file} holds no answer of this course: is it a notebook of another one?`);
  }
  const byNotebook = ordered({ entry: file, files, remarks: [], intake: [], digest: "" }, wanted);
  const answers = new Map<string, string>();
  for (const { name, notebook, stub } of asked) {
    const { cell } = pick(byNotebook, notebook, name, stub);
    if (cell && !cell.long) answers.set(name, cell.source.replace(/\r\n?/g, "\n").toWellFormed());
  }
  if (answers.size === 0) throw new Error(`In ${file} no answer is written yet.`);
  const words = new Map([...pristine.values()].flatMap(({ cells }) => cells.map((c) => [c.id, c.source])));
  const reworded = read.some(({ cells }) =>
    cells.some(({ id, source }) =>
      id.endsWith("-question") && words.has(id) && !sameCell(source, words.get(id)!)
    )
  );
  return { answers, reworded };
}

function pristineOf(text: string): Notebook {
  const { cells } = JSON.parse(text) as { cells: RawCell[] };
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell) => ({ ...cell, source: sourceOf(cell) })) as Notebook["cells"],
  };
}

const sourceOf = ({ source }: RawCell) =>
  Array.isArray(source)
    ? source.filter((x) => typeof x === "string").join("")
    : typeof source === "string"
    ? source
    : "";

/** The cells of a notebook's JSON; undefined where it is none. */
function cellsIn(text: string): StreamedCell[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const cells = (json as { cells?: unknown } | null)?.cells;
  if (!Array.isArray(cells)) return undefined;
  return cells.flatMap((cell: RawCell | null): StreamedCell[] => {
    if (typeof cell !== "object" || cell === null) return [];
    const { cell_type: kind } = cell,
      source = sourceOf(cell),
      id = typeof cell.id === "string" ? cell.id : "";
    if (kind !== "code" && kind !== "markdown") return [];
    return [source.length > longest ? { id, kind, source: "", long: true } : { id, kind, source }];
  });
}

/** A file's text, or those of the notebooks in a zip. */
function textsIn(file: string, bytes: Uint8Array): { name: string; text: string }[] {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return [{ name: file, text: new TextDecoder().decode(bytes) }];
  let left = largest;
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) =>
        /\.ipynb$/i.test(name) && !/(^|\/)(\.|__MACOSX)/.test(name) && (left -= originalSize) > 0,
    });
    return Object.entries(files).map(([name, inner]) => ({ name, text: strFromU8(inner) }));
  } catch {
    throw new Error(`${file} is a zip that can't be read.`);
  }
}
