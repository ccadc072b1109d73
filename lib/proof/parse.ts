import { type MathNode, parse as parseMath } from "mathjs";
import { build } from "./build.ts";
import type { Notation } from "./notation.ts";
import { settled } from "./settle.ts";
import { FormulaError, type Token, tokens } from "./tokens.ts";
import { builtins, type Shape, type Tree } from "./tree.ts";

/** What binds a name: E(z, …), sum(z, …), integral(u, …), d(…, W). */
const binders: ReadonlySet<string> = new Set(["E", "sum", "integral", "d"]);

/**
 * A formula's text as a tree: read by mathjs, held against the grammar of lines, every name known and every shape
 * fitting. Brackets that do more than order (in a sum of sums) are kept.
 *
 * @param bound shapes of names that are bound outside the text
 * @throws FormulaError that names what was expected, what came, and where
 */
export function parse(text: string, notation: Notation, bound: ReadonlyMap<string, Shape> = new Map()): Tree {
  const read = tokens(text);
  try {
    return settled(build(nodesOf(text, read, notation), { text, notation, read, bound }), text);
  } catch (cause) {
    if (cause instanceof FormulaError || !(cause instanceof RangeError)) throw cause;
    // the stack's end, at a tower of signs
    throw new FormulaError(text, read[read.length - 1].at, "fewer signs on top of each other");
  }
}

/** mathjs's tree of the tokens. It has no places; but its names and numbers come in the order of the text. */
function nodesOf(text: string, read: readonly Token[], notation: Notation): MathNode {
  const starts: number[] = [];
  let joined = "";
  for (const word of spelt(read, notation)) {
    starts.push(joined.length);
    joined += `${word} `;
  }
  try {
    return parseMath(joined);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    const char = cause instanceof Error && "char" in cause ? Number(cause.char) - 1 : joined.length;
    const k = starts.findLastIndex((start) => start <= char);
    const at = char >= joined.length - 1 || k < 0 ? { from: text.length, to: text.length } : read[k].at;
    const uneven = cause instanceof Error && cause.message.includes("dimensions");
    const expected = uneven
      ? "rows of one length"
      : "a name, a number or a bracket that continues the formula";
    throw new FormulaError(text, at, expected);
  }
}

/**
 * How the tokens are passed on. mathjs reads `W (X)'` as the transpose of W called with X, and `A [d; g]` as an entry
 * of A: a symbol before a bracket, and a matrix, get brackets of their own, so that they are factors.
 */
function spelt(read: readonly Token[], notation: Notation): string[] {
  const matrices: boolean[] = [];
  const words = read.map(({ text }, k) => {
    if (text === "[") {
      const isRow = matrices.length > 0 && ["[", ",", ";"].includes(read[k - 1].text);
      matrices.push(!isRow);
      return isRow ? "[" : "([";
    }
    return text === "]" && matrices.pop() ? "])" : text;
  });
  // from the end, as brackets that a name gets stand behind the name before it
  for (let k = read.length - 2; k >= 0; k--) {
    if (read[k].kind === "name" && words[k + 1].startsWith("(") && !isCalled(read, k, notation)) {
      words[k] = `(${words[k]})`;
    }
  }
  return words;
}

/** Whether the name at `k`, with a bracket behind it, is called: a function, or a binder that is no symbol here. */
function isCalled(read: readonly Token[], k: number, notation: Notation): boolean {
  const { text } = read[k];
  if (read[k + 1].text !== "(") return false;
  if (binders.has(text)) return !notation.symbols.has(text) || hasComma(read.slice(k + 1));
  return notation.functions.has(text) || builtins.has(text) && !notation.symbols.has(text);
}

/** Whether a comma stands between the first bracket and its end, outside inner brackets. */
function hasComma(read: readonly Token[]): boolean {
  let depth = 0;
  for (const { text } of read) {
    if (text === "(" || text === "[") depth++;
    if (text === ")" || text === "]") depth--;
    if (depth === 0) return false;
    if (depth === 1 && text === ",") return true;
  }
  return false;
}
