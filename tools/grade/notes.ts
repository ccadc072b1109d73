/** What people and systems say of a class's submissions: points, times, names, codes. */
import { dirname, join } from "node:path";
import type { BatchOptions } from "./batch.ts";
import { codesOf } from "./codes.ts";
import { harmless, tableText } from "./csv.ts";
import { type Marks, readOverrides } from "./marks.ts";
import { readRoster, rosterTimes } from "./roster.ts";
import { timesOf } from "./times.ts";

/** What tables say of a class, by the names that its results stand under. */
export async function notesOn(
  out: string,
  paths: ReadonlyMap<string, string[]>,
  { times: where, roster: list, key }: Pick<BatchOptions, "times" | "roster" | "key">,
) {
  const entries = [...paths.keys()], odd: string[] = [];
  if (key) await refuseNested(key, out);
  const codes = key ? await codesOf(key, entries) : undefined;
  const codeOf = (entry: string) => codes?.get(entry) ?? entry;
  const known = new Set([...entries, ...entries.map(codeOf)]);
  // one accent may be written in two ways, a file's name may come with its ending, and a name as a table shows it
  const byForm = new Map(
    [...known].flatMap((name) => [harmless(name), name].map((form) => [form.normalize("NFC"), name])),
  );
  /** Lines by what they are about; of several about one thing the last counts, and that is said. */
  const named = <T>(file: string, lines: readonly (readonly [string, T])[], about = (_: T) => "") => {
    const found = new Map<string, Map<string, T>>();
    for (const [said, value] of lines) {
      const form = said.normalize("NFC");
      const entry = known.has(said)
        ? said
        : byForm.get(form) ?? byForm.get(form.replace(/\.(ipynb|zip)$/i, ""));
      if (entry === undefined) odd.push(`${file} speaks of “${said}”, and there is no such submission.`);
      const code = codeOf(entry ?? said), own = found.get(code) ?? new Map<string, T>(), what = about(value);
      if (own.has(what)) {
        odd.push(`${file} says two things of “${said}”${what && `, ${what}`}: the last one counts.`);
      }
      found.set(code, own.set(what, value));
    }
    return [...found].map(([code, own]) => [code, [...own.values()]] as const);
  };
  const text = await tableText(join(out, "overrides.csv")).catch(() => undefined);
  const roster = list === undefined ? undefined : readRoster(list, await tableText(list), entries);
  const byRoster = roster ? [...rosterTimes(roster)] : [], byTable = await timesOf(where, out, paths);
  const marks: Marks = {
    overrides: new Map(named("overrides.csv", readOverrides(text), ({ answer }) => answer)),
    times: new Map(
      [...named("the list", byRoster), ...named("times.csv", byTable)].map(([code, [own]]) => [code, own]),
    ),
  };
  const people = roster?.people.map(({ row, entry }) => ({
    row,
    ...(entry ? { entry: codeOf(entry) } : {}),
  }));
  odd.push(...roster?.odd ?? []);
  return { marks, codes, odd, ...(roster ? { roster: { ...roster, people: people! } } : {}) };
}

/** Results among submissions would be graded, and a submission among results would be believed. */
export async function refuseNested(folder: string, out: string): Promise<void> {
  const real = async (path: string): Promise<string> => {
    try {
      return await Deno.realPath(path);
    } catch {
      const above = dirname(path);
      return above === path ? path : join(await real(above), path.slice(above.length));
    }
  };
  const [from, to] = [await real(folder), await real(out)];
  const inside = (a: string, b: string) => a === b || a.startsWith(b.endsWith("/") ? b : `${b}/`);
  if (inside(to, from) || inside(from, to)) {
    throw new Error(`Cannot grade into ${out}: expected a folder apart from ${folder}, got one in the other`);
  }
}
