import { basename } from "node:path";
import { formatNotebook, type Notebook, parseNotebook } from "../notebook.ts";
import { judgedBy, type Picture, studentNotebook } from "./notebook.ts";
import { type Files, points, subjects } from "./project.ts";
import { withoutSlots } from "../tidy/slots.ts";

const assignment = "show-your-work";

/**
 * A course folder for nbgrader: `source/` holds the notebooks with solutions between markers and everything that
 * nbgrader cuts or grades marked; `nbgrader_config.py` knows what a TypeScript stub is.
 *
 * @param files the student's project: its lib comes along with every copy that nbgrader makes
 */
export async function nbgraderCourse(
  root: string,
  files: Files,
  pictures: ReadonlyMap<string, Picture>,
): Promise<Files> {
  const course: Files = new Map([
    ["nbgrader_config.py", await Deno.readTextFile(`${root}/data/nbgrader/nbgrader_config.py`)],
  ]);
  for (const { notebook: name, file } of await subjects(root)) {
    const whole = withoutSlots(parseNotebook(await Deno.readTextFile(`${root}/${file}`), file));
    const student = parseNotebook(files.get(file) ?? "", file);
    course.set(
      `source/${assignment}/${name}.ipynb`,
      formatNotebook(gradable(whole, student, basename(file), pictures)),
    );
  }
  for (const [path, text] of files) {
    if (/^(lib|data)\//.test(path)) course.set(`source/${assignment}/${path}`, text);
  }
  const configuration = { ...JSON.parse(files.get("deno.json") ?? "{}"), nodeModulesDir: "none" };
  delete configuration.tasks;
  course.set(`source/${assignment}/deno.json`, JSON.stringify(configuration, null, 2) + "\n");
  return course;
}

/** The student's notebook with the solutions in their markers, and checks that end in the points nbgrader reads. */
function gradable(
  whole: Notebook,
  student: Notebook,
  file: string,
  pictures: ReadonlyMap<string, Picture>,
): Notebook {
  const { notebook } = studentNotebook(whole, file, { pictures, points });
  const sources = new Map(whole.cells.map((cell) => [cell.id, cell.source]));
  const shown = new Map(student.cells.map((cell) => [cell.id, cell.source]));
  const cells = notebook.cells.map((cell) => {
    if (judgedBy(cell) !== undefined) return { ...cell, source: withPoints(cell.source) };
    const source = cell.id.startsWith("answer-") ? sources.get(cell.id) : shown.get(cell.id);
    return { ...cell, source: source ?? cell.source };
  });
  return { ...notebook, cells };
}

/** A check that ends in its points: what nbgrader reads as partial credit. */
function withPoints(source: string): string {
  const [, judged] = /await show\((answer\([\s\S]*\))\);?\s*$/.exec(source) ?? [];
  return judged === undefined ? source : `${source}\n${judged}.points`;
}
