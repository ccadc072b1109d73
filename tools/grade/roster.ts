/**
 * A list of people as an LMS exports it, and the same with their points, to be read in again. What it is, its columns
 * say: Canvas (gradebook export), Moodle (grading worksheet), or any table with a name, an address or an id, which gets
 * the columns of Gradescope's own export of grades.
 */
import course from "../../data/course.json" with { type: "json" };
import { plainCsv, readCsv } from "./csv.ts";
import type { Results } from "./results.ts";
import { sum } from "lib/math/average.ts";
import { type HandedIn, readTime } from "./times.ts";

export interface Roster {
  system: "Canvas" | "Moodle" | "other";
  head: string[];
  /** Rows as they came, with the entry that is this person's. */
  people: { row: string[]; entry?: string }[];
  /** Sentences: who handed in nothing, and what belongs to nobody. */
  odd: string[];
}

const has = (head: readonly string[], ...names: string[]) =>
  names.every((name) => head.some((column) => column.toLowerCase() === name));
const fieldOf = (head: readonly string[], row: readonly string[], ...names: string[]) => {
  const at = head.findIndex((column) => names.includes(column.toLowerCase()));
  return at < 0 ? "" : (row[at] ?? "").trim();
};

/** Letters of a name without order, case and accents: "Lee, Ann" is "ann lee". */
const words = (name: string): string[] =>
  name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const sorted = (name: string) => words(name).sort().join(" ");

/** What may stand in an entry's name for a person, the surest first. */
function keysOf(system: Roster["system"], head: readonly string[], row: readonly string[]): string[] {
  const field = (...names: string[]) => fieldOf(head, row, ...names);
  const name = field("student", "full name", "name") ||
    `${field("first name")} ${field("last name", "surname")}`;
  const numbers = system === "Moodle" ? [field("identifier").replace(/\D+/g, "")] : [field("id")];
  const own = [field("sid", "id number", "sis user id", "student id"), field("sis login id", "username")];
  const mail = field("email address", "email");
  return [...numbers, ...own, mail, mail.split("@")[0], sorted(name)].filter((key) => key.length > 1);
}

/** Whether an entry's name holds a key: a number or an address as a word of it, a name by all of its words. */
function holds(entry: string, key: string): boolean {
  const own = words(entry);
  if (/\s/.test(key)) return key.split(" ").every((word) => own.includes(word));
  const flat = words(key).join("");
  return entry.toLowerCase() === key.toLowerCase() ||
    own.some((word, i) => word === flat || flat.length > 3 && own.slice(0, i + 1).join("") === flat);
}

/**
 * Gives everybody the entry that is theirs: a surer key of anybody goes before a less sure one of somebody else, and
 * of names the longer first. Where two fit, a person says whose it is; a group has one number of Gradescope's.
 */
function assign(
  people: Roster["people"],
  entries: readonly string[],
  keys: (row: string[]) => string[],
  group: (row: string[]) => string,
) {
  const free = new Set(entries), several = new Map<Roster["people"][number], string[]>();
  for (const person of people) {
    const number = group(person.row);
    if (number !== "") person.entry = entries.find((entry) => words(entry).includes(number));
  }
  for (const { entry } of people) if (entry) free.delete(entry);
  for (let rank = 0; rank < 8; rank++) {
    const asking = people.filter(({ entry }) => entry === undefined).flatMap((person) => {
      const key = keys(person.row)[rank], found = key ? [...free].filter((one) => holds(one, key)) : [];
      return found.length > 0 ? [{ person, found, length: words(key).length }] : [];
    }).sort((a, b) => b.length - a.length);
    for (const one of asking) {
      const found = one.found.filter((entry) => free.has(entry));
      const shared = asking.some((other) =>
        other !== one && other.length === one.length && found.some((entry) => other.found.includes(entry))
      );
      if (found.length === 1 && !shared) {
        one.person.entry = found[0];
        free.delete(found[0]);
      } else if (found.length > 0 && !several.has(one.person)) several.set(one.person, found);
    }
  }
  return { free, several };
}

/** That a list has times in words of another language. */
function unreadTimes(file: string, head: readonly string[], rows: readonly string[][]): string[] {
  const said = rows.map((row) => fieldOf(head, row, "last modified (submission)"));
  const odd = said.find((time) => /\d/.test(time) && readTime(time) === undefined);
  return odd ? [`Times such as “${odd}” in ${file} can't be read: OUT/times.csv may say them.`] : [];
}

