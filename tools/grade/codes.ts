/** Grading without names: results stand under codes, and a key file, kept elsewhere, says whose they are. */
import course from "../../data/course.json" with { type: "json" };
import { csv, table, tableText } from "./csv.ts";

const letters = "BCDFGHJKLMNPQRSTVWXZ23456789";

/** Five letters that mean nothing. */
function newCode(taken: ReadonlySet<string>): string {
  for (;;) {
    const code = Array.from(crypto.getRandomValues(new Uint8Array(5)), (x) => letters[x % letters.length])
      .join("");
    if (!taken.has(code)) return code;
  }
}

/**
 * The code of every entry: those that the key file has, and new ones, which are written into it.
 *
 * @param file CSV with the columns submission and code; made where it is not there
 * @throws Error for a file that is no key
 */
export async function codesOf(file: string, entries: readonly string[]): Promise<Map<string, string>> {
  const text = await tableText(file).catch((cause) => {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new Error(
      `Cannot read ${file}: expected a key file, got ${cause instanceof Error ? cause.message : cause}`,
    );
  });
  const rows = text === undefined ? [] : table(file, text, ["submission", "code"]);
  const codes = new Map(rows.map(({ submission, code }) => [submission, code]));
  const taken = new Set(codes.values()), known = codes.size;
  for (const entry of entries) {
    if (codes.has(entry)) continue;
    const code = newCode(taken);
    codes.set(entry, code);
    taken.add(code);
  }
  if (codes.size > known) await Deno.writeTextFile(file, csv([["submission", "code"], ...codes]));
  return codes;
}

const courseWords = new Set(Object.values(course.questions).flatMap(({ notebook }) => notebook.split("_")));

/** What in the names of files may tell whose they are: the words and numbers of an entry's name. */
export const namesIn = (entry: string): string[] =>
  (entry.match(/\p{L}{2,}|\d{2,}/gu) ?? []).filter((word) =>
    !courseWords.has(word.toLowerCase()) &&
    !/^(submission|submissions|assignsubmission|file|late|notebook|notebooks|show|your|work|zip|ipynb)$/i
      .test(word)
  );
