import assert from "node:assert/strict";
import {
  affine1d,
  affineCoupling,
  compose,
  constrainPlanar,
  cube,
  exponential,
  leakyRelu,
  linear,
  planar,
  radial,
  type ScalarFlow,
  sinhArcsinh,
  tanhShift,
  type VectorFlow,
} from "lib/flow/mod.ts";
import * as dual from "lib/math/dual.ts";
import type { Random } from "lib/math/random.ts";

/** Closed form in float64: rounding only. */
export const T1 = 1e-12;
/** One-dimensional quadrature, and inverses found by iteration. */
export const T2 = 1e-9;
/** After an optimiser, and derivatives by finite differences. */
export const T3 = 1e-6;

export const difference = (a: number, b: number) =>
  a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
export function close(actual: number, expected: number, tolerance: number, what = "") {
  assert.ok(difference(actual, expected) <= tolerance, `${what}: ${actual} is not ${expected}`);
}
export const wrong = <T>(value: unknown) => value as T;
export const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);

type D = dual.Dual<number>;
const { add, sub, mul, div, of } = dual.duals;
const plus = (a: D, b: number) => add(a, of(b)), times = (a: D, b: number) => mul(a, of(b));
const asinh = (x: D) => dual.log(add(x, dual.sqrt(plus(mul(x, x), 1))));
const sinh = (x: D) => times(sub(dual.exp(x), dual.exp(times(x, -1))), 0.5);

/** A flow on the line with the textbook form of its forward map over dual numbers. */
export interface ScalarCase {
  name: string;
  flow: ScalarFlow;
  textbook: (u: D) => D;
}

export const scalarCases: Record<string, (chance: Random) => ScalarCase> = {
  affine1d: (chance) => {
    const scale = chance.pick([-1, 1]) * chance.uniform(0.1, 4), shift = chance.normal();
    return {
      name: `affine1d(${scale}, ${shift})`,
      flow: affine1d({ scale, shift }),
      textbook: (u) => plus(times(u, scale), shift),
    };
  },
  sinhArcsinh: (chance) => {
    const epsilon = chance.uniform(-1, 1), delta = chance.uniform(0.5, 2);
    const textbook = (u: D) => sinh(times(plus(asinh(u), epsilon), 1 / delta));
    return { name: `sinhArcsinh(${epsilon}, ${delta})`, flow: sinhArcsinh({ epsilon, delta }), textbook };
  },
  tanhShift: (chance) => {
    const amount = chance.uniform(-0.95, 3), textbook = (u: D) => add(u, times(dual.tanh(u), amount));
    return { name: `tanhShift(${amount})`, flow: tanhShift({ amount }), textbook };
  },
  exponential: () => ({ name: "exponential", flow: exponential(), textbook: dual.exp }),
  leakyRelu: (chance) => {
    const slope = chance.uniform(0.05, 3), textbook = (u: D) => u.value < 0 ? times(u, slope) : u;
    return { name: `leakyRelu(${slope})`, flow: leakyRelu({ slope }), textbook };
  },
  cube: () => ({ name: "cube", flow: cube(), textbook: (u) => mul(u, mul(u, u)) }),
  compose: (chance) => {
    const parts = [
      scalarCases.leakyRelu(chance),
      scalarCases.tanhShift(chance),
      scalarCases.affine1d(chance),
    ];
    return {
      name: parts.map(({ name }) => name).join(", "),
      flow: compose(...parts.map(({ flow }) => flow)),
      textbook: (u) => parts.reduce((x, part) => part.textbook(x), u),
    };
  },
};

/** A flow on Rⁿ with its textbook form over dual numbers, and where it may be inverted without loss. */
export interface VectorCase {
  name: string;
  flow: VectorFlow;
  n: number;
  textbook: (u: D[]) => D[];
}

function planarCase(u: number[], w: number[], b: number): VectorCase {
  const textbook = (z: D[]) => {
    const step = dual.tanh(z.reduce((sum, x, i) => add(sum, times(x, w[i])), of(b)));
    return z.map((x, i) => add(x, times(step, u[i])));
  };
  return { name: `planar(${u}; ${w}; ${b})`, flow: planar({ u, w, b }), n: u.length, textbook };
}

