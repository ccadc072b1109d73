/** Tables as spreadsheets and other systems write them, and as they may be opened there. */
import Papa from "papaparse";

const parse = Papa.parse as (
  text: string,
  options: { skipEmptyLines: "greedy"; delimitersToGuess: string[] },
) => { data: string[][] };

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

/** Rows as a CSV file, for spreadsheets. */
export const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map(field).join(",")).join("\n") + "\n";

/** Rows as the system that they came from wrote them: its fields are its own. */
export const plainCsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map((value) => quoted(String(value))).join(",")).join("\n") + "\n";

const quoted = (text: string) => /[",;\t|\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * One field of a table. What a spreadsheet would run as a formula is text: at the field's beginning, and after
 * anything that a spreadsheet set up otherwise takes for the end of a field.
 */
function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  const safe = value.replace(/(^|[;,\t|\r\n"])(\s*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
  return quoted(safe);
}
