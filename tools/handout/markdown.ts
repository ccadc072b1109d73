/** Formulas in Markdown: taken out before another program turns it into HTML, put back as MathML behind it. */
import { glued, mathml, plainMath } from "lib/show/tex.ts";

export type Formula = { tex: string; display: boolean };

/** Code (which may hold a dollar) or a formula, whichever comes first. */
const codeOrFormula = /(```[^]*?(?:```|$)|~~~[^]*?(?:~~~|$)|(`+)[^]*?\2)|\$\$([^]+?)\$\$|\$([^$]+?)\$/g;

/** A word that no Markdown changes and no prose holds. */
const word = (n: number) => `sywformula${n}end`;
const words = /sywformula(\d+)end/g;

/**
 * Markdown with a word in the place of each formula.
 *
 * @param formulas gets the formulas, in the order of their numbers
 */
export function takeFormulas(markdown: string, formulas: Formula[]): string {
  return markdown.replace(
    codeOrFormula,
    (all, code: string | undefined, _, display: string | undefined, inline: string) => {
      if (code !== undefined) return all;
      return word(formulas.push({ tex: (display ?? inline).trim(), display: display !== undefined }) - 1);
    },
  );
}

/**
 * HTML with each word replaced by its formula: as MathML in text, as plain text in attributes. A displayed formula
 * gets a line of its own.
 *
 * @throws Error that names a formula which can't be typeset
 */
export function putFormulas(html: string, formulas: readonly Formula[]): string {
  const typesetHtml = html
    .replace(/<p>\s*(sywformula\d+end)\s*<\/p>/g, (all, one: string) => {
      const { display } = formulas[Number(one.match(/\d+/)![0])];
      return display ? `<div class="display">${one}</div>` : all;
    })
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(words, (_, n) => plainMath(formulas[Number(n)].tex)))
    .replace(words, (_, n) => typeset(formulas[Number(n)]));
  return glued(typesetHtml);
}

function typeset({ tex, display }: Formula): string {
  try {
    return mathml(tex, { display });
  } catch (error) {
    throw new Error(
      `Cannot typeset ${display ? `$$${tex}$$` : `$${tex}$`}: ${(error as Error).message.split("\n")[0]}`,
    );
  }
}
