import { parse } from "@babel/parser";
import type { CodeCell, Notebook } from "../notebook.ts";
import { boundNames, type Link, linkText, readModule } from "../editions/modules.ts";
import { packages } from "./sandbox.ts";

type Statement = ReturnType<typeof parse>["program"]["body"][number];

/** One cell as a function of its own; what it declares lives outside, as in a kernel. */
interface Graft {
  id: string;
  body: string;
  declared: string[];
  links: Link[];
  used: Set<string>;
}

export interface Grafted {
  /** The module that holds all cells; `main` runs it. */
  cells: string;
  main: string;
  /** Ids of the cells, in order. */
  order: string[];
  /** Why a cell was not grafted, by id. */
  faults: Map<string, string>;
}

const longest = 200_000;

/** Names that no student gives to something of their own. */
const cellsName = "$$cells", answersName = "$$answers";

/**
 * The answer cells of a submission, grafted onto the notebook that was handed out: its imports, and of its other
 * cells those whose declarations an answer uses.
 *
 * @param pristine the student edition's notebook
 * @param answers text of the submitted answer cells, by name; answers that are not there stay empty
 * @param names all answers of the notebook
 * @param files the student's files: what may be imported
 */
export function graft(
  subject: string,
  pristine: Notebook,
  answers: ReadonlyMap<string, string>,
  names: readonly string[],
  files: ReadonlyMap<string, string>,
): Grafted {
  const faults = new Map<string, string>();
  const code = pristine.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  const given = code.flatMap(({ id, metadata }): Graft[] => {
    const source = id.startsWith("answer-") ? answers.get(id.slice("answer-".length)) : undefined;
    if (source === undefined || !metadata.tags?.includes("answer")) return [];
    const made = graftCell(id, source, files);
    if (typeof made !== "string") return [made];
    faults.set(id, made);
    return [];
  });
  const chosen = withSetup(code, given);
  const declared = new Set([...names, ...chosen.flatMap((cell) => cell.declared)]);
  const order = chosen.map(({ id }) => id);
  const text = [
    ...imports(code, chosen, declared),
    `let ${[...declared].join(", ")};`,
    `const ${cellsName} = [\n${
      chosen.map(({ id, body }) => `[${JSON.stringify(id)}, async () => {\n${body}\n}]`).join(",\n")
    }\n];`,
    `const ${answersName} = {${names.map((name) => `${JSON.stringify(name)}: () => ${name}`).join(", ")}};`,
    `export { ${cellsName} as cells, ${answersName} as answers };`,
  ];
  const main = `import { serve } from "../../grade/worker.ts";
import { answer } from "lib/${subject}/questions.ts";
import { answers, cells } from "./cells.ts";
await serve(answer.questions, cells, answers);
`;
  return { cells: text.join("\n") + "\n", main, order, faults };
}

/** The submitted cells and, of the cells of the handed-out notebook that stand before them, those they build on. */
function withSetup(code: readonly CodeCell[], given: readonly Graft[]): Graft[] {
  const byId = new Map(given.map((cell) => [cell.id, cell]));
  const used = new Set<string>();
  const chosen: Graft[] = [];
  for (const cell of code.toReversed()) {
    const own = byId.get(cell.id);
    if (own) {
      chosen.unshift(own);
      for (const name of own.used) used.add(name);
    }
    if (own || cell.metadata.tags?.some((tag) => tag === "answer" || tag === "check")) continue;
    const setup = graftCell(cell.id, cell.source, undefined);
    if (typeof setup === "string" || !setup.declared.some((name) => used.has(name))) continue;
    for (const name of setup.used) used.add(name);
    chosen.unshift(setup);
  }
  return chosen;
}

/** Import lines for what the cells use; what belongs to showing is there and does nothing. */
function imports(
  code: readonly CodeCell[],
  chosen: readonly Graft[],
  declared: ReadonlySet<string>,
): string[] {
  const used = new Set(chosen.flatMap((cell) => [...cell.used]));
  const lines: string[] = [], known = new Set<string>();
  const links = [
    ...chosen.flatMap((cell) => cell.links),
    ...code.flatMap((cell) => readModule(cell.source).links),
  ];
  for (const link of links) {
    const wanted = link.names.filter(({ local }) =>
      used.has(local) && !declared.has(local) && !known.has(local)
    );
    for (const { local } of wanted) known.add(local);
    if (/^lib\/(notebook|answers)\//.test(link.source)) {
      lines.push(...wanted.filter((n) => !n.typeOnly).map((n) => `const ${n.local} = async () => {};`));
    } else if (wanted.length > 0) lines.push(linkText(link, wanted));
  }
  return lines;
}

