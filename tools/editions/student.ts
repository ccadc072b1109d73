import { type Notebook, parseNotebook } from "../notebook.ts";
import { drawPictures } from "./picture.ts";
import { studentEdition, subjects } from "./project.ts";

/** The notebooks as students get them, by name: what their handouts are made of. */
export async function studentNotebooks(root: string): Promise<Map<string, Notebook>> {
  const chosen = await subjects(root);
  const { pictures } = await drawPictures(root, chosen);
  const { files } = await studentEdition(root, pictures);
  return new Map(chosen.map(({ notebook, file }) => [notebook, parseNotebook(files.get(file) ?? "", file)]));
}
