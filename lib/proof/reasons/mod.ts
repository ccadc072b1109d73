import type { Notation } from "../notation.ts";
import { Algebra, type Rule } from "../normal/algebra.ts";
import { bayes, changeOfVariables, definitionOfExpectation, inverseFunctionTheorem } from "./densities.ts";
import { chainRule, derivativeOfTrace, productRule, theDynamics } from "./derivatives.ts";
import {
  definitionOf,
  exponentialOfSum,
  linearityOfExpectation,
  logarithmOfProduct,
} from "./expectations.ts";
import { comparison, divergenceNotNegative, jensen, maximiser, smallestEigenvalue } from "./inequalities.ts";
import {
  cyclicTrace,
  determinantOfTwo,
  eigenvalueEquation,
  normAsProduct,
  scalarIsTrace,
  stackColumns,
  symmetric,
  traceOfTranspose,
  transposeOfProduct,
} from "./matrices.ts";
import type { Reason } from "./reason.ts";

export type { Pair, Reason } from "./reason.ts";

/** For "equal up to a constant": what is left over holds no symbol that moves with θ. */
const freeOfTheta: Reason = {
  name: "free of theta",
  statement: "\\text{what is left over contains no symbol that depends on } \\theta",
  refuses: (notation) => notation.theta.size > 0 ? undefined : "nothing is declared here to depend on theta",
  check: {
    notation: {
      symbols: { z: "scalar", c: "scalar" },
      functions: { lik: ["z"], q: ["z"] },
      theta: ["lik"],
    },
    follows: [
      ["E(z, log(lik(z)))", "E(z, log(lik(z))) + c", "equal up to a constant"],
      ["E(z, lik(z))", "E(z, lik(z)) + E(z, q(z))", "equal up to a constant"],
    ],
    broken: [
      ["E(z, lik(z))", "E(z, lik(z)) + c"],
      ["E(z, lik(z))", "2 E(z, lik(z))", "equal up to a constant"],
      ["c", "c lik(1)", "equal up to a constant"],
    ],
  },
};

/** Every reason by its name; NAME in one stands for a name of the notation. */
export const reasons: Readonly<Record<string, Reason>> = Object.fromEntries(
  [
    normAsProduct,
    transposeOfProduct,
    scalarIsTrace,
    cyclicTrace,
    traceOfTranspose,
    symmetric,
    linearityOfExpectation,
    definitionOf,
    logarithmOfProduct,
    exponentialOfSum,
    bayes,
    freeOfTheta,
    derivativeOfTrace,
    productRule,
    chainRule,
    theDynamics,
    stackColumns,
    changeOfVariables,
    inverseFunctionTheorem,
    definitionOfExpectation,
    jensen,
    divergenceNotNegative,
    smallestEigenvalue,
    maximiser,
    comparison,
    determinantOfTwo,
    eigenvalueEquation,
  ].map((reason) => [reason.name, reason]),
);

/** A reason as it is cited: "symmetric X" is `symmetric NAME` of X. */
export interface Cited {
  readonly text: string;
  readonly reason: Reason;
  /** What NAME stands for; empty where there is none. */
  readonly about: string;
}

/** A reason's name without what does not count in it. */
const bare = (words: string) =>
  words.toLowerCase().replace(/^by /, "").replace(/\b(?:the|an?) /g, "").replace(/^log /, "logarithm ")
    .replace(/ quotient$/, " product").replace(/^(?:integration by )?substitution$/, "change of variables");

/**
 * The reason that a text names; undefined for free words. Case, articles, and blanks at the ends don't matter; Bayes'
 * rule is Bayes, the log of a quotient the logarithm of a product, and substitution the change of variables.
 */
export function cited(text: string): Cited | undefined {
  const words = text.trim().replace(/\s+/g, " ").replace("θ", "theta"), low = words.toLowerCase();
  const own = bare(words), short = own.replace(/(['’]s?)? (rule|theorem|inequality)$/, "");
  const named = Object.values(reasons).find(({ name }) =>
    !name.includes("NAME") && [own, short].includes(bare(name))
  );
  if (named) return { text: named.name, reason: named, about: "" };
  for (const reason of Object.values(reasons)) {
    const [head, tail] = reason.name.split("NAME");
    if (tail === undefined || !low.startsWith(head.toLowerCase())) continue;
    const about = words.slice(head.length).replace(/\(.*\)$/, "").trim();
    if (/^[A-Za-z_]\w*$/.test(about)) return { text: head + about, reason, about };
  }
  return undefined;
}

/** The reasons that a text names, one or several as in "definition of F1, F2 and F12"; none for free words. */
export function citedIn(text: string): readonly Cited[] {
  const one = cited(text);
  if (one) return [one];
  const all: Cited[] = [];
  for (const part of text.trim().split(/\s*(?:[,;·]|\band\b)\s*/).filter(Boolean)) {
    const before = all.at(-1), head = before?.about ? before.text.slice(0, -before.about.length) : undefined;
    const found = cited(part) ?? (head === undefined ? undefined : cited(head + part));
    if (!found) return [];
    all.push(found);
  }
  return all;
}

/**
 * The algebra with these reasons in force, and those that they stand on.
 *
 * @param used gets the texts of the reasons whose own rule rewrote something
 */
export function algebraOf(notation: Notation, given: readonly Cited[], used = new Set<string>()): Algebra {
  const all = new Map(given.map((c) => [c.text, c]));
  for (const { reason } of given) {
    for (const name of reason.brings ?? []) all.set(name, { text: name, reason: reasons[name], about: "" });
  }
  const rules = [...all.values()].flatMap(({ text, reason, about }): Rule[] => {
    const rule = reason.rule?.(notation, about);
    const noted = <T>(found: T | undefined) => (found !== undefined && used.add(text), found);
    return rule
      ? [{
        atom: (a, algebra) => noted(rule.atom?.(a, algebra)),
        word: (word, algebra) => noted(rule.word?.(word, algebra)),
      }]
      : [];
  });
  const under = (names: readonly string[]) => algebraOf(notation, names.flatMap((name) => cited(name) ?? []));
  return new Algebra(notation, rules, new Set(all.keys()), under);
}
