import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Text from outside as text that may be shown: well formed, without control characters (they move a terminal's
 * cursor) and without marks that turn the reading direction round; line ends and tabs become spaces.
 */
export function clean(text: string, longest: number): string {
  return oneLine(hidden(text.slice(0, 2 * longest)).toWellFormed()).slice(0, longest).toWellFormed();
}

/** The same for text of several lines. */
export function cleanLines(text: string, longest: number): string {
  return text.slice(0, longest).split(/\r\n?|\n/).map((line) => clean(line, longest)).join("\n");
}

const oneLine = (text: string) =>
  // deno-lint-ignore no-control-regex
  text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ").replace(
    /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    "",
  );

/** A text about files without the words of a student's name. */
export function withoutNames(text: string, names: readonly string[], code: string): string {
  return names.reduce(
    (words, name) => words.replace(new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, "giu"), code),
    text,
  );
}

/** Where this machine keeps things is nobody's business: longest first, so that no rest of a path stays. */
const places = typeof Deno === "undefined" ? [] : [
  fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, ""),
  dirname(Deno.execPath()),
  ...["HOME", "DENO_DIR", "TMPDIR", "AUTOGRADER", "PWD"].map((name) => Deno.env.get(name) ?? ""),
].filter((place) => place.length > 4);

/** From now on this folder's path is not shown either. */
export function hide(folder: string): void {
  places.push(folder);
  places.sort((a, b) => b.length - a.length);
}

function hidden(text: string): string {
  let shown = text;
  for (const place of places) {
    shown = shown.replaceAll(pathToFileURL(place).href, "…").replaceAll(`file://${place}`, "…").replaceAll(
      place,
      "…",
    );
  }
  // any other address of a file, and one that the end of the text cuts off
  return shown.replace(/file:\/\/[^\s)"'<>]*/g, "…");
}
