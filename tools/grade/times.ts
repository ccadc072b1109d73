/** When each submission came: from a table, from the files themselves, or from Gradescope. */
import course from "../../data/course.json" with { type: "json" };
import { join } from "node:path";
import { dates } from "lib/course/year.ts";
import { table, tableText } from "./csv.ts";

/** When a submission came, and the dates that are its own: an extension, or what another system has. */
export interface HandedIn {
  time: string;
  due?: string;
  late?: string;
}

/** What a day of lateness costs, as a share of the points; minutes of grace; the most it may cost. */
export interface LatePolicy {
  perDay: number;
  graceMinutes: number;
  most: number;
}

const { due: courseDue, late: courseLate } = dates;
const { latePolicy } = course as { latePolicy?: LatePolicy };

/** How late a submission is, what that costs, and the sentence that says both. */
export interface Lateness {
  time: string;
  due: string;
  share: number;
  says: string;
}

const DAY = 86_400_000;
const zoneOf = (time: string) => /(Z|[+-]\d\d:?\d\d)$/.exec(time)?.[1] ?? "";

/** A time as people read it. */
export const shownTime = (time: string): string =>
  `${clockWords(time)} ${zoneOf(time).replace("Z", "UTC")}`.trimEnd();

/** The same beside another, which says the zone where both have one. */
const shownBeside = (time: string, other: string): string =>
  zoneOf(time) === zoneOf(other) ? clockWords(time) : shownTime(time);

const clockWords = (time: string) => time.slice(0, 16).replace("T", " ");

/**
 * A day ends at the same hour of the clock, whatever the clock did in its night; a time without a zone is one of this
 * machine's clock where another has a zone. An extension moves the last date, too.
 *
 * @returns undefined where nothing is known of the time, or it was in time
 */
export function lateness(
  { time, due = courseDue, late }: HandedIn,
  policy: LatePolicy | undefined = latePolicy,
): Lateness | undefined {
  const zoned = [time, due, late ?? due].some(zoneOf), grace = 60_000 * (policy?.graceMinutes ?? 0);
  const at = (one: string) => Date.parse(zoned || zoneOf(one) ? one : `${one}Z`);
  const over = at(time) - at(due) - grace;
  if (!(over > 0)) return undefined;
  const days = Math.ceil(over / DAY);
  const came = `Handed in ${shownBeside(time, due)}, due ${shownBeside(due, time)}`;
  const last = late ? at(late) : courseLate && at(due) + at(courseLate) - at(courseDue);
  if (policy && last && at(time) - last > grace) {
    const end = late ?? (zoned ? clock(last) : new Date(last).toISOString().slice(0, 16));
    return { time, due, share: 1, says: `${came}: after ${shownBeside(end, due)} nothing counts.` };
  }
  const share = policy ? Math.min(policy.most, policy.perDay * days) : 0;
  const begun = days === 1 ? "one day late" : `${days} days late`;
  const cost = share > 0 ? `${Math.round(1000 * share) / 10} % less` : "that costs nothing";
  return { time, due, share, says: `${came}: ${begun}, ${cost}.` };
}

const isTime = (text: string) => !Number.isNaN(Date.parse(text));

/**
 * A time as tables have it, in the form of data/course.json: year first, or its month in words. What is read one way
 * here and another way there, such as 11/12/2026, is none.
 */
export function readTime(text: string): string | undefined {
  const [, day, hour = "00:00", zone = ""] =
    /^(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|UTC|[+-]\d\d:?\d\d)?)?$/.exec(text) ??
      [];
  const written = day && `${day}T${hour.padStart(5, "0")}`.replace(",", ".") + zone.replace("UTC", "Z");
  if (written) return isTime(written) ? written : undefined;
  const words = text.replace(/^\p{L}+, /u, "");
  return /[A-Za-z]{3}/.test(words) && isTime(words) ? clock(Date.parse(words)) : undefined;
}

/**
 * The lines of a table of times: submission and when it came.
 *
 * @throws Error naming the line that can't be meant
 */
export function readTimes(file: string, text: string): [string, HandedIn][] {
  return table(file, text, ["submission", "time"]).map(({ submission, time, due = "" }, i) => {
    const [came, until] = [time, due || time].map((said) => {
      const read = readTime(said);
      if (read !== undefined) return read;
      throw new Error(
        `Cannot read ${file}, line ${i + 2}: expected a time such as ${courseDue}, got ${said || "nothing"}`,
      );
    });
    return [submission, { time: came, ...(due ? { due: until } : {}) }];
  });
}

/**
 * The times of Gradescope's submission_metadata.json, which stand for the one submission beside it.
 *
 * @throws Error when it is none
 */
export function readMetadata(text: string): HandedIn {
  let metadata: { created_at?: unknown; assignment?: Record<string, unknown>; users?: unknown };
  try {
    metadata = JSON.parse(text);
  } catch {
    throw new Error("Cannot read submission_metadata.json: expected JSON, got something else");
  }
  const { created_at: time, assignment = {}, users } = metadata;
  // a student's own dates, where there is an extension, stand with the student
  const [{ assignment: own = {} } = {}] = (Array.isArray(users) ? users : []) as {
    assignment?: typeof assignment;
  }[];
  if (typeof time !== "string" || !isTime(time)) {
    throw new Error(
      `Cannot read submission_metadata.json: expected created_at to be a time, got ${String(time)}`,
    );
  }
  const date = (name: string) =>
    [own[name], assignment[name]].find((one) => typeof one === "string" && isTime(one)) as string | undefined;
  // the course's own dates are meant in the zone that Gradescope's are written in
  const due = date("due_date") ?? courseDue + zoneOf(time), late = date("late_due_date");
  return { time, due, ...(late ? { late } : {}) };
}

/** When the newest file of an entry was last changed, in milliseconds. */
async function fileTime(paths: readonly string[], depth = 0): Promise<number> {
  let newest = 0;
  for (const path of paths) {
    const { isDirectory, mtime } = await Deno.lstat(path);
    if (!isDirectory) newest = Math.max(newest, mtime?.getTime() ?? 0);
    else if (depth < 6) {
      const inside = await Array.fromAsync(Deno.readDir(path), ({ name }) => join(path, name));
      newest = Math.max(newest, await fileTime(inside, depth + 1));
    }
  }
  return newest;
}

/** The wall clock of a moment, as data/course.json writes times. */
export function clock(milliseconds: number): string {
  const zone = 60_000 * new Date(milliseconds).getTimezoneOffset();
  return new Date(milliseconds - zone).toISOString().slice(0, 19);
}

/**
 * The times of all entries, in the order in which they are said: of two the last counts.
 *
 * @param where "files", a CSV file, or Gradescope's metadata; OUT/times.csv, if it is there, when left out
 */
export async function timesOf(
  where: string | undefined,
  out: string,
  entries: ReadonlyMap<string, readonly string[]>,
): Promise<[string, HandedIn][]> {
  if (where === "files") {
    const times: [string, HandedIn][] = [];
    for (const [entry, paths] of entries) times.push([entry, { time: clock(await fileTime(paths)) }]);
    return times;
  }
  if (where === undefined) {
    const text = await tableText(join(out, "times.csv")).catch(() => undefined);
    return text === undefined ? [] : readTimes("times.csv", text);
  }
  const text = await tableText(where).catch(() => {
    throw new Error(`Cannot read the times: expected “files” or a file, got ${where}`);
  });
  if (!/^\s*\{/.test(text)) return readTimes(where, text);
  const handedIn = readMetadata(text);
  return [...entries.keys()].map((entry) => [entry, handedIn]);
}
