import type { Cell, CodeCell, Notebook } from "../notebook.ts";
import { courseMetadata } from "../notebook.ts";
import { mayLeave } from "./library.ts";
import { cutSolutions, hasMarkers, withoutMarkers } from "./markers.ts";
import { proseStub, stub } from "./stubs.ts";
import { pruneLinks, readModule } from "./modules.ts";
import { withoutSlots } from "../tidy/slots.ts";
import { withoutIdleSymbols } from "./symbols.ts";

/** What a student meets after a restart, said where it is met. */
export const restarted =
  "// “show is not defined”? The first cell of the notebook has not run since the kernel started.";

/** A static picture of a figure, as base64 PNG, and what it shows in words. */
export interface Picture {
  png?: string;
  number: string;
}

export interface StudentOptions {
  /** Pictures by the id of the cell that shows the figure. */
  pictures?: ReadonlyMap<string, Picture>;
  /** Points by the name of an answer. */
  points: ReadonlyMap<string, number>;
}

const tagsOf = (cell: Cell): readonly string[] => cell.metadata.tags ?? [];
const answerOf = (cell: Cell) => /^answer-(.+)$/.exec(cell.id)?.[1];

/** What was cut from a notebook, by cell: what must not be found in the student's project. */
export type Cut = Map<string, string>;

/**
 * The notebook as a student gets it: without solutions, without outputs, with the imports that are left over.
 *
 * @param file the notebook's name, for messages
 * @throws MarkerFault for an unbalanced marker; Error for an answer cell without one
 */
export function studentNotebook(
  notebook: Notebook,
  file: string,
  { pictures = new Map(), points }: StudentOptions,
): { notebook: Notebook; cut: Cut } {
  const cut: Cut = new Map();
  const cells = withoutSlots(notebook).cells.flatMap((cell): Cell[] => {
    const where = `${file}, cell ${cell.id}`;
    if (tagsOf(cell).includes("solution")) {
      if (hasMarkers(cell.source)) cutSolutions(cell.source, where);
      cut.set(cell.id, cell.source);
      const picture = tagsOf(cell).includes("picture") ? pictures.get(cell.id) : undefined;
      return picture ? [pictureCell(cell.id, picture)] : [];
    }
    return [emptied(cell, where, cut, points)];
  });
  return {
    notebook: {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: courseMetadata,
      cells: counted(pruneImports(withoutIdleSymbols(cells), toolsOf(notebook))),
    },
    cut,
  };
}

/** The names that the solutions of a notebook's answers use. */
function toolsOf({ cells }: Notebook): Set<string> {
  const answers = cells.filter((cell) => cell.cell_type === "code" && answerOf(cell) !== undefined);
  return new Set(answers.flatMap(({ source }) => [...readModule(source).used]));
}

function emptied(cell: Cell, where: string, cut: Cut, points: StudentOptions["points"]): Cell {
  const name = answerOf(cell), prose = cell.cell_type !== "code";
  const parts = cutSolutions(cell.source, where, prose ? proseStub : stub);
  if (name !== undefined && parts.cut.length === 0) {
    if (!prose) {
      throw new Error(`Cannot empty ${where}: expected “BEGIN SOLUTION” in an answer cell, got none`);
    }
    parts.cut.push(cell.source);
    parts.text = proseStub;
  }
  if (parts.cut.length > 0) cut.set(cell.id, parts.cut.join("\n"));
  const { attachments, ...rest } = { attachments: undefined, ...cell };
  const kept = prose && attachments ? { attachments } : {};
  const source = judgedBy(cell) === undefined ? parts.text : `${restarted}\n${parts.text}`;
  const common = { ...rest, ...kept, source, metadata: metadataOf(cell, points) };
  return common.cell_type === "code" ? { ...common, outputs: [], execution_count: null } : common;
}

