import { join } from "node:path";
import { clean } from "./clean.ts";
import { rescued } from "./rescue.ts";
import { type Intake, isJunk, isOffice, isPacked } from "./take.ts";

export interface Entries extends AsyncDisposable {
  /** What belongs to each entry, by the name its results go under: a student's file, folder or zip, or several. */
  paths: Map<string, string[]>;
  /** What lies among the submissions and is none. */
  strays: Intake[];
  /** Sentences on what may be one person's. */
  odd: string[];
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
  const strays = found.filter(({ name, path }) =>
    isJunk(name) || kindOf(path) === "stray" && ownerOf(name, notebooks) === undefined
  );
  const grouped = Map.groupBy(
    found.filter((one) => !strays.includes(one)),
    (one) => keyOf(one, found, notebooks),
  );
  const paths = new Map<string, string[]>(), used = new Map<string, string>(), alike: string[] = [];
  for (const [key, list] of grouped) {
    let own = key;
    const other = used.get(folded(key));
    for (let n = 1; used.has(folded(own)) || isOurs(own); n++) own = `${key} (${n})`;
    if (other) {
      alike.push(`“${other}” and “${own}” have one name but for capitals or accents: are they one person’s?`);
    }
    used.set(folded(own), own);
    paths.set(own, list.map(({ path }) => path));
  }
  return {
    paths,
    strays: strays.map(({ name }) => ({ file: clean(name, 120), made: "not a submission" })),
    odd: alike,
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

/** Names as systems make them: Canvas, Moodle, Blackboard, Brightspace. What is found is one student's. */
const systems = [
  /^(?:LATE_)?(anon_[a-z\d]+)_\d+_/i,
  /^([^_]+)(?:_LATE)?(_\d+)_\d+_/i,
  /^(.+_\d+)_assignsubmission_(?:file|onlinetext)_/,
  /^(.+)_attempt_\d{4}(?:-\d\d){5}/,
  /^(\d+-\d+ - .+) - \p{L}{3,4}\.? \d+, \d{4} \d+ ?[AP]M$/u,
];

/** Whose a file or folder is, where a system gave it its name. */
export const namedFor = (name: string): string | undefined =>
  systems.map((system) => system.exec(name)?.slice(1).join("")).find(Boolean);

/**
 * Whose a file is, by the form of its name or by what that says beside a notebook's own: undefined where it says
 * nothing.
 */
function ownerOf(name: string, notebooks: readonly string[]): string | undefined {
  const owner = namedFor(name);
  if (owner) return owner;
  if (!/\.(ipynb|json|html?|pdf|ts|py|md|txt)$/i.test(name)) return undefined;
  const notebook = notebooks.find((one) => name.toLowerCase().includes(one));
  if (!notebook) return undefined;
  const [before, after] = name.replace(/\.\w+$/, "").split(new RegExp(notebook, "i"));
  const words = before || after.replace(/^[ _-]*\(?\d*\)?$/, "");
  return words.replace(/^[ _.-]+|[ _.-]+$/g, "") || undefined;
}

/** Whether something may be a submission: a folder, an archive, or a notebook by what it begins with. */
function kindOf(path: string): "submission" | "stray" | "nothing" {
  try {
    const { isFile, size } = Deno.lstatSync(path);
    if (!isFile || size === 0 || /\.(ipynb|zip)$/i.test(path)) return "submission";
    using file = Deno.openSync(path);
    const start = new Uint8Array(1 << 16), read = start.subarray(0, file.readSync(start) ?? 0);
    if (isPacked(path, read)) return "submission";
    const [first, second] = read.subarray(0, 8).filter((byte) => byte > 32 && byte < 128);
    // office documents are zips, and lists of settings are JSON
    if (first === 0x50 && second === 0x4b) {
      return isOffice(path) ? "stray" : "submission";
    }
    const cells = () =>
      /"(cells|worksheets)"/.test(new TextDecoder().decode(read.filter((byte) => byte !== 0)));
    return first === 0x7b && (size > read.length || cells()) ? "submission" : "stray";
  } catch {
    return "nothing";
  }
}

/** Whether a name may be that of a file or folder which stands among the results for the whole class. */
const isOurs = (name: string) => /^(\.+|withdrawn)$|\.(csv|html|part)$/i.test(name);

/** A name as file systems compare it that tell neither case nor ways of writing an accent apart. */
const folded = (name: string) => name.normalize("NFC").toLowerCase();
