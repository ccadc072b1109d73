import { styles } from "lib/show/style.ts";
import { type Notebook, parseNotebook } from "../notebook.ts";
import { pathOf, type Platform } from "../setup/platform.ts";
import type { Finding } from "./finding.ts";

/**
 * Notebooks that will not run, or that show what is no longer so: moved out of the course, saved with another kernel,
 * holding outputs of an earlier version.
 *
 * @param paths absolute paths; those of `notebooks/` where none is given
 */
export async function ofNotebooks(platform: Platform, paths: readonly string[]): Promise<Finding[]> {
  const folder = pathOf(platform, platform.root, "notebooks");
  const own = async () =>
    (await platform.list(folder)).filter((name) => name.endsWith(".ipynb")).sort()
      .map((name) => pathOf(platform, folder, name));
  const found = await Promise.all(
    (paths.length > 0 ? paths : await own()).map((path) => ofNotebook(platform, path)),
  );
  const wrong = found.filter(({ state }) => state !== "ok");
  if (wrong.length > 0) return wrong;
  return [{ name: "Notebooks", state: "ok", found: `${found.length} of ${found.length}` }];
}

async function ofNotebook(platform: Platform, path: string): Promise<Finding> {
  const name = `Notebook ${path.split(/[\\/]/).at(-1)}`;
  const text = await platform.read(path);
  if (text === null) return { name, state: "missing", found: "no such file" };
  const outside = await strayed(platform, path);
  if (outside !== null) {
    const found = `${outside}: a cell says that lib/… is “not a dependency”`;
    return {
      name,
      state: "missing",
      found,
      mend: `move it into ${pathOf(platform, platform.root, "notebooks")}`,
    };
  }
  let notebook: Notebook;
  try {
    notebook = parseNotebook(text, path);
  } catch (error) {
    return {
      name,
      state: "missing",
      found: (error as Error).message,
      mend: "take the file from the course again",
    };
  }
  const { kernelspec } = notebook.metadata as { kernelspec?: { name?: unknown } };
  if (kernelspec?.name !== "deno") {
    const found = `saved with another kernel (${kernelspec?.name ?? "none"}), which can't run it`;
    return { name, state: "missing", found, mend: "open it, choose the kernel Deno, save" };
  }
  if (isOutdated(notebook)) {
    const found = "holds outputs of another version of the course";
    return { name, state: "optional", found, mend: "open it, Restart Kernel and Run All Cells" };
  }
  return { name, state: "ok", found: path };
}

/** Why the kernel does not find the course from this file's place: the nearest deno.json is not ours. */
async function strayed(platform: Platform, path: string): Promise<string | null> {
  const slash = platform.os === "windows" ? "\\" : "/";
  const parts = path.split(slash).slice(0, -1);
  for (; parts.length > 0; parts.pop()) {
    const folder = parts.join(slash);
    if (folder === platform.root) return null;
    if (await platform.exists(pathOf(platform, folder || slash, "deno.json"))) {
      return `it lies in another project, ${folder}`;
    }
  }
  return "it lies outside the course";
}

/** Every block that a cell shows carries the style sheet of the version that made it. */
function isOutdated({ cells }: Notebook): boolean {
  const shown = cells.flatMap((cell) => cell.cell_type === "code" ? cell.outputs : [])
    .flatMap((output) => "data" in output ? [String(output.data["text/html"] ?? "")] : []);
  return shown.some((html) => html.includes('<div class="syw">') && !html.includes(styles));
}
