import { parse } from "./parse.ts";
import { shapeOf, shapeWords } from "./shapes.ts";
import { nameTex } from "./tex.ts";
import { reserved } from "./tokens.ts";
import { isScalar, type Shape, type Tree } from "./tree.ts";

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
  /** { z: "q" }: the law a name of an expectation is drawn from (default: q, where a function q takes that name). */
  readonly laws?: Readonly<Record<string, string>>;
  /** { best: "elbo" }: elbo(best) is at least elbo of anything else. */
  readonly maximisers?: Readonly<Record<string, string>>;
  /** { A: ["lambda", "v"] }: A v = lambda v. */
  readonly eigen?: Readonly<Record<string, readonly [value: string, vector: string]>>;
  /** { lambda0: "H" }: no eigenvalue of the symmetric H is smaller (default where both are declared). */
  readonly bounds?: Readonly<Record<string, string>>;
  /** { w0: "w" }: where a flow starts. */
  readonly starts?: Readonly<Record<string, string>>;
  /** Functions that are densities (default: q, prior, post, pX, pU, pF, pBack). */
  readonly densities?: readonly string[];
  /** Symbols and functions that depend on θ. */
  readonly theta?: readonly string[];
  /** How names are typeset: { Wp: "W_p", "lik(z)": "p_\\theta(x \\mid z)", E: "\\mathbb{E}_q" }. */
  readonly tex?: Readonly<Record<string, string>>;
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
  /** Degrees of names whose values are computed from others that were drawn (default 1): measured, see `proof`. */
  readonly drawn: ReadonlyMap<string, number>;
}

/** Names by kinds, checked, with everything that is text in them parsed. */
export function notation(spec: NotationSpec): Notation {
  const symbols = new Map<string, Shape>();
  let imaginary: string | undefined;
  for (const [name, kind] of Object.entries(spec.symbols ?? {})) {
    checkName(name);
    if (kind === "imaginary unit" && name !== "i") throw fault(name, "i as the name of the imaginary unit");
    if (kind === "imaginary unit") imaginary = name;
    else symbols.set(name, kindOf(name, kind));
  }
  const functions = new Map<string, readonly string[]>();
  for (const [name, parameters] of Object.entries(spec.functions ?? {})) {
    checkName(name);
    if (symbols.has(name)) throw fault(name, "a name that is no symbol already");
    if (!Array.isArray(parameters) || parameters.length === 0) {
      throw fault(name, "the names of its arguments, as a list");
    }
    functions.set(name, parameters);
  }
  const definitions = new Map<string, Definition>();
  const made = {
    ...{ spec, symbols, functions, definitions, averages: [], dynamics: [] },
    ...(imaginary === undefined ? {} : { imaginary }),
    theta: new Set(spec.theta ?? []),
    tex: new Map(Object.entries(spec.tex ?? {})),
    drawn: new Map<string, number>(),
  };
  for (const [name, text] of Object.entries(spec.definitions ?? {})) {
    checkName(name);
    if (functions.has(name)) throw fault(name, "a name that is no function already");
    const tree = parse(text, made);
    const declared = symbols.get(name);
    if (declared && (declared.rows !== tree.shape.rows || declared.cols !== tree.shape.cols)) {
      throw fault(name, `${shapeWords(declared)} as its definition`, shapeWords(tree.shape));
    }
    symbols.set(name, declared ?? tree.shape);
    definitions.set(name, { text, tree });
  }
  const read = new Map<string, string>();
  for (const name of [...Object.keys(spec.symbols ?? {}), ...definitions.keys()]) {
    const tex = made.tex.get(name) ?? nameTex(name), other = read.get(tex);
    // e^x is what exp(x) reads as, for a number e; I is the identity
    const isE = tex === "e" && isScalar(symbols.get(name)!);
    const taken = other !== undefined && other !== name ? other : isE ? "exp" : tex === "I" ? "I" : undefined;
    if (taken !== undefined) throw fault(name, `a name that reads otherwise than “${taken}”`);
    read.set(tex, name);
  }
  for (const name of made.theta) {
    if (!symbols.has(name) && !functions.has(name)) throw fault(name, "a declared name in theta");
  }
  return {
    ...made,
    averages: Object.entries(spec.averages ?? {}).map(([text, value]) => ({
      text,
      body: parse(text, made),
      value: parse(value, made),
    })),
    dynamics: Object.entries(spec.dynamics ?? {}).map(([text, rate]) => {
      const motion = parse(text, made);
      if (motion.op !== "derivative" || motion.body.op !== "symbol") {
        throw fault(text, "a symbol's motion such as d(w, t)");
      }
      return { text, of: motion.body.name, by: motion.by, rate: parse(rate, made) };
    }),
  };
}

const fault = (name: string, expected: string, got?: string) =>
  new RangeError(
    `Cannot make a notation: expected ${expected}, got ${got === undefined ? "" : `${got} for `}“${
      name.slice(0, 60)
    }”`,
  );

function checkName(name: string): void {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || reserved.has(name)) {
    throw fault(name, "a name of letters and digits that means nothing else");
  }
}

function kindOf(name: string, kind: string): Shape {
  const shape = typeof kind === "string" ? shapeOf(kind) : undefined;
  if (!shape) throw fault(name, "a kind such as scalar, n1, n2 x n1 or n1 x n1 symmetric", `“${kind}”`);
  return shape;
}
