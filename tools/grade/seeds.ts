/** Which student's numbers a submission answers, where OUT/seeds.csv or the names of its files say it. */
import { join } from "node:path";
import { readSeed } from "../course.ts";
import { table, tableText } from "./csv.ts";

const inName = /(?:^|[._ -])seed-(\d{1,9})(?!\d)/;

/**
 * The seeds of the entries of which one is said.
 *
 * @param onOdd told what seeds.csv names and is not there
 */
export async function seedsOf(
  out: string,
  entries: ReadonlyMap<string, readonly string[]>,
  onOdd: (sentence: string) => void = () => {},
): Promise<Map<string, number>> {
  const text = await tableText(join(out, "seeds.csv")).catch(() => undefined);
  const listed = text === undefined ? [] : table("seeds.csv", text, ["submission", "seed"]);
  const seeds = new Map<string, number>();
  for (const [entry, paths] of entries) {
    for (const path of paths) {
      const found = await seedIn(path);
      if (found && !seeds.has(entry)) seeds.set(entry, found);
    }
  }
  for (const { submission, seed } of listed) {
    const form = submission.normalize("NFC"), number = readSeed(seed);
    const entry = [...entries.keys()].find((name) => name.normalize("NFC") === form);
    if (entry === undefined) onOdd(`seeds.csv speaks of “${submission}”, and there is no such submission.`);
    else seeds.set(entry, number);
  }
  return seeds;
}

/** The seed in the name of a file, or of what lies in a folder; what notebooks say is found where they are read. */
async function seedIn(path: string, depth = 0): Promise<number | undefined> {
  const [, named] = inName.exec(path.split(/[\\/]/).at(-1)!) ?? [];
  if (Number(named) > 0) return Number(named);
  if (depth >= 4 || !(await Deno.lstat(path)).isDirectory) return undefined;
  const names = (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort().slice(0, 100);
  for (const name of names) {
    const found = await seedIn(join(path, name), depth + 1).catch(() => undefined);
    if (found) return found;
  }
  return undefined;
}
