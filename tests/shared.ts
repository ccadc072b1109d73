/** What several test files need and none of them changes: made once for the same sources, kept under build/. */
import { createHash } from "node:crypto";
import { root } from "../tools/command.ts";
import { type Edition, studentEdition } from "../tools/editions/project.ts";
import { type Live, liveMaker } from "../tools/handout/live/build.ts";

/** A folder for things made of these very sources. */
async function folderOfSources(): Promise<string> {
  const hash = createHash("sha256"), paths = ["deno.json", "deno.lock"];
  const look = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
      if (isDirectory) await look(`${folder}/${name}`);
      else paths.push(`${folder}/${name}`);
    }
  };
  for (const folder of ["data", "lib", "notebooks", "tools"]) await look(folder);
  for (const path of paths.sort()) hash.update(path).update(await Deno.readFile(`${root}/${path}`));
  const folder = `${root}/build/shared-${hash.digest("hex").slice(0, 16)}`;
  await Deno.mkdir(folder, { recursive: true });
  return folder;
}
let folder: Promise<string> | undefined;

/** A map as JSON, and back. */
const written = (_: string, x: unknown) => x instanceof Map ? { "a map": [...x] } : x;
const read = (_: string, x: unknown) =>
  typeof x === "object" && x !== null && "a map" in x ? new Map(x["a map"] as [unknown, unknown][]) : x;

/** What `make` gives: by whoever comes first, while the others wait. */
async function shared<T>(name: string, make: () => Promise<T>): Promise<T> {
  const path = `${await (folder ??= folderOfSources())}/${name}.json`;
  using lock = await Deno.open(`${path}.lock`, { create: true, write: true });
  await lock.lock(true);
  const kept = await Deno.readTextFile(path).catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept, read);
  const made = await make();
  await Deno.writeTextFile(path, JSON.stringify(made, written));
  return made;
}

/** The students' edition. */
export const edition = (): Promise<Edition> => shared("edition", () => studentEdition(root));

/** What makes a student's page of one notebook live. */
export const livePage = (notebook: string): Promise<Live> =>
  shared(`live-${notebook}`, async () => await liveMaker((await edition()).files)(notebook));
