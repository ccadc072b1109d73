import { rational } from "../../math/exact.ts";
import { isScalar, scalar, type Shape } from "../tree.ts";
import { times } from "../shapes.ts";
import type { Algebra } from "./algebra.ts";
import { asNumber, asTerm, monomial, negate, number, ofWord, spread, type Sum, total } from "./sum.ts";

/** A function of normal forms: linear ones term by term; of exp and log one sign stands for both. */
export function functionSum(algebra: Algebra, name: string, args: readonly Sum[]): Sum {
  if (algebra.notation.functions.has(name)) return algebra.atom({ kind: "apply", name, args });
  const [a, b] = args;
  switch (name) {
    case "tr":
      return algebra.trace(a);
    case "vec": {
      const shape = { rows: times(a.rows, a.cols), cols: 1 };
      if (a.cols === 1) return a;
      return perTerm(algebra, a, shape, (x) => algebra.atom({ kind: "apply", name, args: [x] }, shape));
    }
    case "kron": {
      const shape = { rows: times(a.rows, b.rows), cols: times(a.cols, b.cols) };
      if (isScalar(a) || isScalar(b)) return algebra.multiply(a, b);
      const pair = (x: Sum, y: Sum) => algebra.atom({ kind: "apply", name, args: [x, y] }, shape);
      return perTerm(algebra, a, shape, (x) => perTerm(algebra, b, shape, (y) => pair(x, y)));
    }
    case "inv":
      return algebra.power(a, number(-1));
    case "sqrt":
      return algebra.power(a, number(rational(1, 2)));
    case "exp":
      return exponential(algebra, a);
    case "log":
      return logarithm(algebra, a);
    case "norm":
      return a.terms.length === 0 ? number(0) : algebra.atom({ kind: "apply", name, args: [a] });
    default: {
      const shape = name === "diag" ? { rows: a.rows, cols: a.rows } : scalar;
      return algebra.atom({ kind: "apply", name, args }, shape);
    }
  }
}

/** log a; log(1 / a) = −log a, so that one of the two stands for both. */
export function logarithm(algebra: Algebra, a: Sum): Sum {
  const lead = asTerm(a)?.powers[0];
  if (asNumber(a)?.equals(1)) return number(0);
  return lead && lead.exponent < 0
    ? negate(algebra.atom({ kind: "apply", name: "log", args: [algebra.power(a, number(-1))] }))
    : algebra.atom({ kind: "apply", name: "log", args: [a] });
}

/** e^a; e^{−s} = 1 / e^s. */
function exponential(algebra: Algebra, a: Sum): Sum {
  if (a.terms.length === 0) return number(1);
  return a.terms[0].coefficient.s < 0n
    ? algebra.power(algebra.atom({ kind: "apply", name: "exp", args: [negate(a)] }), number(-1))
    : algebra.atom({ kind: "apply", name: "exp", args: [a] });
}

/** A function that is linear in a matrix: term by term, coefficients and scalars outside. */
function perTerm(algebra: Algebra, a: Sum, shape: Shape, f: (one: Sum) => Sum): Sum {
  return total(
    shape,
    a.terms.map((t) => algebra.multiply(monomial(t.coefficient, t.powers), f(ofWord(t.word, a)))),
  );
}

/** A⁻¹ of a matrix; (c A)⁻¹ = A⁻¹ / c. */
export function inverseSum(algebra: Algebra, a: Sum): Sum {
  if (a.terms.length !== 1) return algebra.atom({ kind: "apply", name: "inv", args: [a] }, a);
  const [only] = a.terms, [letter] = only.word;
  const factor = algebra.power(monomial(only.coefficient, only.powers), number(-1));
  if (only.word.length === 0) return spread(factor, a);
  if (only.word.length === 1 && letter.kind === "apply" && letter.name === "inv") {
    return algebra.multiply(factor, letter.args[0]);
  }
  const args = [ofWord(only.word, a)];
  return algebra.multiply(factor, algebra.atom({ kind: "apply", name: "inv", args }, a));
}
