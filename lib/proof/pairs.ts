import type { Value } from "../math/difference.ts";
import { variants } from "./edits.ts";
import { printOf, samePrint } from "./prints.ts";
import type { Named } from "./naming.ts";
import { notation } from "./notation.ts";
import { parse } from "./parse.ts";
import { anchored, type Reference, type ValueQuestion } from "./question.ts";
import { weighed } from "./points.ts";
import { plainAnswer } from "./reading.ts";
import { valued } from "./strength.ts";
import { isScalar, nodes, type Tree } from "./tree.ts";
import { opened, says, throughout, type Wider, wider, type WiderKind } from "./wider.ts";

/** Two slips in one answer: what two edits make of what is right. */

/** More pairs than this are not tried: of numbers, of matrices, of sums over samples. */
const MOST = { numbers: 60_000, matrices: 12_000, sums: 5_000 };
const SAMPLE = 6;

/** Where there are too many edits for all pairs: those that are made most. */
const TELLING: ReadonlySet<WiderKind> = new Set(["sign", "factor", "symbol", "transpose", "term dropped"]);
const WHOLE: ReadonlySet<WiderKind> = new Set(["throughout", "exchange", "transpose", "point", "sign"]);

/** The kinds of two slips whose values these are: of the first such pair, where there are several. */
export function pairOf(
  question: ValueQuestion<unknown>,
  reference: Reference,
  given: readonly Value[],
  cases: readonly unknown[],
): Named | undefined {
  if (reference.also) return undefined;
  const names = notation(reference.notation);
  const valueAt = (tree: Tree, i: number): Value | undefined => {
    const args = question.arguments!(cases[i]) as never[],
      value = valued(tree, names, reference.scope(...args));
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
  const sample = given.slice(0, SAMPLE);
  const printsOf = (values: readonly Value[]) => printOf(question, values, cases) as number[];
  const wanted = printsOf(sample);
  const agrees = (tree: Tree) => {
    const values: Value[] = [];
    // most differ at the first of a few
    return sample.every((_, i) => {
      const value = valueAt(tree, i);
      if (value === undefined) return false;
      values.push(value);
      return samePrint(printsOf(anchored(question, values, cases)).slice(-1), [wanted[i]], 1e-9);
    });
  };
  const edited = (tree: Tree): Wider[] => [...variants(tree, names)];
  const all = (tree: Tree) => [...edited(tree), ...wider(tree, names)];
  const wholly = (tree: Tree) => [...throughout(tree, names)].filter(({ kind }) => WHOLE.has(kind));
  for (const { tree, words } of pairs()) {
    if (agrees(tree)) {
      return {
        name: "two slips",
        says: `Two slips at once, such as these. ${[...new Set(words)].join(" ")}`,
      };
    }
  }
  return undefined;

  function* pairs(): Generator<{ tree: Tree; words: readonly string[] }> {
    const [right] = reference.formulas;
    if (right !== undefined) yield* twoEdits(opened(parse(right, names), names));
    // a known slip, and one more
    for (const [known, texts] of Object.entries(reference.wrong ?? {})) {
      for (const text of texts) {
        const wrong = opened(parse(text, names), names);
        for (const { tree, kind } of [...edited(wrong), ...wholly(wrong), ...weighed(wrong)]) {
          yield { tree, words: [known, says[kind]] };
        }
      }
    }
  }

  function* twoEdits(right: Tree): Generator<{ tree: Tree; words: readonly string[] }> {
    const lists = listsFor(right);
    const both = (first: Wider, second: Wider) => ({
      tree: second.tree,
      words: [says[first.kind], says[second.kind]],
    });
    for (const first of lists?.[0](right) ?? []) {
      for (const second of lists![1](first.tree)) yield both(first, second);
    }
    if (lists?.[0] === all) return;
    // what is mistaken throughout, and one more slip
    for (const first of wholly(right)) {
      for (const second of [...edited(first.tree), ...wholly(first.tree)]) yield both(first, second);
    }
  }

  /** The most edits of edits that can be tried. */
  function listsFor(right: Tree) {
    const familiar = (tree: Tree) => all(tree).filter(({ kind }) => kind !== "stranger");
    const telling = (tree: Tree) => edited(tree).filter(({ kind }) => TELLING.has(kind));
    const most = MOST[
      nodes(right).some(({ op }) => op === "bind")
        ? "sums"
        : [...names.symbols.values()].every(isScalar)
        ? "numbers"
        : "matrices"
    ];
    return [[all, all], [familiar, familiar], [edited, all], [edited, edited], [telling, telling]]
      .find(([first, second]) => first(right).length * second(right).length <= most);
  }
}