/** Tags, and what nbgrader wants to know: which cells are answered and which are graded. */
function metadataOf(cell: Cell, points: StudentOptions["points"]): Cell["metadata"] {
  const tags = cell.metadata.tags ? { tags: [...cell.metadata.tags] } : {};
  const name = answerOf(cell);
  const common = { schema_version: 3, grade_id: cell.id, task: false };
  if (name !== undefined) {
    const manual = cell.cell_type !== "code";
    return {
      ...tags,
      nbgrader: {
        ...common,
        solution: true,
        grade: manual,
        locked: false,
        ...(manual ? { points: points.get(name) ?? 0, cell_type: "markdown" } : {}),
      },
    };
  }
  const judged = judgedBy(cell);
  if (judged === undefined) return tags;
  return {
    ...tags,
    nbgrader: { ...common, solution: false, grade: true, locked: true, points: points.get(judged) ?? 0 },
  };
}

/** The answer that a check cell judges: `answer("growth", () => growth)`. */
export function judgedBy(cell: Cell): string | undefined {
  if (cell.cell_type !== "code" || !tagsOf(cell).includes("check")) return undefined;
  return /\banswer\(\s*"([^"]+)"/.exec(cell.source)?.[1];
}

function pictureCell(id: string, { png, number }: Picture): Cell {
  const words = `Figure ${number}, as the solution draws it`;
  const source = png
    ? `![${words}](attachment:figure.png)\n\n*${words}.*`
    : `*${words}: the picture was left out where this edition was built, for want of a browser.*`;
  return {
    cell_type: "markdown",
    id,
    metadata: { tags: ["picture"] },
    source,
    ...(png ? { attachments: { "figure.png": { "image/png": png } } } : {}),
  };
}

/**
 * Imports that nothing uses confuse: those of names that are used stay, and of names that the text or a solution is
 * written with, where students have their module.
 */
function pruneImports(cells: Cell[], tools: ReadonlySet<string>): Cell[] {
  const used = new Set<string>(), helpful = new Set(tools);
  for (const cell of cells) {
    if (cell.cell_type === "code") { for (const name of readModule(cell.source).used) used.add(name); }
    else for (const [, name] of cell.source.matchAll(/`(\w+)/g)) helpful.add(name);
  }
  const keep = (source: string, name: string) =>
    used.has(name) || helpful.has(name) && (!source.startsWith("lib/") || mayLeave(source));
  return cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    return { ...cell, source: pruneLinks(cell.source, (link, { local }) => keep(link.source, local)) };
  });
}

/** Figures that a cell numbers, `map("1.7", …)`, counted anew: those of solutions have left gaps. */
function counted(cells: Cell[]): Cell[] {
  const numbers = new Map<string, string>(), figures = new Set<string>();
  let shown = 0;
  for (const { cell_type, source } of cells) {
    if (cell_type !== "code") continue;
    for (const { source: module, names } of readModule(source).links) {
      if (/^lib\/\w+\/figures(\/|\.ts$)/.test(module)) { for (const { local } of names) figures.add(local); }
    }
    for (const [, name, chapter, number] of source.matchAll(/\b(\w+)\((?:"(\d+)\.(\d+)")?/g)) {
      if (!figures.has(name)) continue;
      shown++;
      if (number) numbers.set(`${chapter}.${number}`, `${chapter}.${shown}`);
    }
  }
  const now = (number: string) => numbers.get(number) ?? number;
  return cells.map((cell) => ({
    ...cell,
    source: cell.cell_type === "code"
      ? cell.source.replace(
        /\b(\w+)\("(\d+\.\d+)"/g,
        (call, name: string, number: string) => figures.has(name) ? `${name}("${now(number)}"` : call,
      )
      : cell.source.replace(/(?<=\bFigures? )\d+\.\d+/g, now),
  }));
}

/** The notebook with its solutions, without the lines that mark them and without outputs. */
export function solutionNotebook(notebook: Notebook): Notebook {
  const cells = withoutSlots(notebook).cells.map((cell): Cell => {
    const source = withoutMarkers(cell.source);
    return cell.cell_type === "code"
      ? { ...cell, source, outputs: [], execution_count: null }
      : { ...cell, source };
  });
  return { ...notebook, metadata: courseMetadata, cells };
}

/** The modules of the project that the cells import. */
export function importsOf(notebook: Notebook): Set<string> {
  const code = notebook.cells.filter((c): c is CodeCell => c.cell_type === "code");
  const sources = code.flatMap(({ source }) => readModule(source).links.map(({ source }) => source));
  return new Set(sources.filter((source) => source.startsWith("lib/")));
}
