import { type Notebook, parseNotebook } from "../notebook.ts";
import { drawPictures } from "./picture.ts";
import { type Files, studentEdition, subjects } from "./project.ts";

/** The notebooks as students get them, by name, and their whole project: what their handouts are made of. */
export async function studentCourse(
  root: string,
): Promise<{ notebooks: Map<string, Notebook>; files: Files }> {
  const chosen = await subjects(root);
  const { pictures } = await drawPictures(root, chosen);
  const { files } = await studentEdition(root, pictures);
  const notebooks = chosen.map(({ notebook, file }) =>
    [notebook, parseNotebook(files.get(file) ?? "", file)] as const
  );
  return { notebooks: new Map(notebooks), files };
}
