/** Tables as spreadsheets and other systems write them, and as they may be opened there. */
import Papa from "papaparse";

const parse = Papa.parse as (
  text: string,
  options: { skipEmptyLines: "greedy"; delimitersToGuess: string[] },
) => { data: string[][] };

/**
 * The text of a table that somebody saved: UTF-8, UTF-16 with its mark, or what a spreadsheet of Windows writes
 * otherwise.
 */
export async function tableText(path: string): Promise<string> {
  const bytes = await Deno.readFile(path), [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** A CSV file's first row and the others, whatever separates their fields. */
export function readCsv(text: string): { head: string[]; rows: string[][] } {
  const options = { skipEmptyLines: "greedy" as const, delimitersToGuess: [",", ";", "\t"] };
  const { data: [head = [], ...rows] } = parse(text.replace(/^\uFEFF/, ""), options);
  return { head: head.map((name) => name.trim()), rows };
}

/**
 * The rows of a CSV file as records by the names of its first row, in small letters.
 *
 * @throws Error for a file without these columns, by its name
 */
export function table(file: string, text: string, columns: readonly string[]): Record<string, string>[] {
  const { head, rows } = readCsv(text), names = head.map((name) => name.toLowerCase());
  if (columns.some((name) => !names.includes(name))) {
    throw new Error(
      `Cannot read ${file}: expected the columns ${columns.join(", ")}, got ${names.join(", ") || "none"}`,
    );
  }
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, (row[i] ?? "").trim()])));
}

/** Rows as a CSV file, in UTF-8 without its mark: programs would read that as part of the first column's name. */
export const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map(field).join(",")).join("\n") + "\n";

/** Rows as the system that they came from wrote them: its fields are its own. */
export const plainCsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map((value) => quoted(String(value))).join(",")).join("\n") + "\n";

const quoted = (text: string) => /[",;\t|\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * A text for a table. What a spreadsheet would run as a formula is text: at the field's beginning, and after anything
 * that a spreadsheet set up otherwise takes for the end of a field.
 */
export const harmless = (text: string): string =>
  text.replace(/(^|[;,\t|\r\n"])(\s*)(?=[=+\-@＝＋－＠])/g, "$1$2'");

const field = (value: string | number): string =>
  typeof value === "number" ? String(value) : quoted(harmless(value));
