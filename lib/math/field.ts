/**
 * The four operations. A formula written over a `Field` runs unchanged on floats, on rationals
 * (`lib/math/exact.ts`), on complex numbers and on dual numbers (`lib/math/dual.ts`).
 */
export interface Field<T> {
  readonly zero: T;
  readonly one: T;
  /** The number n as an element: a float is embedded exactly. */
  of(n: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  /** a / b; @throws RangeError where b is zero and the field has no infinity. */
  div(a: T, b: T): T;
  neg(a: T): T;
  equal(a: T, b: T): boolean;
}

/** float64. */
export const floats: Field<number> = {
  zero: 0,
  one: 1,
  of: (n) => n,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  equal: (a, b) => a === b,
};

/** a + ib over a field: Gaussian rationals over the rationals, complex floats over the floats. */
export interface ComplexOver<T> {
  readonly re: T;
  readonly im: T;
}

/** (a + ib)(c + id) = ac − bd + i(ad + bc) over `field`. */
export function complexOver<T>(field: Field<T>): Field<ComplexOver<T>> {
  const { add, sub, mul, div, neg } = field;
  return {
    zero: { re: field.zero, im: field.zero },
    one: { re: field.one, im: field.zero },
    of: (n) => ({ re: field.of(n), im: field.zero }),
    add: (a, b) => ({ re: add(a.re, b.re), im: add(a.im, b.im) }),
    sub: (a, b) => ({ re: sub(a.re, b.re), im: sub(a.im, b.im) }),
    mul: (a, b) => ({
      re: sub(mul(a.re, b.re), mul(a.im, b.im)),
      im: add(mul(a.re, b.im), mul(a.im, b.re)),
    }),
    div: (a, b) => {
      const square = add(mul(b.re, b.re), mul(b.im, b.im));
      return {
        re: div(add(mul(a.re, b.re), mul(a.im, b.im)), square),
        im: div(sub(mul(a.im, b.re), mul(a.re, b.im)), square),
      };
    },
    neg: (a) => ({ re: neg(a.re), im: neg(a.im) }),
    equal: (a, b) => field.equal(a.re, b.re) && field.equal(a.im, b.im),
  };
}

/** Complex floats. */
export const complexes: Field<ComplexOver<number>> = complexOver(floats);

/** Matrix algebra (rows of elements) over any field; shapes are checked, values are not. */
export interface MatrixAlgebra<T> {
  identity(n: number): T[][];
  zeros(rows: number, columns: number): T[][];
  transpose(A: readonly (readonly T[])[]): T[][];
  /** A + B, or A + B + C …: all of one shape. */
  add(...terms: readonly (readonly (readonly T[])[])[]): T[][];
  sub(A: readonly (readonly T[])[], B: readonly (readonly T[])[]): T[][];
  scale(c: T, A: readonly (readonly T[])[]): T[][];
  /** A B, or A B C …: every factor after the first must fit. */
  mul(...factors: readonly (readonly (readonly T[])[])[]): T[][];
  /** A v. */
  apply(A: readonly (readonly T[])[], v: readonly T[]): T[];
  dot(a: readonly T[], b: readonly T[]): T;
  outer(a: readonly T[], b: readonly T[]): T[][];
  trace(A: readonly (readonly T[])[]): T;
  kron(A: readonly (readonly T[])[], B: readonly (readonly T[])[]): T[][];
  /** Columns stacked. */
  vec(A: readonly (readonly T[])[]): T[];
  determinant(A: readonly (readonly T[])[]): T;
  /** A⁻¹; @throws RangeError when A is singular. */
  inverse(A: readonly (readonly T[])[]): T[][];
}

type Rows<T> = readonly (readonly T[])[];

/** @returns the matrix algebra over `field`. */
export function matricesOver<T>(field: Field<T>): MatrixAlgebra<T> {
  const shape = (A: Rows<T>) => `${A.length} × ${A[0]?.length ?? 0}`;
  const fits = (doing: string, good: boolean, A: Rows<T>, B: Rows<T>) => {
    if (!good) {
      throw new RangeError(
        `Cannot ${doing} matrices: expected shapes that fit, got ${shape(A)} and ${shape(B)}`,
      );
    }
  };
  const given = (doing: string, ...matrices: readonly Rows<T>[]) => {
    for (const A of matrices) {
      if (!Array.isArray(A) || A.length > 0 && !(typeof A[0] === "object" && "length" in A[0])) {
        throw new TypeError(`Cannot ${doing}: expected a matrix as an array of rows, got ${typeof A}`);
      }
    }
  };
  const square = (doing: string, A: Rows<T>) => {
    given(doing, A);
    if (A.some((row) => row.length !== A.length)) {
      throw new RangeError(`Cannot ${doing}: expected a square matrix, got ${shape(A)}`);
    }
  };
  const build = (rows: number, columns: number, entry: (i: number, j: number) => T) => {
    const A: T[][] = [];
    for (let i = 0; i < rows; i++) {
      const row: T[] = [];
      for (let j = 0; j < columns; j++) row.push(entry(i, j));
      A.push(row);
    }
    return A;
  };
  const vectors = (doing: string, ...lists: readonly (readonly T[])[]) => {
    for (const list of lists) {
      if (typeof list !== "object" || list === null || !("length" in list)) {
        throw new TypeError(`Cannot ${doing}: expected a vector as an array, got ${typeof list}`);
      }
    }
  };
  /** Σₖ aₖ bₖ. */
  const inner = (a: readonly T[], b: readonly T[]) => {
    let total = field.zero;
    for (let k = 0; k < a.length; k++) total = field.add(total, field.mul(a[k], b[k]));
    return total;
  };
  const transpose = (A: Rows<T>) => {
    given("transpose a matrix", A);
    return build(A[0]?.length ?? 0, A.length, (i, j) => A[j][i]);
  };
  const product = (A: Rows<T>, B: Rows<T>) => {
    given("multiply matrices", B);
    fits("multiply", (A[0]?.length ?? 0) === B.length, A, B);
    const columns = transpose(B);
    return A.map((row) => columns.map((column) => inner(row, column)));
  };
  const sameShape = (doing: string, A: Rows<T>, B: Rows<T>) => {
    given(`${doing} matrices`, A, B);
    fits(doing, A.length === B.length && A[0]?.length === B[0]?.length, A, B);
  };
  const copied = (doing: string, A: Rows<T>) => {
    given(doing, A);
    return A.map((row) => [...row]);
  };

  /** Gauss–Jordan on [A | R]; returns the determinant and R reduced. */
  const eliminate = (A: Rows<T>, R: Rows<T>): { determinant: T; reduced: T[][] } => {
    const left = A.map((row) => [...row]), right = R.map((row) => [...row]);
    const isZero = (x: T) => field.equal(x, field.zero);
    let determinant = field.one;
    for (let k = 0; k < left.length; k++) {
      const pivot = left.findIndex((row, i) => i >= k && !isZero(row[k]));
      if (pivot < 0) return { determinant: field.zero, reduced: [] };
      if (pivot !== k) {
        [left[k], left[pivot]] = [left[pivot], left[k]];
        [right[k], right[pivot]] = [right[pivot], right[k]];
        determinant = field.neg(determinant);
      }
      const head = left[k][k];
      determinant = field.mul(determinant, head);
      left[k] = left[k].map((x) => field.div(x, head));
      right[k] = right[k].map((x) => field.div(x, head));
      for (let i = 0; i < left.length; i++) {
        const factor = left[i][k];
        if (i === k || isZero(factor)) continue;
        left[i] = left[i].map((x, j) => field.sub(x, field.mul(factor, left[k][j])));
        right[i] = right[i].map((x, j) => field.sub(x, field.mul(factor, right[k][j])));
      }
    }
    return { determinant, reduced: right };
  };
  const plus = (A: Rows<T>, B: Rows<T>) => {
    sameShape("add", A, B);
    return A.map((row, i) => row.map((x, j) => field.add(x, B[i][j])));
  };
  const identity = (n: number) => build(n, n, (i, j) => i === j ? field.one : field.zero);

  return {
    identity,
    zeros: (rows, columns) => build(rows, columns, () => field.zero),
    transpose,
    add: (first, ...rest) => rest.reduce<T[][]>(plus, copied("add matrices", first)),
    sub: (A, B) => {
      sameShape("subtract", A, B);
      return A.map((row, i) => row.map((x, j) => field.sub(x, B[i][j])));
    },
    scale: (c, A) => copied("scale a matrix", A).map((row) => row.map((x) => field.mul(c, x))),
    mul: (first, ...rest) => rest.reduce<T[][]>(product, copied("multiply matrices", first)),
    apply: (A, v) => {
      given("apply a matrix", A);
      vectors("apply a matrix", v);
      fits("apply", A.every((row) => row.length === v.length), A, v.map((x) => [x]));
      return A.map((row) => inner(row, v));
    },
    dot: (a, b) => {
      vectors("take the inner product", a, b);
      return inner(a, b);
    },
    outer: (a, b) => {
      vectors("take the outer product", a, b);
      return build(a.length, b.length, (i, j) => field.mul(a[i], b[j]));
    },
    trace: (A) => {
      square("take the trace", A);
      return A.reduce((total, row, i) => field.add(total, row[i]), field.zero);
    },
    kron: (A, B) => {
      given("take the Kronecker product", A, B);
      const p = B.length, q = B[0]?.length ?? 0;
      return build(
        A.length * p,
        (A[0]?.length ?? 0) * q,
        (i, j) => field.mul(A[Math.floor(i / p)][Math.floor(j / q)], B[i % p][j % q]),
      );
    },
    vec: (A) => transpose(A).flat(),
    determinant: (A) => {
      square("take the determinant", A);
      return eliminate(A, A.map(() => [])).determinant;
    },
    inverse: (A) => {
      square("invert", A);
      const { determinant, reduced } = eliminate(A, identity(A.length));
      if (field.equal(determinant, field.zero)) {
        throw new RangeError("Cannot invert the matrix: expected an invertible matrix, got a singular one");
      }
      return reduced;
    },
  };
}
