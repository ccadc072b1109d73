import type { Field } from "../math/field.ts";
import { degreeOf } from "./degree.ts";
import type { Notation } from "./notation.ts";
import { parse } from "./parse.ts";
import { texOf } from "./tex.ts";
import { freeNames, type Tree } from "./tree.ts";
import { type Scope, valueOf } from "./value.ts";

/** One text, read once: what is typeset is what is computed. */
export interface Formula {
  readonly text: string;
  readonly tree: Tree;
  readonly tex: string;
  /** Names that stand free in it: symbols, definitions, functions. */
  readonly symbols: string[];
  /** Total degree as a polynomial in the values of its symbols; Infinity where it is none. */
  readonly degree: number;
  /** Its value at a scope: an element of the field, a list for a vector, rows for a matrix. */
  value(scope: Scope): number | number[] | number[][];
  value<T>(scope: Scope, field: Field<T>): T | T[] | T[][];
}

/**
 * Reads a formula in a notation.
 *
 * @throws FormulaError with the place, for what is no formula of this notation
 */
export function formula(text: string, notation: Notation): Formula {
  return formulaOf(parse(text, notation), notation, text);
}

/** The same of a tree that is there already. */
export function formulaOf(tree: Tree, notation: Notation, text: string): Formula {
  return {
    text,
    tree,
    get tex() {
      return texOf(tree, notation);
    },
    get symbols() {
      return [...freeNames(tree)].sort();
    },
    get degree() {
      return degreeOf(tree, notation);
    },
    value: (scope: Scope, field?: Field<unknown>) => valueOf(tree, notation, scope, field) as never,
  };
}
