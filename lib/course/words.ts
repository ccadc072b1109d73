/** Numbers as a sentence says them. */

const words = "no one two three four five six seven eight nine ten eleven twelve".split(" ");

/** "seven" for 7; digits from 13 on. */
export const inWords = (n: number): string => words[n] ?? String(n);

/** A number as TeX: halves as fractions. */
export const numberTex = (x: number): string =>
  Math.abs(x) === 0.5 ? `${x < 0 ? "-" : ""}\\tfrac12` : String(x);
