/** Solutions stand between a line with `BEGIN SOLUTION` and one with `END SOLUTION`, in any comment style. */

const begin = "BEGIN SOLUTION";
const end = "END SOLUTION";

/** A marker without its partner. */
export class MarkerFault extends Error {}

/**
 * The text without what stands between markers, and without the markers.
 *
 * @param text a cell or a file
 * @param where its name, for the message: "04_gan.ipynb, cell answer-A"
 * @param stub what stands there instead, at the marker's indentation; nothing when left out
 * @returns the text, and the solutions that were cut
 * @throws MarkerFault for a marker without its partner, naming the line
 */
export function cutSolutions(text: string, where: string, stub?: string): { text: string; cut: string[] } {
  const kept: string[] = [], cut: string[] = [];
  let solution: string[] | undefined, opened = 0;
  for (const [i, line] of text.split("\n").entries()) {
    const begins = line.includes(begin), ends = line.includes(end);
    if (begins && ends || begins && solution || ends && !solution) {
      throw new MarkerFault(
        `Cannot cut the solution of ${where}: expected ${
          solution ? `“${end}” after line ${opened}` : `“${begin}” first`
        }, got “${line.trim()}” in line ${i + 1}`,
      );
    }
    if (begins) {
      solution = [];
      opened = i + 1;
      if (stub !== undefined) kept.push((/^\s*/.exec(line)?.[0] ?? "") + stub);
    } else if (ends) {
      cut.push(solution!.join("\n"));
      solution = undefined;
    } else (solution ?? kept).push(line);
  }
  if (solution) {
    throw new MarkerFault(
      `Cannot cut the solution of ${where}: expected “${end}” after line ${opened}, got the end of the text`,
    );
  }
  return { text: kept.join("\n"), cut };
}

/** The text with its solutions and without the lines that mark them. */
export function withoutMarkers(text: string): string {
  return text.split("\n").filter((line) => !line.includes(begin) && !line.includes(end)).join("\n");
}

export const hasMarkers = (text: string): boolean => text.includes(begin) || text.includes(end);
