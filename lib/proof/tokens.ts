import type { Span } from "./tree.ts";

/** A formula that can't be read: the sentence says what and marks where. */
export class FormulaError extends RangeError {
  constructor(readonly text: string, readonly at: Span, expected: string, got?: string) {
    const found = got ?? (at.to > at.from ? `“${clip(text.slice(at.from, at.to))}”` : "the end");
    super(
      `Cannot read the formula: expected ${expected}, got ${found} at character ${at.from + 1}: ${
        marked(text, at)
      }`,
    );
  }
}

const clip = (text: string, most = 40) => text.length > most ? `${text.slice(0, most)}…` : text;

/** The text around a place, the place between ▸ and ◂. */
export function marked(text: string, { from, to }: Span): string {
  const start = Math.max(0, from - 30), end = Math.min(text.length, to + 30);
  return `${start > 0 ? "…" : ""}${text.slice(start, from)}▸${clip(text.slice(from, to))}◂${
    text.slice(to, end)
  }${end < text.length ? "…" : ""}`;
}

export interface Token {
  readonly kind: "name" | "number" | "sign";
  readonly text: string;
  readonly at: Span;
}

const LONGEST = 4000;
const MOST_TOKENS = 1200;
const DEEPEST = 60;
/** Signs that are typed, or pasted, in another form. */
const spelled: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "·": "*",
  "′": "'",
  "’": "'",
  "ᵀ": "'",
};
/** Names that mathjs reads as something else. */
export const reserved: ReadonlySet<string> = new Set([
  ...["mod", "to", "in", "and", "xor", "or", "not", "true", "false", "null", "undefined", "NaN", "Infinity"],
  ...["end", "constructor", "prototype", "__proto__"],
]);
const opening: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/**
 * Names, numbers and the signs + - * / ^ ' ( ) [ ] , ; of a formula, with their places: nothing else is let through.
 *
 * @throws FormulaError for any other character, for brackets that do not match, for what is too long or too deep
 */
export function tokens(text: string): Token[] {
  if (typeof text !== "string") {
    throw new TypeError(
      `Cannot read the formula: expected a text, got ${text === null ? "null" : typeof text}`,
    );
  }
  if (text.length > LONGEST) {
    throw new FormulaError(
      text,
      { from: LONGEST, to: LONGEST + 1 },
      `at most ${LONGEST} characters`,
      `${text.length}`,
    );
  }
  const found: Token[] = [], open: Token[] = [];
  const pattern =
    /\s+|([\p{L}_][\p{L}\p{N}_]*)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([-+*/^'()[\],;−–·′’])|(.)/gsuy;
  for (const match of text.matchAll(pattern)) {
    const at = { from: match.index, to: match.index + match[0].length };
    if (match[4] !== undefined) {
      const got = match[4] === "\\" ? "LaTeX's “\\”" : undefined;
      throw new FormulaError(text, at, "a name, a number or one of + - * / ^ ' ( ) [ ] , ;", got);
    }
    if (match[1] !== undefined && reserved.has(match[1])) {
      throw new FormulaError(text, at, "a name that means nothing else");
    }
    if (match[1] !== undefined) found.push({ kind: "name", text: match[1], at });
    else if (match[2] !== undefined) found.push({ kind: "number", text: match[2], at });
    else if (match[3] !== undefined) {
      const sign = Object.hasOwn(spelled, match[3]) ? spelled[match[3]] : match[3];
      const token: Token = { kind: "sign", text: sign, at };
      if (sign === "'" && !endsOperand(found.at(-1))) {
        throw new FormulaError(text, at, "something before the ′");
      }
      if (sign in opening) open.push(token);
      if (open.length > DEEPEST) {
        throw new FormulaError(text, at, `at most ${DEEPEST} brackets in each other`);
      }
      if (sign === ")" || sign === "]") {
        const begun = open.pop();
        if (!begun) throw new FormulaError(text, at, "no closing bracket without an opening one");
        if (opening[begun.text] !== sign) {
          throw new FormulaError(text, at, `“${opening[begun.text]}” for “${begun.text}”`);
        }
      }
      found.push(token);
    }
  }
  const left = open.at(-1);
  if (left) throw new FormulaError(text, left.at, `a closing “${opening[left.text]}” for this bracket`);
  if (found.length > MOST_TOKENS) {
    throw new FormulaError(text, found[MOST_TOKENS].at, `at most ${MOST_TOKENS} names, numbers and signs`);
  }
  if (found.length === 0) throw new FormulaError(text, { from: 0, to: 0 }, "a formula", "nothing");
  return found;
}

/** Whether something that can be multiplied or transposed ends here. */
function endsOperand(token: Token | undefined): boolean {
  return token !== undefined &&
    (token.kind !== "sign" || token.text === ")" || token.text === "]" || token.text === "'");
}
