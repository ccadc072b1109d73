import { parseNotebook } from "../notebook.ts";
import { readModule } from "./modules.ts";
import type { Cuts, Files } from "./project.ts";

/** A line or a name of a solution that stands in a student's file. */
export interface Leak {
  file: string;
  from: string;
  text: string;
}

/** Shorter than this, without its spaces, a line says nothing by itself. */
const telling = 12;

/** A line of a derivation or of lib this long is no accident; so are this many shorter ones in a row. */
const long = 60;
const inARow = 3;

/**
 * Looks for solutions in a student's project, spaces aside: every telling line of an answer and the value it gives;
 * of derivations and lib, whose small change stands everywhere, long lines and several lines in a row; names that
 * solutions export.
 *
 * @param cuts what was cut, by place
 * @param files the student's files
 */
export function leaks(cuts: Cuts, files: Files): Leak[] {
  const texts = [...files].map(([file, text]) => {
    const strings = everyString(file, text);
    return { file, text: bare(strings), values: unpunctuated(strings) };
  });
  const found: Leak[] = [];
  for (const [from, cut] of cuts) {
    for (const trace of new Set(/cell answer-/.test(from) ? tracesOfAnswer(cut) : tracesOfCode(from, cut))) {
      for (const { file, text } of texts) if (text.includes(trace)) found.push({ file, from, text: trace });
    }
    for (const value of /cell answer-/.test(from) ? valuesOfAnswer(cut) : []) {
      for (const { file, values } of texts) {
        if (values.includes(value)) found.push({ file, from, text: value });
      }
    }
  }
  return [...found, ...leakedNames(cuts, files)];
}

function tracesOfAnswer(cut: string): string[] {
  return cut.split("\n").map(bare).filter(isTelling);
}

/** What an answer is worth, however it is quoted, bracketed or broken into lines; prose as it stands. */
function valuesOfAnswer(cut: string): string[] {
  const value = /^\s*\w+\s*=([\s\S]*)$/.exec(cut)?.[1] ?? cut;
  const plain = unpunctuated(value);
  return plain.length >= telling ? [plain] : [];
}

const unpunctuated = (text: string) => text.replace(/[\s"'`,;[\]()]+/g, "");

function tracesOfCode(from: string, cut: string): string[] {
  if (from.endsWith("/slips.ts")) return formulasOf(cut);
  const lines = cut.split("\n").map(bare).filter((line) => line !== "");
  const rows = lines.map((_, i) => lines.slice(i, i + inARow)).filter((row) =>
    row.length === inARow && row.every(isTelling)
  );
  return [
    // what claims say in words; their small mathematics stands elsewhere too
    ...lines.filter((line) =>
      line.length >= long && isTelling(line) && (!isClaim(from) || /["`]/.test(line))
    ),
    ...rows.map((row) => row.join("")),
  ];
}

/** Reference formulas, and wrong ones beside them: their sentences travel, they do not. */
const formulasOf = (cut: string): string[] =>
  [...cut.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text).filter((text) => !/^[.]|[.?]$/.test(text))
    .map(bare).filter((text) => text.length >= telling && /\w\W+\w/.test(text));

const isClaim = (path: string) => /^lib\/\w+\/claims(\/|\.ts$)/.test(path);
const bare = (text: string) => text.replace(/\s+/g, "");

function isTelling(line: string): boolean {
  return line.length >= telling && /[\w]{2}.*\W.*\w/.test(line) &&
    !/^(import|export\*|awaitshow|\/\/|\*|}from)/.test(line);
}

/** Text as a reader finds it: the strings of JSON files without their escapes. */
function everyString(file: string, text: string): string {
  if (!/\.(ipynb|json)$/.test(file)) return text;
  const parts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "string") parts.push(value);
    else if (Array.isArray(value) && value.every((x) => typeof x === "string")) parts.push(value.join(""));
    else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        parts.push(key);
        walk(item);
      }
    } else parts.push(String(value));
  };
  walk(JSON.parse(text));
  return parts.join("\n");
}

/** The rooms that know no subject: their words are everybody's. */
const room = /^lib\/(course|math|proof|show|tensor)\//;

/** Names that solutions export, imported or offered by other code of a student's. */
function leakedNames(cuts: Cuts, files: Files): Leak[] {
  const known = [...files].filter(([file]) => !room.test(file)).flatMap(([file, text]) =>
    codeOf(file, text).map((code) => {
      const { links, exported } = readModule(code);
      return { file, names: new Set([...links.flatMap((l) => l.names.map((n) => n.imported)), ...exported]) };
    })
  );
  const found: Leak[] = [];
  for (const [from, cut] of cuts) {
    if (!/^lib\/\w+\/solution(\/|\.ts$)/.test(from)) continue;
    for (const [, name] of cut.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm)) {
      for (const { file, names } of known) if (names.has(name)) found.push({ file, from, text: name });
    }
  }
  return found;
}

function codeOf(file: string, text: string): string[] {
  if (file.endsWith(".ts")) return [text];
  if (!file.endsWith(".ipynb")) return [];
  return parseNotebook(text, file).cells.filter((c) => c.cell_type === "code").map((c) => c.source);
}
