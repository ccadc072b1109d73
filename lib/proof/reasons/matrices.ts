import { rational } from "../../math/exact.ts";
import type { Notation } from "../notation.ts";
import { isScalar, scalar } from "../tree.ts";
import { Algebra } from "../normal/algebra.ts";
import { normalForm, writtenOut } from "../normal/form.ts";
import { type Atom, monomial, number, one, shapeOf, subtract, total } from "../normal/sum.ts";
import { canonicalRotation, keyOf, least, turned } from "../normal/word.ts";
import type { Reason } from "./reason.ts";

const matrices = {
  symbols: {
    A: "n x m",
    B: "m x n",
    C: "n x n",
    D: "n x n",
    a: "n",
    b: "n",
    S: "n x n symmetric",
    V: "m x n",
  },
};

export const normAsProduct: Reason = {
  name: "norm as a product",
  statement: "\\lVert a \\rVert^2 = a^\\top a, \\quad \\lVert A \\rVert^2 = \\mathrm{tr}(A^\\top A)",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "norm") return undefined;
      const [v] = a.args;
      const square = v.cols === 1
        ? algebra.multiply(algebra.transpose(v), v)
        : v.rows === 1
        ? algebra.multiply(v, algebra.transpose(v))
        : algebra.trace(algebra.multiply(algebra.transpose(v), v));
      return algebra.power(square, number(rational(1, 2)));
    },
  }),
  check: {
    notation: matrices,
    follows: [["norm(a)^2", "a' a"], ["norm(a - b)^2", "(a - b)' (a - b)"], ["norm(A)^2", "tr(A' A)"]],
    broken: [["norm(a)", "a' a"], ["norm(a + b)^2", "a' a + b' b"], ["norm(a)^2", "b' b"]],
  },
};

export const transposeOfProduct: Reason = {
  name: "transpose of a product",
  statement: "(A B)^\\top = B^\\top A^\\top",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind === "transposed") {
        const [first] = a.word;
        if (a.word.length > 1) {
          return algebra.product([...a.word].reverse().map((letter) => algebra.transpose(one(letter))));
        }
        if (first.kind === "apply" && first.name === "inv") {
          return algebra.power(algebra.transpose(first.args[0]), number(-1));
        }
        if (first.kind === "apply" && first.name === "kron") {
          return algebra.apply("kron", first.args.map((arg) => algebra.transpose(arg)));
        }
      }
      if (a.kind === "closed") {
        const other = turned(a.word, algebra);
        return other && keyOf(other) < keyOf(a.word) ? algebra.closed(other) : undefined;
      }
      return undefined;
    },
  }),
  check: {
    notation: matrices,
    follows: [["(A B)'", "B' A'"], ["(A B a)'", "a' B' A'"], ["a' C b", "b' C' a"], ["(a b')'", "b a'"]],
    broken: [["(C D)'", "C' D'"], ["(C D)'", "D C"], ["a' C b", "b' C a"]],
  },
};

export const scalarIsTrace: Reason = {
  name: "a scalar is its trace",
  statement: "a^\\top b = \\mathrm{tr}(a^\\top b)",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind === "trace" && a.word.length > 0 && a.word[0].rows === 1) return algebra.closed(a.word);
      return a.kind === "apply" && a.name === "tr" && isScalar(a.args[0]) ? a.args[0] : undefined;
    },
  }),
  check: {
    notation: matrices,
    follows: [["a' C b", "tr(a' C b)"], ["a' a b' b", "tr(a' a b' b)"]],
    broken: [["a' C b", "tr(C)"], ["a' b", "tr(a b')"], ["tr(C D)", "tr(C) tr(D)"]],
  },
};

export const cyclicTrace: Reason = {
  name: "cyclic trace",
  statement: "\\mathrm{tr}(A B) = \\mathrm{tr}(B A)",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "trace") return undefined;
      const rotated = canonicalRotation(a.word);
      if (keyOf(rotated) === keyOf(a.word)) return undefined;
      const rows = rotated[0].rows;
      return algebra.trace(algebra.word(rotated, { rows, cols: rows }));
    },
  }),
  check: {
    notation: matrices,
    follows: [["tr(A B)", "tr(B A)"], ["tr(A B C)", "tr(C A B)"], ["tr(C a b')", "tr(b' C a)"]],
    broken: [["tr(A B C)", "tr(C B' A')"], ["tr(C D S)", "tr(D C S)"], ["tr(C D)", "tr(C) tr(D)"]],
  },
};

export const traceOfTranspose: Reason = {
  name: "trace of a transpose",
  statement: "\\mathrm{tr}(A^\\top) = \\mathrm{tr}(A)",
  brings: ["transpose of a product"],
  of: "tr",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "trace") return undefined;
      const other = turned(a.word, algebra);
      if (!other || other.length === 0) return undefined;
      const word = algebra.reasons.has("cyclic trace") ? canonicalRotation(other) : other;
      if (keyOf(least([a.word, word])) === keyOf(a.word)) return undefined;
      const rows = word[0].rows;
      return algebra.trace(algebra.word(word, { rows, cols: rows }));
    },
  }),
  check: {
    notation: matrices,
    follows: [["tr(C')", "tr(C)"], ["tr(B' A')", "tr(A B)"], ["tr((C D)')", "tr(C D)"]],
    broken: [["tr(C' D)", "tr(C D)"], ["tr(C)", "tr(D)"], ["tr(C D S)", "tr(S D C)"]],
  },
};

