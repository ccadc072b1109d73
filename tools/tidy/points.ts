import course from "../../data/course.json" with { type: "json" };

const all = Object.values(course.questions).flatMap(({ answers }) => answers);

/** "1 point", "2 points". */
const pointWords = (n: number) => `${n} ${n === 1 ? "point" : "points"}`;

/**
 * A question's heading with its points as data/course.json has them: the bold beginning “**4 points.**” of the cell
 * `q4-1-question` is what all answers of 4.1 are worth together.
 */
export function withPoints({ id, source }: { id: string; source: string }): string {
  const [, chapter, part] = /^q(\d+)-(\d+)-question$/.exec(id) ?? [];
  if (chapter === undefined) return source;
  const worth = all.filter(({ question }) => question === `${chapter}.${part}`);
  if (worth.length === 0) return source;
  const sum = worth.reduce((total, { points }) => total + points, 0);
  return source.replace(/\*\*[\d.]+ points?\.\*\*/, `**${pointWords(sum)}.**`);
}
