/** What is written about a whole class; loaded when the desks have ended, for the sake of small machines. */
import course from "../../data/course.json" with { type: "json" };
import { dirname, join } from "node:path";
import { classPage, similarPage } from "./class_page.ts";
import type { Results } from "./results.ts";
import { gradesTable, type Roster } from "./roster.ts";
import { similarPairs, type Texts } from "./similar.ts";
import { classTable, intakeTable, proseTable } from "./tables.ts";
import type { Intake } from "./take.ts";
import { writeWhole } from "./write.ts";

interface ClassNotes {
  strays: readonly Intake[];
  odd: readonly string[];
  roster?: Roster;
  /** Where names stand, when results stand under codes. */
  key?: string;
}

/** Pairs of submissions that are at least so alike are shown. */
const { similar: threshold = 0.7 } = course.grading as { similar?: number };

export async function keepClass(
  out: string,
  all: readonly Results[],
  { strays, odd, roster, key }: ClassNotes,
): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const texts = new Map<string, Texts>();
  for (const { extra_data: { entry } } of all) texts.set(entry, await answersIn(join(out, entry)));
  const pairs = similarPairs(texts, threshold);
  await writeWhole(join(out, "class.csv"), classTable(all));
  await writeWhole(join(out, "intake.csv"), intakeTable(all, strays));
  await writeWhole(join(out, "prose.csv"), proseTable(all));
  if (pairs.length > 0) await writeWhole(join(out, "similar.html"), similarPage(pairs, texts));
  else await Deno.remove(join(out, "similar.html")).catch(() => {});
  await writeWhole(join(out, "class.html"), classPage(all, { pairs, strays, odd }));
  if (!roster) return;
  const byEntry = new Map(all.map((results) => [results.extra_data.entry, results]));
  await writeWhole(join(key ? dirname(key) : out, "grades.csv"), gradesTable(roster, byEntry));
}

async function answersIn(folder: string): Promise<Texts> {
  try {
    return JSON.parse(await Deno.readTextFile(join(folder, "answers.json")));
  } catch {
    return {};
  }
}