/**
 * @param entries names of the submissions
 * @throws Error for a table that names nobody
 */
export function readRoster(file: string, text: string, entries: readonly string[]): Roster {
  const { head, rows } = readCsv(text);
  const system = has(head, "identifier", "grade")
    ? "Moodle"
    : has(head, "student", "id", "section")
    ? "Canvas"
    : "other";
  const persons = rows.filter((row) => !/^\s*points possible|^student, test$/i.test(row[0] ?? ""));
  if (persons.every((row) => keysOf(system, head, row).length === 0)) {
    throw new Error(
      `Cannot read ${file}: expected a column such as Student, Identifier, Name, SID or Email, got ${
        head.join(", ") || "none"
      }`,
    );
  }
  const people: Roster["people"] = persons.map((row) => ({ row }));
  const { free, several } = assign(
    people,
    entries,
    (row) => keysOf(system, head, row),
    (row) => fieldOf(head, row, "submission id"),
  );
  const nameOf = (row: readonly string[]) =>
    fieldOf(head, row, "student", "full name", "name") || row.slice(0, 2).join(" ");
  const without = people.filter(({ entry }) => entry === undefined);
  const missing = without.filter((person) => !several.has(person)).map(({ row }) => nameOf(row));
  const unclear = without.flatMap((person) => {
    const fit = several.get(person)?.filter((entry) => free.has(entry)) ?? [];
    return fit.length > 0
      ? [
        `${nameOf(person.row)} may have handed in ${
          fit.join(", ")
        }, and more than one fits: give it the name of this list.`,
      ]
      : several.has(person)
      ? [`No submission was found of: ${nameOf(person.row)}.`]
      : [];
  });
  return {
    system,
    head,
    people,
    odd: [
      ...unreadTimes(file, head, rows),
      ...unclear,
      ...missing.length > 0 ? [`No submission was found of: ${missing.join(", ")}.`] : [],
      ...free.size > 0 ? [`Submissions of nobody in ${file}: ${[...free].join(", ")}.`] : [],
    ],
  };
}

/** When a person's submission came, where the list says so (Moodle's worksheet does). */
export function rosterTimes({ head, people }: Roster): Map<string, HandedIn> {
  const times = new Map<string, HandedIn>();
  for (const { row, entry } of people) {
    const time = readTime(fieldOf(head, row, "last modified (submission)"));
    if (entry && time) times.set(entry, { time });
  }
  return times;
}

/** The list with its people's points, in the columns that the system it came from reads. */
export function gradesTable({ system, head, people }: Roster, results: ReadonlyMap<string, Results>): string {
  const scored = people.map(({ row, entry }) => ({ row, found: entry ? results.get(entry) : undefined }));
  if (system === "Moodle") {
    const grade = head.findIndex((name) => name.toLowerCase() === "grade");
    const rows = scored.map(({ row, found }) =>
      row.map((field, i) => i === grade && found ? found.score : field)
    );
    return plainCsv([head, ...rows]);
  }
  if (system === "Canvas") {
    const kept = head.map((name, i) => ({ name, i })).filter(({ name }) =>
      ["student", "id", "sis user id", "sis login id", "root account", "section"].includes(name.toLowerCase())
    );
    const title = course.title.split(":")[0];
    const column = head.find((name) => name.replace(/ \(\d+\)$/, "").toLowerCase() === title.toLowerCase());
    const rows = scored.map(({ row, found }) => [...kept.map(({ i }) => row[i] ?? ""), found?.score ?? ""]);
    return plainCsv([[...kept.map(({ name }) => name), column ?? title], ...rows]);
  }
  const questions = [...results.values()][0]?.tests.map(({ name, max_score }) => `${name} (${max_score})`) ??
    [];
  const added = ["Total Score", "Max Points", "Status", "Submission Time", "Lateness"];
  const rows = scored.map(({ row, found }) => {
    const own = head.map((_, i) => row[i] ?? "");
    if (!found) return [...own, "", "", "Missing", "", "", ...questions.map(() => "")];
    const { score, tests, extra_data: { time = "", late } } = found;
    const whole = sum(tests.map((t) => t.max_score));
    return [...own, score, whole, "Graded", time, late?.says ?? "", ...tests.map((t) => t.score)];
  });
  return plainCsv([[...head, ...added, ...questions], ...rows]);
}
