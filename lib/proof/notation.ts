import type { Shape, Tree } from "./tree.ts";

/** What a subject's names are, said once. */
export interface NotationSpec {
  /**
   * Kind of every symbol: "scalar", "n1" (a vector), "n2 x n1", "n1 x n1 symmetric", "2 x 2", or "imaginary unit".
   * Bound variables that are vectors are declared here too; one that is not declared is a scalar.
   */
  readonly symbols: Readonly<Record<string, string>>;
  /** Scalar functions by their arguments: { lik: ["z"] }. */
  readonly functions?: Readonly<Record<string, readonly string[]>>;
  /** What a symbol stands for: { F1: "W (X + Xprime) W'" }; a later one may use an earlier one. */
  readonly definitions?: Readonly<Record<string, string>>;
  /** { "f1 f2'": "F12" }: E(f1, f2, f1 f2') = F12. */
  readonly averages?: Readonly<Record<string, string>>;
  /** { "d(w, t)": "-H w" }: how a symbol moves. */
  readonly dynamics?: Readonly<Record<string, string>>;
  /** Symbols and functions that depend on θ. */
  readonly theta?: readonly string[];
  /** How names are typeset: { Wp: "W_p", "lik(z)": "p_\\theta(x \\mid z)", E: "\\mathbb{E}_q" }. */
  readonly tex?: Readonly<Record<string, string>>;
  /** Degree of a symbol whose instances are computed from others, such as a second moment (default 1). */
  readonly degrees?: Readonly<Record<string, number>>;
}

export interface Definition {
  readonly text: string;
  readonly tree: Tree;
}

/** A notation with everything in it parsed. */
export interface Notation {
  readonly spec: NotationSpec;
  /** Declared symbols and definitions. */
  readonly symbols: ReadonlyMap<string, Shape>;
  /** The name of the imaginary unit, where one is declared. */
  readonly imaginary?: string;
  readonly functions: ReadonlyMap<string, readonly string[]>;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** E of `body` (over its bound variables) is `value`. */
  readonly averages: readonly { readonly body: Tree; readonly value: Tree; readonly text: string }[];
  /** d(of, by) = rate. */
  readonly dynamics: readonly {
    readonly of: string;
    readonly by: string;
    readonly rate: Tree;
    readonly text: string;
  }[];
  readonly theta: ReadonlySet<string>;
  readonly tex: ReadonlyMap<string, string>;
  readonly degrees: ReadonlyMap<string, number>;
}
