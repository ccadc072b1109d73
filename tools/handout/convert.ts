import { join } from "node:path";
import { said } from "lib/show/language.ts";
import { root } from "../command.ts";
import { type Notebook, writeNotebook } from "../notebook.ts";
import type { Environment } from "../setup/environment.ts";
import { type Formula, putFormulas, takeFormulas } from "./markdown.ts";

/** What a verdict says to who sits at a notebook: on a page there are no cells to run. */
const onlyInNotebooks = ` ${said("Then run both cells.")}`;

/**
 * The cells of executed notebooks as HTML, by nbconvert with the template of `tools/template`; all at once, because
 * starting nbconvert takes longer than a notebook does.
 *
 * @param notebooks by name; their outputs are taken as they are
 * @throws Error with nbconvert's own words, or with the formula that can't be typeset
 */
export async function convertNotebooks(
  { python }: Environment,
  notebooks: ReadonlyMap<string, Notebook>,
): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-handout-" });
  try {
    const formulas = new Map<string, Formula[]>();
    for (const [name, notebook] of notebooks) {
      const taken: Formula[] = [];
      formulas.set(name, taken);
      const cells = notebook.cells.map((cell) =>
        cell.cell_type === "markdown" ? { ...cell, source: takeFormulas(cell.source, taken) } : cell
      );
      await writeNotebook(join(folder, `${name}.ipynb`), { ...notebook, cells });
    }
    await nbconvert(python, folder, [...notebooks.keys()]);
    const pages = new Map<string, string>();
    for (const [name, taken] of formulas) {
      const page = await Deno.readTextFile(join(folder, `${name}.html`));
      pages.set(name, putFormulas(page.replaceAll(onlyInNotebooks, ""), taken));
    }
    return pages;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function nbconvert(python: string, folder: string, names: readonly string[]): Promise<void> {
  let result;
  try {
    result = await new Deno.Command(python, {
      args: [
        ...["-m", "nbconvert", "--to", "html", "--log-level=ERROR", "--template=template"],
        `--TemplateExporter.extra_template_basedirs=${join(root, "tools")}`,
        "--HTMLExporter.exclude_anchor_links=True",
        ...names.map((name) => `${name}.ipynb`),
      ],
      cwd: folder,
      // The reader's own settings of Jupyter are for the reader's own notebooks.
      env: { JUPYTER_NO_CONFIG: "1", PYTHONNOUSERSITE: "1", PYTHONUTF8: "1", PYTHONPATH: "", PYTHONHOME: "" },
      stdin: "null",
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot make handouts: expected Python in ${python}, got none (deno task setup)`);
  }
  if (result.success) return;
  const said = new TextDecoder().decode(result.stderr).trim().split("\n");
  const missing = said.some((line) => /No module named '?nbconvert/.test(line));
  throw new Error(
    missing
      ? `Cannot make handouts: expected nbconvert in ${python}'s environment, got none (deno task setup)`
      : `Cannot make handouts: nbconvert says: ${said.at(-1)}`,
  );
}
