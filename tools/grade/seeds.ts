/** Which student's numbers a submission answers: said by OUT/seeds.csv, by the names of its files, by its notebooks. */
import { join } from "node:path";
import { unzipSync } from "fflate";
import { readSeed } from "../course.ts";
import { table, tableText } from "./csv.ts";

const inName = /(?:^|[._ -])seed-(\d{1,9})(?!\d)/;
const inNotebook = /"show_your_work":\s*\{\s*"seed":\s*(\d{1,9})/;
const end = 1 << 16, largest = 50e6;

/**
 * The seeds of all entries that have one.
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

async function seedIn(path: string, depth = 0): Promise<number | undefined> {
  const named = seedOf(inName.exec(path.split(/[\\/]/).at(-1)!));
  if (named) return named;
  const { isFile, isDirectory, size } = await Deno.lstat(path);
  if (isDirectory && depth < 4) {
    const names = (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort().slice(0, 100);
    for (const name of names) {
      const found = await seedIn(join(path, name), depth + 1).catch(() => undefined);
      if (found) return found;
    }
  }
  if (!isFile || size > largest) return undefined;
  if (/\.zip$/i.test(path)) return namesIn(await Deno.readFile(path));
  if (!/\.ipynb$/i.test(path)) return undefined;
  using file = await Deno.open(path);
  await file.seek(Math.max(0, size - end), Deno.SeekMode.Start);
  const buffer = new Uint8Array(end), n = await file.read(buffer) ?? 0;
  return seedOf(inNotebook.exec(new TextDecoder().decode(buffer.subarray(0, n))));
}

/** A zip's own list of names; nothing of it is unpacked. */
function namesIn(zip: Uint8Array): number | undefined {
  let found: number | undefined;
  try {
    unzipSync(zip, {
      filter: ({ name }) => {
        found ??= seedOf(inName.exec(name.split("/").at(-1)!));
        return false;
      },
    });
  } catch {
    // what is no zip is told by the grader
  }
  return found;
}

const seedOf = (match: RegExpExecArray | null) => match ? Number(match[1]) || undefined : undefined;
