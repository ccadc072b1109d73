/** When each submission came: from a table, from the files themselves, or from Gradescope. */
import course from "../../data/course.json" with { type: "json" };
import { join } from "node:path";
import { table } from "./csv.ts";

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

const { due: courseDue, late: courseLate, latePolicy } = course as {
  due: string;
  late?: string;
  latePolicy?: LatePolicy;
};

/** How late a submission is, what that costs, and the sentence that says both. */
export interface Lateness {
  time: string;
  due: string;
  share: number;
  says: string;
}

const DAY = 86_400_000;
const shown = (time: string) => time.slice(0, 16).replace("T", " ");

/**
 * @returns undefined where nothing is known of the time, or it was in time
 */
export function lateness(
  { time, due = courseDue, late = courseLate }: HandedIn,
  policy: LatePolicy | undefined = latePolicy,
): Lateness | undefined {
  const grace = 60_000 * (policy?.graceMinutes ?? 0), over = Date.parse(time) - Date.parse(due) - grace;
  if (!(over > 0)) return undefined;
  const days = Math.ceil(over / DAY), came = `Handed in ${shown(time)}, due ${shown(due)}`;
  if (policy && late && Date.parse(time) - Date.parse(late) > grace) {
    const says = `${came}: after ${shown(late)} nothing counts.`;
    return { time, due, share: 1, says };
  }
  const share = policy ? Math.min(policy.most, policy.perDay * days) : 0;
  const begun = days === 1 ? "one day late" : `${days} days late`;
  const cost = share > 0 ? `${Math.round(1000 * share) / 10} % less` : "that costs nothing";
  return { time, due, share, says: `${came}: ${begun}, ${cost}.` };
}

const isTime = (text: string) => !Number.isNaN(Date.parse(text));

/** @throws Error naming the line that can't be meant */
export function readTimes(file: string, text: string): Map<string, HandedIn> {
  const found = new Map<string, HandedIn>();
  for (const [i, row] of table(file, text, ["submission", "time"]).entries()) {
    const { submission, time, due = "" } = row;
    const odd = [time, due || time].find((one) => !isTime(one));
    if (odd !== undefined) {
      throw new Error(
        `Cannot read ${file}, line ${i + 2}: expected a time such as ${courseDue}, got ${odd || "nothing"}`,
      );
    }
    // who has an extension has it from the last date, too
    found.set(submission, { time, ...(due ? { due, late: due } : {}) });
  }
  return found;
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
  const due = date("due_date"), late = date("late_due_date");
  return { time, ...(due ? { due } : {}), ...(late ? { late } : {}) };
}

/** When the newest file of an entry was last changed, as data/course.json writes times. */
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

/** The wall clock of a moment. */
function clock(milliseconds: number): string {
  const zone = 60_000 * new Date(milliseconds).getTimezoneOffset();
  return new Date(milliseconds - zone).toISOString().slice(0, 19);
}

/**
 * The times of all entries.
 *
 * @param where "files", a CSV file, or Gradescope's metadata; OUT/times.csv, if it is there, when left out
 */
export async function timesOf(
  where: string | undefined,
  out: string,
  entries: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, HandedIn>> {
  if (where === "files") {
    const times = new Map<string, HandedIn>();
    for (const [entry, paths] of entries) times.set(entry, { time: clock(await fileTime(paths)) });
    return times;
  }
  if (where === undefined) {
    const text = await Deno.readTextFile(join(out, "times.csv")).catch(() => undefined);
    return text === undefined ? new Map() : readTimes("times.csv", text);
  }
  const text = await Deno.readTextFile(where).catch(() => {
    throw new Error(`Cannot read the times: expected “files” or a file, got ${where}`);
  });
  if (!/^\s*\{/.test(text)) return readTimes(where, text);
  const handedIn = readMetadata(text);
  return new Map([...entries.keys()].map((entry) => [entry, handedIn]));
}
