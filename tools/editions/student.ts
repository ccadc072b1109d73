import { type Notebook, parseNotebook } from "../notebook.ts";
import { drawPictures } from "./picture.ts";
import { type Edition, studentEdition, subjects } from "./project.ts";

/** The notebooks as students get them, by name, and their whole project: what their handouts are made of. */
export async function studentCourse(
  root: string,
): Promise<Edition & { notebooks: Map<string, Notebook> }> {
  const chosen = await subjects(root);
  const { pictures } = await drawPictures(root, chosen);
  const edition = await studentEdition(root, pictures), { files } = edition;
  const notebooks = chosen.map(({ notebook, file }) =>
    [notebook, parseNotebook(files.get(file) ?? "", file)] as const
  );
  return { ...edition, notebooks: new Map(notebooks) };
}
