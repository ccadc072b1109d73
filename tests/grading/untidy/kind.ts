import { type Answers, asked, isProse, pointsOf, type RawNotebook, right, submission } from "../course.ts";

/** One entry: its files, what it is worth of question 4's points, and what is said where that is not all. */
export interface Untidy {
  files: () => Promise<Record<string, string | Uint8Array>>;
  /** Points; all of question 4 where nothing is said. */
  points?: number;
  /** A part of the report. */
  says?: RegExp;
  /** It holds answers of this notebook, too. */
  of?: string;
}

/** All of question 4. */
export const all = pointsOf(...Object.keys(right));
/** What a machine gives for question 5. */
export const simsiam = pointsOf(
  ...asked.filter(({ notebook, name }) => notebook === "05_simsiam" && !isProse(name)).map(({ name }) =>
    name
  ),
);

export const own = () => submission(right);
export const changed = (change: (notebook: RawNotebook) => void, answers: Answers = right) =>
  submission(answers, change);
export const file = (
  name: string,
  content: () => Promise<string | Uint8Array> = own,
  more: Partial<Untidy> = {},
) => ({
  files: async () => ({ [name]: await content() }),
  ...more,
});
export const made = (change: (notebook: RawNotebook) => void, more: Partial<Untidy> = {}): Untidy =>
  file("04_gan.ipynb", () => changed(change), more);
export const cellOf = ({ cells }: RawNotebook, name: string) =>
  cells.find(({ id }) => id === `answer-${name}`)!;
export const bare = (notebook: RawNotebook) => {
  for (const cell of notebook.cells) delete cell.id;
};
export const text = (cell: { source: string | string[] }) => [cell.source].flat().join("");
export const utf16 = (words: string) => {
  const out = new Uint8Array(2 * words.length), view = new DataView(out.buffer);
  for (let i = 0; i < words.length; i++) view.setUint16(2 * i, words.charCodeAt(i), true);
  return out;
};
