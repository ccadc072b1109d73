import course from "../../data/course.json" with { type: "json" };
import { everyQuestion } from "../course.ts";

const all = Object.values(everyQuestion(course)).flatMap(({ answers }) => answers);

/** "1 point", "2 points". */
const pointWords = (n: number) => `${n} ${n === 1 ? "point" : "points"}`;

/**
 * Points in the text of a question as data/course.json has them: the bold beginning “**4 points.**” of the cell
 * `q4-1-question` is what all answers of 4.1 are worth together; a part's “(2 points” stands for one answer after the
 * other, through all cells of that question.
 *
 * @returns a function for the cells of one notebook, in their order
 */
export function pointsWriter(): (cell: { id: string; cell_type: string; source: string }) => string {
  const next = new Map<string, number>();
  return ({ id, cell_type, source }) => {
    const [, chapter, part, what] = /^q(\d+)-(\d+)-(.+)$/.exec(id) ?? [], question = `${chapter}.${part}`;
    const worth = all.filter((answer) => answer.question === question);
    if (cell_type !== "markdown" || worth.length === 0) return source;
    const sum = worth.reduce((total, { points }) => total + points, 0);
    const headed = what === "question"
      ? source.replace(/\*\*[\d.]+ points?\.\*\*/, `**${pointWords(sum)}.**`)
      : source;
    return headed.replace(/\([\d.]+ points?(?=[,;)])/g, (whole) => {
      const at = next.get(question) ?? 0;
      next.set(question, at + 1);
      return at < worth.length ? `(${pointWords(worth[at].points)}` : whole;
    });
  };
}
