/** `deno task tidy`: notebooks as they stand in git, without outputs, formatted, mathematics untouched. */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { count, fail, root, shortPath } from "./command.ts";
import { formatNotebook, kept, notebookPaths, parseNotebook } from "./notebook.ts";
import { clean } from "./tidy/clean.ts";
import { formatCells } from "./tidy/format.ts";
import { fillSlots } from "./tidy/slots.ts";
import { valuesOf } from "./tidy/values.ts";

const help = `deno task tidy [NOTEBOOK …] [--check]

Removes outputs, execution counts and stray metadata from notebooks (all of notebooks/ when none
is named, resting ones too), formats their cells, and fills their slots with the points and this year's numbers of
data/course.json: <!--{{grid}}-->5<!--/--> in a sentence, /*{{grid}}*/ 5 /**/ in code.

  --check    change nothing, fail when a notebook is not tidy`;

export type Tidied = {
  path: string;
  text: string;
  changed: boolean;
  /** Cells that could not be filled or formatted, and why. */
  faults: string[];
};

/**
 * What the files should hold.
 *
 * @param files path and text of each notebook
 */
export async function tidyNotebooks(files: { path: string; text: string }[]): Promise<Tidied[]> {
  const filled = files.map(({ path, text }) =>
    fillSlots(clean(parseNotebook(text, path)), ...valuesOf(basename(path, ".ipynb")))
  );
  const formatted = await formatCells(filled.flatMap(({ notebook: { cells } }) => cells));
  let next = 0;
  return files.map(({ path, text }, i) => {
    const { notebook, faults } = filled[i];
    const cells = notebook.cells.map((cell) => {
      const { source, fault } = formatted[next++];
      if (fault !== undefined) {
        faults.push(`cell ${cell.id}${fault.startsWith("line") ? ", " : ": "}${fault}`);
      }
      return { ...cell, source };
    });
    const tidy = formatNotebook({ ...notebook, cells });
    return { path, text: tidy, changed: tidy !== text, faults };
  });
}

async function tidy(args: string[]): Promise<number> {
  const { values: { check, help: wanted }, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      check: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (wanted) {
    console.log(help);
    return 0;
  }
  const paths = await notebookPaths(positionals, root, kept);
  const files = await Promise.all(paths.map(async (path) => ({ path, text: await readText(path) })));
  const tidied = await tidyNotebooks(files);
  for (const { path, text, changed, faults } of tidied) {
    for (const fault of faults) console.error(`${shortPath(path)}, ${fault}`);
    if (changed) console.log(`${check ? "Not tidy" : "Tidied"}: ${shortPath(path)}`);
    if (changed && !check) await Deno.writeTextFile(path, text);
  }
  const changed = tidied.filter((file) => file.changed).length;
  const faulty = tidied.some(({ faults }) => faults.length > 0);
  if (changed === 0) console.log(`${count(paths.length, "notebook")}, nothing to tidy`);
  else if (check) console.error("Mend with: deno task tidy");
  return faulty || check && changed > 0 ? 1 : 0;
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot tidy ${path}: expected a notebook, got no such file`);
  }
}

if (import.meta.main) Deno.exit(await tidy(Deno.args).catch(fail));