/**
 * Turns the text of a cell into the body of a function: imports go to the top of the module, declarations become
 * assignments to variables outside.
 *
 * @param files what may be imported; undefined for our own cells
 * @returns the cell, or why it can't be grafted: a sentence for its author
 */
function graftCell(
  id: string,
  source: string,
  files: ReadonlyMap<string, string> | undefined,
): Graft | string {
  if (source.length > longest) return `The cell is too long: ${source.length} characters.`;
  try {
    const { body } = parse(source, {
      sourceType: "module",
      plugins: ["typescript"],
      allowUndeclaredExports: true,
      attachComment: false,
    }).program;
    const reading = readModule(source);
    const refused = files && (refusedImport(reading.links, files) ?? refusedSyntax(body));
    if (refused) return refused;
    const edits: Edit[] = [], hoisted: string[] = [], declared: string[] = [];
    for (const node of body) rewrite(node, source, edits, hoisted, declared);
    let text = source;
    for (const { start, end, text: replaced } of edits.toSorted((a, b) => b.start - a.start)) {
      text = text.slice(0, start) + replaced + text.slice(end);
    }
    return { id, body: [...hoisted, text].join("\n"), declared, links: reading.links, used: reading.used };
  } catch (cause) {
    if (cause instanceof SyntaxError) return `The cell has a syntax error: ${cause.message.slice(0, 200)}`;
    if (cause instanceof RangeError) return "The cell is nested too deeply to be read.";
    throw cause;
  }
}

function refusedImport(links: readonly Link[], files: ReadonlyMap<string, string>): string | undefined {
  for (const { source, names } of links) {
    if (packages.includes(source)) continue;
    const text = files.get(source);
    if (
      text === undefined || !source.startsWith("lib/") ||
      /^lib\/((proof|show)\/|\w+\/(questions|misconceptions|slips|zoo)\b)/.test(source)
    ) {
      return `The cell imports “${source.slice(0, 80)}”; an answer may import from lib/ and ${
        packages.join(", ")
      }.`;
    }
    const { exported } = readModule(text);
    const missing = names.find(({ imported }) =>
      imported !== "*" && !exported.has(imported) && !exported.has("*")
    );
    if (missing) return `The cell imports ${missing.imported} from “${source}”, which has no such name.`;
  }
}

/** `import(…)`, wherever it stands. */
function refusedSyntax(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  const { type } = node as { type?: string };
  if (type === "Import" || type === "ImportExpression") {
    return "The cell imports something while it runs; put imports at its top.";
  }
  for (const [key, value] of Object.entries(node)) {
    const found = key === "loc" ? undefined : refusedSyntax(value);
    if (found) return found;
  }
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Turns one statement at the top of a cell into what it means outside of it. */
function rewrite(
  node: Statement,
  source: string,
  edits: Edit[],
  hoisted: string[],
  declared: string[],
): void {
  const start = node.start ?? 0, end = node.end ?? 0;
  const replace = (text: string) => edits.push({ start, end, text });
  const inner = node.type === "ExportNamedDeclaration" && node.declaration ? node.declaration : node;
  const text = source.slice(inner.start ?? 0, inner.end ?? 0);
  switch (inner.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
    case "TSDeclareFunction":
      return void replace("");
    case "FunctionDeclaration":
      declared.push(inner.id!.name);
      hoisted.push(`${inner.id!.name} = ${text};`);
      return void replace("");
    case "ClassDeclaration":
      declared.push(inner.id!.name);
      return void replace(`;${inner.id!.name} = ${text.slice(text.indexOf("class"))};`);
    case "TSEnumDeclaration":
      declared.push(inner.id.name);
      return void replace(`;${inner.id.name} = (() => { ${text}; return ${inner.id.name}; })();`);
    case "VariableDeclaration":
      if (inner.declare) return void replace("");
      declared.push(
        ...inner.declarations.flatMap(({ id }) => boundNames(id as Parameters<typeof boundNames>[0])),
      );
      return void replace(
        inner.declarations.map(({ id, init, end }) => assignment(id, end ?? 0, init != null, source)).join(
          " ",
        ),
      );
    default:
      if (inner !== node) replace(text);
  }
}

function assignment(id: object, end: number, hasValue: boolean, source: string): string {
  const part = id as { start: number; end: number; typeAnnotation?: { start: number; end: number } };
  const pattern = source.slice(part.start, part.typeAnnotation?.start ?? part.end).replace(/[!?]\s*$/, "");
  const value = hasValue ? source.slice(part.typeAnnotation?.end ?? part.end, end) : "= undefined";
  return `;(${pattern} ${value});`;
}

/** Whether two cells say the same, spaces aside. */
export const sameCell = (a: string, b: string): boolean => a.replace(/\s+/g, "") === b.replace(/\s+/g, "");
