import { join } from "node:path";
import { clean } from "./clean.ts";
import { rescued } from "./rescue.ts";
import { isJunk } from "./take.ts";

export interface Entries extends AsyncDisposable {
  /** Where each entry stands, by the name its results go under: without `.ipynb` or `.zip`. */
  paths: Map<string, string>;
}

/**
 * The entries of a folder of submissions.
 *
 * @throws Error when there is no such folder
 */
export async function entriesOf(folder: string): Promise<Entries> {
  let found: { name: string; path: string }[];
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    found = names.map((name) => ({ name, path: join(folder, name) }));
  } catch {
    throw new Error(`Cannot grade ${folder}: expected a folder of submissions, got none`);
  }
  // names that are no text in UTF-8 can't be opened by name
  const odd = found.filter(({ name }) => name.includes("\ufffd")).length > 0
    ? await rescued(folder)
    : undefined;
  found = [
    ...found.filter(({ name, path }) => !name.includes("\ufffd") || exists(path)),
    ...odd?.files ?? [],
  ];
  const paths = new Map<string, string>();
  for (
    const { name, path } of found.filter((f) => !isJunk(f.name)).sort((a, b) => a.name < b.name ? -1 : 1)
  ) {
    const shown = clean(name, 120).replaceAll("/", " ");
    const short = shown.replace(/\.(ipynb|zip)$/i, "") || shown;
    let own = short;
    for (let n = 1; paths.has(own) || isOurs(own); n++) {
      own = n === 1 && !isOurs(shown) && shown !== short ? shown : `${shown} (${n})`;
    }
    paths.set(own, path);
  }
  return { paths, [Symbol.asyncDispose]: async () => await odd?.[Symbol.asyncDispose]() };
}

/** Whether a name is that of a file which the results of the whole class go into. */
const isOurs = (name: string) => /^(\.+|(class|prose|intake|overrides)\.(csv|html)(\.part)?)$/i.test(name);

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
