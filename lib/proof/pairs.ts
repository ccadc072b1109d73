import type { Value } from "../math/difference.ts";
import { edits } from "./edits.ts";
import { fingerprint, samePrint } from "./prints.ts";
import type { Named } from "./naming.ts";
import { notation } from "./notation.ts";
import { parse } from "./parse.ts";
import { FormulaError } from "./tokens.ts";
import type { Reference, ValueQuestion } from "./question.ts";
import { plainAnswer } from "./reading.ts";
import { valued } from "./strength.ts";
import type { Tree } from "./tree.ts";
import { opened, says, throughout, wider, type WiderKind } from "./wider.ts";
import { write } from "./write.ts";

/** Two slips in one answer: what two edits make of what is right. */

/** More pairs than this are not tried: the wider slips go first. */
const MOST = 12_000, SAMPLE = 6;

/** Where there are too many edits for all pairs: those that are made most. */
const TELLING: ReadonlySet<WiderKind> = new Set(["sign", "factor", "symbol", "transpose", "term dropped"]);
const WHOLE: ReadonlySet<WiderKind> = new Set(["throughout", "exchange", "transpose"]);

interface Slipped {
  readonly tree: Tree;
  readonly kind: WiderKind;
}

/**
 * The kinds of two slips whose values these are: of the first such pair, where there are several.
 *
 * @param argsOf what the answer was called with on an instance
 */
export function pairOf(
  question: ValueQuestion<unknown>,
  reference: Reference,
  given: readonly Value[],
  cases: readonly unknown[],
  argsOf: (index: number) => readonly unknown[],
): Named | undefined {
  if (question.sharesConstant || reference.formulas.length === 0) return undefined;
  const names = notation(reference.notation);
  const valueAt = (tree: Tree, i: number): Value | undefined => {
    const args = argsOf(i) as never[], value = valued(tree, names, reference.scope(...args));
    if (value === undefined) return undefined;
    try {
      return question.read(
        plainAnswer(reference.answer ? reference.answer(value, ...args) : value).value,
        cases[i],
      );
    } catch {
      return undefined;
    }
  };
  const printOf = (value: Value, i: number) =>
    fingerprint([question.canonical?.(value, cases[i]) ?? value])[0];
  const sample = given.slice(0, SAMPLE), wanted = sample.map(printOf);
  const agrees = (tree: Tree) =>
    wanted.every((x, i) => {
      const value = valueAt(tree, i);
      return value !== undefined && samePrint([x], [printOf(value, i)], 1e-9);
    });
  for (const { tree, kinds } of pairs(opened(parse(reference.formulas[0], names), names))) {
    if (agrees(tree)) {
      const words = [...new Set(kinds.map((kind) => says[kind]))];
      return { name: "two slips", says: `Two slips at once, such as these. ${words.join(" ")}` };
    }
  }
  return undefined;

  /** None where what a slip made is no text that can be read again, as kron(X, I' I). */
  function editsOf(tree: Tree): Slipped[] {
    try {
      return edits(write(tree), names);
    } catch (cause) {
      if (cause instanceof FormulaError) return [];
      throw cause;
    }
  }

  function* pairs(right: Tree): Generator<{ tree: Tree; kinds: readonly WiderKind[] }> {
    const lists: readonly ((tree: Tree) => Slipped[])[] = [
      (tree) => [...editsOf(tree), ...wider(tree, names)],
      (tree) => [...editsOf(tree), ...wider(tree, names)].filter(({ kind }) => kind !== "stranger"),
      editsOf,
      (tree) => editsOf(tree).filter(({ kind }) => TELLING.has(kind)),
    ];
    const both = (first: Slipped, second: Slipped) => ({
      tree: second.tree,
      kinds: [first.kind, second.kind],
    });
    const single = lists.find((list) => list(right).length ** 2 <= MOST);
    for (const first of single?.(right) ?? []) {
      for (const second of single!(first.tree)) yield both(first, second);
    }
    // what is mistaken throughout, and one more slip
    if (single === lists[0]) return;
    const wholly = (tree: Tree) => [...throughout(tree, names)].filter(({ kind }) => WHOLE.has(kind));
    for (const first of wholly(right)) {
      for (const second of [...editsOf(first.tree), ...wholly(first.tree)]) yield both(first, second);
    }
  }
}
