import { slot } from "./slots.ts";

/**
 * Mathematics in Markdown, kept out of a formatter's reach. `deno fmt` reads `$$ … $$` as prose: a line that starts
 * with `+`, `-`, `#`, `>` or `1.` becomes a list, a heading or a quotation, and a bar in a table cuts `$|x|$` in two.
 */

type Span = { start: number; end: number };

/** Code and escapes, which are passed over, slots, and the four ways to write a formula; none crosses an empty line. */
const sameParagraph = String.raw`(?!\n[^\S\n]*\n)`;
const token = new RegExp(
  [
    String
      .raw`^ {0,3}(?<fence>${"`"}{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[^\S\n]*\k<fence>[${"`"}~]*[^\S\n]*$|$(?![\s\S]))`,
    String.raw`(?<ticks>${"`"}+)(?!${"`"})[\s\S]*?[^${"`"}]\k<ticks>(?!${"`"})`,
    String.raw`\\[$${"`"}]`,
    `(?<slot>${slot.source})`,
    String.raw`(?<block>\$\$(?:(?!\$\$)${sameParagraph}[\s\S])+\$\$)`,
    String.raw`(?<inline>\$(?:\\[\s\S]|${sameParagraph}[^$\\])+\$)`,
    String.raw`(?<bracket>\\\\(?:\[(?:${sameParagraph}[\s\S])+?\\\\\]|\((?:${sameParagraph}[\s\S])+?\\\\\)))`,
    String.raw`(?<environment>\\begin\{(?<name>[a-z]+\*?)\}(?:${sameParagraph}[\s\S])*?\\end\{\k<name>\})`,
  ].join("|"),
  "gm",
);

/** The formulas in a text of Markdown, in order, and its slots. */
export function formulas(markdown: string): string[] {
  return spans(markdown).map(({ start, end }) => markdown.slice(start, end));
}

function spans(markdown: string): Span[] {
  return [...markdown.matchAll(token)]
    .filter(({ groups: g = {} }) => g.slot ?? g.block ?? g.inline ?? g.bracket ?? g.environment)
    .map(({ index, 0: text }) => ({ start: index, end: index + text.length }));
}

/** Private characters of Unicode stand for formulas, each for one, repeated to the formula's width. */
const firstMark = 0xe000, lastMark = 0xf8ff;
const marks = /([\ue000-\uf8ff])\1*/g;

/** A text whose formulas are hidden, and the way back. */
export type Hidden = { text: string; restore(formatted: string): string };

/**
 * Puts a word of private characters in every formula's place.
 *
 * @throws RangeError when the text holds such characters itself, or more than 6,400 formulas, or a slot whose marks show
 */
export function hideMathematics(markdown: string): Hidden {
  const found = spans(markdown);
  if (/[\ue000-\uf8ff]/.test(markdown) || found.length > lastMark - firstMark) {
    throw new RangeError(
      "Cannot format Markdown: expected no private characters of Unicode and at most 6,400 formulas",
    );
  }
  for (const { index, 1: mark, 3: gap } of markdown.matchAll(slot)) {
    const inside = !found.some(({ start }) => start === index);
    // Markdown takes the rest of a line that begins with a comment as it is
    const begins = gap === "" &&
      indentation(markdown, index) === index - markdown.lastIndexOf("\n", index - 1) - 1;
    if (inside || begins) {
      const place = inside ? "it around a formula or code" : "a line of its own for the mark that begins one";
      throw new RangeError(`Cannot fill a slot: expected ${place}, got ${mark}`);
    }
  }
  let text = "", at = 0;
  const indentations: number[] = [];
  for (const [i, { start, end }] of found.entries()) {
    const shown = markdown.slice(start, end).replace(slot, "$4");
    const width = Math.max(...shown.split("\n").map((line) => line.length));
    text += markdown.slice(at, start);
    indentations.push(indentation(text, text.length));
    text += String.fromCharCode(firstMark + i).repeat(width);
    at = end;
  }
  text += markdown.slice(at);
  return {
    text,
    restore: (formatted) =>
      formatted.replace(marks, (mark, _character, index: number) => {
        const i = mark.charCodeAt(0) - firstMark;
        const formula = markdown.slice(found[i].start, found[i].end);
        return reindent(formula, indentation(formatted, index) - indentations[i]);
      }),
  };
}

/** The column where the text of a line or list item begins, for the line in which `index` lies. */
function indentation(text: string, index: number): number {
  const line = text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
  return /^(\s|[-*+] |\d+[.)] )*/.exec(line)?.[0].length ?? 0;
}

/** Moves all lines of a formula but the first, to follow the list item they stand in. */
function reindent(formula: string, shift: number): string {
  if (shift > 0) return formula.replace(/\n(?=[^\n])/g, `\n${" ".repeat(shift)}`);
  return formula.replace(new RegExp(`\\n {0,${-shift}}`, "g"), "\n");
}