export const symmetric: Reason = {
  name: "symmetric NAME",
  statement: "S^\\top = S \\text{ for what is declared symmetric}",
  rule: (_, name) => ({
    atom(a, algebra) {
      const letter = a.kind === "transposed" && a.word.length === 1 ? a.word[0] : undefined;
      return letter?.kind === "symbol" && letter.name === name ? algebra.symbol(name, letter) : undefined;
    },
  }),
  refuses(notation, name) {
    const shape = notation.symbols.get(name);
    if (!shape) return `${name} is not a name of this notation`;
    if (isScalar(shape)) return `${name} is a number`;
    return isSymmetric(name, notation) ? undefined : `${name} is not declared symmetric`;
  },
  check: {
    notation: matrices,
    about: "S",
    follows: [["S'", "S"], ["a' S' b", "a' S b"]],
    broken: [["C'", "C"], ["(C S)'", "C S"], ["a' C b", "a' C' b"]],
  },
};

/** Declared so, or by its definition the same as its transpose. */
function isSymmetric(name: string, notation: Notation): boolean {
  if (notation.symbols.get(name)?.symmetric) return true;
  const definition = notation.definitions.get(name);
  if (!definition) return false;
  const declared = [...notation.symbols].filter(([, shape]) => shape.symmetric).map(([symbol]) => symbol);
  const opened = [...notation.definitions].map(([symbol, { tree }]) => ({
    atom: (a: Atom, algebra: Algebra) =>
      a.kind === "symbol" && a.name === symbol ? normalForm(tree, algebra) : undefined,
  }));
  const algebra = new Algebra(notation, [
    transposeOfProduct.rule!(notation, ""),
    ...declared.map((symbol) => symmetric.rule!(notation, symbol)),
    ...opened,
  ]);
  const form = normalForm(definition.tree, algebra);
  return form.key === algebra.transpose(form).key;
}

export const stackColumns: Reason = {
  name: "stack columns",
  statement: "\\mathrm{vec}(A W B) = (B^\\top \\otimes A)\\, \\mathrm{vec}(W)",
  rule: () => ({
    word(word, algebra) {
      const at = word.findIndex((letter, k) =>
        isVec(word[k + 1]) && letter.kind === "apply" && letter.name === "kron"
      );
      if (at < 0) return undefined;
      const [kron, stacked] = [word[at], word[at + 1]];
      if (kron.kind !== "apply" || stacked.kind !== "apply") return undefined;
      const [P, Q] = kron.args;
      const folded = algebra.product([Q, stacked.args[0], algebra.transpose(P)]);
      const before = word.slice(0, at).map(one), after = word.slice(at + 2).map(one);
      return algebra.product([...before, algebra.apply("vec", [folded]), ...after]);
    },
    atom(a, algebra) {
      if (a.kind !== "closed" || a.word.length !== 2) return undefined;
      const [row, column] = a.word;
      if (row.kind !== "transposed" || row.word.length !== 1 || !isVec(row.word[0]) || !isVec(column)) {
        return undefined;
      }
      return algebra.trace(algebra.multiply(algebra.transpose(row.word[0].args[0]), column.args[0]));
    },
  }),
  check: {
    notation: matrices,
    follows: [["vec(C A B)", "kron(B', C) vec(A)"], ["vec(A)' vec(B')", "tr(A' B')"]],
    broken: [["vec(C A B)", "kron(B', C') vec(A)"], ["vec(C A V)", "kron(C, V') vec(A)"]],
  },
};

const isVec = (a: Atom | undefined): a is Atom & { kind: "apply" } => a?.kind === "apply" && a.name === "vec";

export const determinantOfTwo: Reason = {
  name: "determinant of a 2 x 2 matrix",
  statement: "\\det \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} = a d - b c",
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "det" || algebra.notation.functions.has("det")) return undefined;
      const full = writtenOut(a.args[0]);
      if (full.rows !== 2 || full.cols !== 2) return undefined;
      if (!full.terms.every(({ word }) => word.length === 1 && word[0].kind === "unit")) return undefined;
      const entry = (i: number, j: number) =>
        total(
          scalar,
          full.terms.filter(({ word: [u] }) => u.kind === "unit" && u.i === i && u.j === j)
            .map((t) => monomial(t.coefficient, t.powers)),
        );
      return subtract(
        algebra.multiply(entry(1, 1), entry(2, 2)),
        algebra.multiply(entry(1, 2), entry(2, 1)),
      );
    },
  }),
  check: {
    notation: { symbols: { a: "scalar", b: "scalar", c: "scalar", d: "scalar" } },
    follows: [["det([a, b; c, d])", "a d - b c"], ["det([a, b; b, a] - c I)", "(a - c)^2 - b^2"]],
    broken: [["det([a, b; c, d])", "a d + b c"], ["det([a, b; c, d])", "a b - c d"]],
  },
};

export const eigenvalueEquation: Reason = {
  name: "eigenvalue equation",
  statement: "A v = \\lambda v",
  rule: (notation) => ({
    word(word, algebra) {
      for (const [matrix, [value, vector]] of Object.entries(notation.spec.eigen ?? {})) {
        const at = word.findIndex((letter, k) => isNamed(letter, matrix) && isNamed(word[k + 1], vector));
        if (at < 0) continue;
        const rest = [...word.slice(0, at), ...word.slice(at + 1)];
        return algebra.multiply(algebra.symbol(value), algebra.word(rest, shapeOf(rest)));
      }
      return undefined;
    },
  }),
  refuses: (notation) => notation.spec.eigen ? undefined : "no eigenvector is declared here",
  check: {
    notation: { symbols: { C: "n x n", v: "n", u: "n", lambda: "scalar" }, eigen: { C: ["lambda", "v"] } },
    follows: [["C v", "lambda v"], ["C C v", "lambda^2 v"], ["(C - lambda I) v", "0 v"]],
    broken: [["C u", "lambda u"], ["C v", "v"], ["C' v", "lambda v"]],
  },
};

const isNamed = (a: Atom | undefined, name: string) => a?.kind === "symbol" && a.name === name;
