import { readModule } from "./modules.ts";
import type { Cuts, Files } from "./project.ts";

/** A line or a name of a solution that stands in a student's file. */
export interface Leak {
  file: string;
  from: string;
  text: string;
}

/** A line shorter than this, without its spaces, says nothing by itself. */
const telling = 12;

/**
 * Looks for solutions in a student's project: every telling line that was cut, spaces aside, and every name that
 * only the cut code exported.
 *
 * @param cuts what was cut, by place
 * @param files the student's files
 * @param harmless lines that stand in both by right (imports, glue), spaces aside
 */
export function leaks(cuts: Cuts, files: Files, harmless: ReadonlySet<string> = new Set()): Leak[] {
  const texts = [...files].map(([file, text]) => ({ file, text: bare(everyString(file, text)) }));
  const found: Leak[] = [];
  for (const [from, cut] of cuts) {
    const lines = cut.split("\n").map(bare).filter((line) => isTelling(line) && !harmless.has(line));
    for (const line of new Set(lines)) {
      for (const { file, text } of texts) if (text.includes(line)) found.push({ file, from, text: line });
    }
  }
  return [...found, ...leakedNames(cuts, files)];
}

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

/** Names that cut code exported and nothing that stays declares, used in a student's code. */
function leakedNames(cuts: Cuts, files: Files): Leak[] {
  const used = [...files].flatMap(([file, text]) =>
    codeOf(file, text).map((code) => ({ file, ...readModule(code) }))
  );
  const staying = new Set(used.flatMap(({ exported }) => [...exported]));
  const found: Leak[] = [];
  for (const [from, cut] of cuts) {
    if (!from.endsWith(".ts")) continue;
    for (const [, name] of cut.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm)) {
      if (staying.has(name)) continue;
      for (const { file, used: names } of used) if (names.has(name)) found.push({ file, from, text: name });
    }
  }
  return found;
}

function codeOf(file: string, text: string): string[] {
  if (file.endsWith(".ts")) return [text];
  if (!file.endsWith(".ipynb")) return [];
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string[] }[] };
  return cells.filter((c) => c.cell_type === "code").map((c) => c.source.join(""));
}
