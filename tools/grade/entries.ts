import { join } from "node:path";
import { clean } from "./clean.ts";
import { rescued } from "./rescue.ts";
import { type Intake, isJunk } from "./take.ts";

export interface Entries extends AsyncDisposable {
  /** What belongs to each entry, by the name its results go under: a student's file, folder or zip, or several. */
  paths: Map<string, string[]>;
  /** What lies among the submissions and is none. */
  strays: Intake[];
}

interface Found {
  name: string;
  path: string;
}

/**
 * The entries of a folder of submissions. A folder and a zip of one name are one student's; so are notebooks that
 * differ in the course's name for them alone, as some systems hand them over (`ann_04_gan.ipynb`,
 * `lee_12_345_05_simsiam.ipynb`).
 *
 * @param notebooks the course's names: "04_gan"
 * @throws Error when there is no such folder
 */
export async function entriesOf(folder: string, notebooks: readonly string[]): Promise<Entries> {
  let found: Found[];
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    found = names.map((name) => ({ name, path: join(folder, name) }));
  } catch {
    throw new Error(`Cannot grade ${folder}: expected a folder of submissions, got none`);
  }
  // names that are no text in UTF-8 can't be opened by name
  const odd = found.some(({ name }) => name.includes("\ufffd")) ? await rescued(folder) : undefined;
  found = found.filter(({ name, path }) => !name.includes("\ufffd") || kindOf(path) !== "nothing");
  found.push(...odd?.files ?? []);
  found.sort((a, b) => a.name < b.name ? -1 : 1);
  const strays = found.filter(({ name, path }) => isJunk(name) || kindOf(path) === "stray");
  const grouped = Map.groupBy(
    found.filter((one) => !strays.includes(one)),
    (one) => keyOf(one, found, notebooks),
  );
  const paths = new Map<string, string[]>(), used = new Set<string>();
  for (const [key, list] of grouped) {
    let own = key;
    for (let n = 1; used.has(folded(own)) || isOurs(own); n++) own = `${key} (${n})`;
    used.add(folded(own));
    paths.set(own, list.map(({ path }) => path));
  }
  return {
    paths,
    strays: strays.map(({ name }) => ({ file: clean(name, 120), made: "not a submission" })),
    [Symbol.asyncDispose]: async () => await odd?.[Symbol.asyncDispose](),
  };
}

/** The name that an entry's results go under. */
function keyOf({ name }: Found, all: readonly Found[], notebooks: readonly string[]): string {
  const owner = ownerOf(name, notebooks);
  const theirs = owner ? all.filter((one) => ownerOf(one.name, notebooks) === owner) : [];
  const shown = clean(theirs.length > 1 ? owner! : name.replace(/\.(ipynb|zip)$/i, "") || name, 120);
  return shown.replaceAll(/[/\\]/g, " ").trim() || "nameless";
}

/** Whose a notebook is, by what its name says beside the course's own: undefined where it says nothing. */
function ownerOf(name: string, notebooks: readonly string[]): string | undefined {
  if (!/\.(ipynb|json)$/i.test(name)) return undefined;
  const notebook = notebooks.find((one) => name.toLowerCase().includes(one));
  if (!notebook) return undefined;
  const [before, after] = name.replace(/\.\w+$/, "").split(new RegExp(notebook, "i"));
  // one system numbers every file: name_user_file_04_gan-1
  const words = (before || after.replace(/^[ _-]*\(?\d*\)?$/, "")).replace(/^(.+_\d+)_\d+_$/, "$1");
  return words.replace(/^[ _.-]+|[ _.-]+$/g, "") || undefined;
}

/** Whether something may be a submission: a folder, an archive, or a notebook by what it begins with. */
function kindOf(path: string): "submission" | "stray" | "nothing" {
  try {
    const { isFile, size } = Deno.lstatSync(path);
    if (!isFile || size === 0 || /\.(ipynb|zip|rar|7z|tar|gz|tgz|xz)$/i.test(path)) return "submission";
    using file = Deno.openSync(path);
    const start = new Uint8Array(8);
    file.readSync(start);
    const [first, second] = start.filter((byte) => byte > 32 && byte < 128);
    return first === 0x7b || first === 0x50 && second === 0x4b ? "submission" : "stray";
  } catch {
    return "nothing";
  }
}

/** Whether a name may be that of a file or folder which stands among the results for the whole class. */
const isOurs = (name: string) => /^(\.+|withdrawn)$|\.(csv|html|part)$/i.test(name);

/** A name as file systems compare it that tell neither case nor ways of writing an accent apart. */
const folded = (name: string) => name.normalize("NFC").toLowerCase();