export const vectorCases: Record<string, (chance: Random, n: number) => VectorCase> = {
  linear: (chance, n) => {
    const A = chance.normalMatrix(n, n).map((row, i) => row.map((x, j) => x + (i === j ? 4 : 0)));
    const b = chance.normals(n);
    const textbook = (u: D[]) =>
      A.map((row, i) => row.reduce((sum, a, j) => add(sum, times(u[j], a)), of(b[i])));
    return { name: `linear(${JSON.stringify(A)})`, flow: linear({ A, b }), n, textbook };
  },
  affineCoupling: (chance) => {
    const [a, b, c] = chance.normals(3);
    const flow = affineCoupling({
      logScale: (z1) => a * Math.tanh(z1),
      shift: (z1) => b * z1 + c * Math.tanh(z1),
    });
    const textbook = ([z1, z2]: D[]) => {
      const t = dual.tanh(z1);
      return [z1, add(mul(z2, dual.exp(times(t, a))), add(times(z1, b), times(t, c)))];
    };
    return { name: `affineCoupling(${a}, ${b}, ${c})`, flow, n: 2, textbook };
  },
  radial: (chance, n) => {
    const z0 = chance.normals(n), alpha = chance.uniform(0.3, 2), beta = chance.uniform(-0.9 * alpha, 3);
    const textbook = (z: D[]) => {
      const delta = z.map((x, i) => plus(x, -z0[i]));
      const r = dual.sqrt(delta.reduce((sum, x) => add(sum, mul(x, x)), of(0)));
      return z.map((x, i) => add(x, div(times(delta[i], beta), plus(r, alpha))));
    };
    return { name: `radial(${z0}; ${alpha}, ${beta})`, flow: radial({ z0, alpha, beta }), n, textbook };
  },
  planar: (chance, n) => {
    const w = chance.normals(n), u = constrainPlanar({ u: chance.list(n, () => chance.normal(0, 2)), w });
    // Away from the boundary w·u = −1, where the inverse loses digits.
    const scale = dot(w, u) < -0.9 ? 0.9 : 1;
    return planarCase(u.map((x) => scale * x), w, chance.normal());
  },
  compose: (chance, n) => {
    const parts = [
      vectorCases.planar(chance, n),
      vectorCases.linear(chance, n),
      vectorCases.radial(chance, n),
    ];
    return {
      name: parts.map(({ name }) => name).join(", "),
      flow: compose(...parts.map(({ flow }) => flow)),
      n,
      textbook: (u) => parts.reduce((x, part) => part.textbook(x), u),
    };
  },
};

/** log|det| by Gaussian elimination with full rows: small matrices only. */
function logAbsDet(rows: number[][]): number {
  const A = rows.map((row) => [...row]);
  let sum = 0;
  for (let k = 0; k < A.length; k++) {
    const pivot = A.findIndex((row, i) =>
      i >= k && Math.abs(row[k]) === Math.max(...A.slice(k).map((r) => Math.abs(r[k])))
    );
    [A[k], A[pivot]] = [A[pivot], A[k]];
    sum += Math.log(Math.abs(A[k][k]));
    for (let i = k + 1; i < A.length; i++) {
      const factor = A[i][k] / A[k][k];
      A[i] = A[i].map((x, j) => x - factor * A[k][j]);
    }
  }
  return sum;
}

/** log|det J| of a map written over dual numbers, exactly. */
function logDetOf(textbook: (u: D[]) => D[], at: number[]): number {
  const columns = at.map((_, k) => textbook(at.map((value, i) => ({ value, slope: i === k ? 1 : 0 }))));
  return logAbsDet(at.map((_, i) => columns.map((column) => column[i].slope)));
}

/** The law of every flow: round trip; log-dets cancel and agree with the Jacobian; mass stays 1 (below). */
export function holdsAt(
  { name, n, flow, textbook }: VectorCase,
  u: number[],
  { roundTrip = T2, jacobian = T1 }: { roundTrip?: number; jacobian?: number } = {},
) {
  const x = flow.forward(u), back = flow.inverse(x), again = flow.forward(back);
  const image = textbook(u.map((value) => ({ value, slope: 0 })));
  for (let i = 0; i < n; i++) {
    close(x[i], image[i].value, T1, `forward of ${name} at ${u}`);
    close(back[i], u[i], roundTrip, `round trip of ${name} at ${u}`);
    close(again[i], x[i], T1, `back and forth of ${name} at ${x}`);
  }
  const slope = flow.logAbsDet(u);
  close(slope, logDetOf(textbook, u), jacobian, `log-det of ${name} at ${u}`);
  const h = 1e-5, step = (j: number, t: number) => u.map((value, i) => i === j ? value + t : value);
  const [ahead, behind] = [h, -h].map((t) => u.map((_, j) => flow.forward(step(j, t))));
  const forward = u.map((_, i) => u.map((_, j) => (ahead[j][i] - behind[j][i]) / (2 * h)));
  close(slope, logAbsDet(forward), 50 * T3, `finite differences of ${name} at ${u}`);
  const size = h * Math.exp(slope / n),
    at = (j: number, t: number) => x.map((v, i) => i === j ? v + t * size : v);
  const [right, left] = [1, -1].map((t) => x.map((_, j) => flow.inverse(at(j, t))));
  const inverse = x.map((_, i) => x.map((_, j) => (right[j][i] - left[j][i]) / (2 * size)));
  close(slope + logAbsDet(inverse), 0, 1e3 * T3, `log-dets of ${name} and its inverse at ${u}`);
}

export const asVector = ({ name, flow, textbook }: ScalarCase): VectorCase => ({
  name,
  n: 1,
  flow: {
    forward: ([u]) => [flow.forward(u)],
    inverse: ([x]) => [flow.inverse(x)],
    logAbsDet: ([u]) => flow.logAbsDet(u),
  },
  textbook: ([u]) => [textbook(u)],
});
