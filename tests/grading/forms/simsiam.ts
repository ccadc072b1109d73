/** Right answers of question 5 in several forms: what counts is what they compute. */
const loops = `function times(A, B) {
  const C = [];
  for (let i = 0; i < A.length; i++) {
    C.push([]);
    for (let j = 0; j < B[0].length; j++) {
      let sum = 0;
      for (let k = 0; k < B.length; k++) sum += A[i][k] * B[k][j];
      C[i].push(sum);
    }
  }
  return C;
}
function turned(A) { return A[0].map((_, j) => A.map((row) => row[j])); }
function combined(a, A, b, B) { return A.map((row, i) => row.map((x, j) => a * x + b * B[i][j])); }
function diagonal(A) { let sum = 0; for (let i = 0; i < A.length; i++) sum += A[i][i]; return sum; }
`;
const unit =
  `const one = (n) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));\n`;

export const forms: Record<string, Record<string, string>> = {
  "loops and other names": {
    J: `${loops}function J({ W, Wp, X, Xprime }) {
  const all = times(times(W, combined(1, X, 1, Xprime)), turned(W)), cross = times(times(W, X), turned(W));
  return 0.5 * (diagonal(times(times(turned(Wp), Wp), all)) - diagonal(times(Wp, cross)) - diagonal(times(cross, Wp)) + diagonal(all));
}`,
    proof51: `${loops}const along = (A, x) => A.map((row) => row.reduce((s, a, j) => s + a * x[j], 0));
const over = (f) => (i) => { let sum = 0; for (const { x1, x2, weight } of i.pairs) sum += weight * f(along(i.W, x1), along(i.W, x2), i); return sum / 2; };
const inner = (a, b) => a.reduce((s, x, k) => s + x * b[k], 0);
const proof51 = [
  { because: "the loss", value: over((f1, f2, { Wp }) => inner(along(Wp, f1), along(Wp, f1)) - 2 * inner(along(Wp, f1), f2) + inner(f2, f2)) },
  { because: "a number is its transpose", value: over((f1, f2, { Wp }) => inner(along(Wp, f1), along(Wp, f1)) - inner(along(Wp, f1), f2) - inner(f2, along(Wp, f1)) + inner(f2, f2)) },
  { because: "the expectation of each product", value: ({ W, Wp, X, Xprime }) => {
    const F1 = times(times(W, combined(1, X, 1, Xprime)), turned(W)), F12 = times(times(W, X), turned(W));
    return (diagonal(times(Wp, times(F1, turned(Wp)))) - 2 * diagonal(times(Wp, F12)) + diagonal(F1)) / 2;
  } },
  { because: "traces may be turned round", value: ({ W, Wp, X, Xprime }) => {
    const F1 = times(times(W, combined(1, X, 1, Xprime)), turned(W)), F12 = times(times(W, X), turned(W));
    return (diagonal(times(times(turned(Wp), Wp), F1)) - diagonal(times(Wp, F12)) - diagonal(times(F12, Wp)) + diagonal(F1)) / 2;
  } },
];`,
    dWp: `${loops}function dWp({ W, Wp, X, Xprime }) {
  const right = times(times(Wp, W), combined(1, X, 1, Xprime));
  return times(combined(1, times(W, X), -1, right), turned(W));
}`,
    dW: `${loops}function dW({ W, Wp, X, Xprime }) {
  const both = combined(1, X, 1, Xprime), B = times(turned(Wp), Wp), S = combined(1, Wp, 1, turned(Wp));
  const square = combined(-1, times(times(B, W), both), -1, times(W, both));
  return combined(1, square, 1, times(times(S, W), X));
}`,
    H: `${loops}${unit}function H({ Wp, X, Xprime }) {
  const n2 = Wp.length, size = n2 * X.length, B = times(turned(Wp), Wp), list = [];
  for (let a = 0; a < size; a++) {
    const row = [], i = a % n2, k = Math.floor(a / n2);
    for (let b = 0; b < size; b++) {
      const j = b % n2, l = Math.floor(b / n2), own = i === j ? 1 : 0;
      row.push(X[k][l] * (B[i][j] - Wp[i][j] - Wp[j][i] + own) + Xprime[k][l] * (B[i][j] + own));
    }
    list.push(row);
  }
  return list;
}`,
    normBound: "function normBound(time, start) { return start.norm0 / Math.exp(time * start.lambda0); }",
    proof53: `${loops}${unit}const slopeOf = ({ W, Wp, X, Xprime }) => {
  const both = combined(1, X, 1, Xprime), B = times(turned(Wp), Wp), S = combined(1, Wp, 1, turned(Wp));
  return combined(1, combined(1, times(times(B, W), both), 1, times(W, both)), -1, times(times(S, W), X));
};
const proof53 = [
  { because: "the chain rule", value: (i) => -diagonal(times(turned(i.W), slopeOf(i))) },
  { because: "a trace of a product is a sum over entries", value: (i) => { const G = slopeOf(i); let sum = 0; i.W.forEach((row, a) => row.forEach((x, b) => sum -= x * G[a][b])); return sum; } },
  { because: "no direction falls more slowly than the smallest eigenvalue says", relation: "≤", value: ({ W, lambda0 }) => { let sum = 0; for (const row of W) for (const x of row) sum += x * x; return -lambda0 * sum; } },
];`,
    dWwithoutPredictor:
      `${loops}const dWwithoutPredictor = (given) => combined(-1, times(given.W, given.Xprime), -1, times(given.W, given.Xprime));`,
    survives: `const survives = {};
for (const name of ["neither", "stopGradientOnly", "predictorOnly", "both"]) survives[name] = name === "both";`,
  },
  "mathjs, ml-matrix, tensors": {
    J: `import { Matrix as M } from "ml-matrix";
const J = ({ W, Wp, X, Xprime }) => {
  const w = new M(W), p = new M(Wp), all = w.mmul(M.add(new M(X), new M(Xprime))).mmul(w.transpose()), cross = w.mmul(new M(X)).mmul(w.transpose());
  return (p.transpose().mmul(p).mmul(all).trace() - 2 * p.mmul(cross).trace() + all.trace()) / 2;
};`,
    dWp: `import * as m from "mathjs";
const dWp = ({ W, Wp, X, Xprime }) => m.subtract(m.multiply(W, X, m.transpose(W)), m.multiply(Wp, W, m.add(X, Xprime), m.transpose(W)));`,
    dW: `import * as tf from "@tensorflow/tfjs";
const dW = ({ W, Wp, X, Xprime }) => tf.tidy(() => {
  const w = tf.tensor2d(W), p = tf.tensor2d(Wp), x = tf.tensor2d(X), both = tf.add(x, tf.tensor2d(Xprime));
  const pull = tf.add(tf.matMul(tf.matMul(tf.transpose(p), tf.matMul(p, w)), both), tf.matMul(w, both));
  return tf.sub(tf.matMul(tf.add(p, tf.transpose(p)), tf.matMul(w, x)), pull);
});`,
    H: `import { kron as kronecker, add as plus, multiply, transpose as turn, subtract, identity as one } from "mathjs";
const H = ({ Wp, X, Xprime }) => {
  const I = one(Wp.length).toArray(), T = subtract(Wp, I);
  return plus(kronecker(Xprime, plus(multiply(turn(Wp), Wp), I)), kronecker(X, multiply(turn(T), T)));
};`,
    normBound: "const normBound = (t, { lambda0, norm0 }) => [norm0 * Math.exp(-t * lambda0)];",
    dWwithoutPredictor: `import { Matrix as Rows } from "ml-matrix";
const dWwithoutPredictor = ({ W, Xprime }) => new Rows(W).mmul(new Rows(Xprime)).mul(-2).to2DArray().map((row) => Float64Array.from(row));`,
    survives:
      "const survives = Object.freeze({ both: true, neither: false, predictorOnly: false, stopGradientOnly: false, note: 'an opinion' });",
  },
  "other algebra with the course's matrices": {
    J: `const J = ({ W, Wp, X, Xprime }) => {
  const T = sub(Wp, identity(Wp.length)), spread = mul(W, Xprime, transpose(W));
  return 0.5 * (trace(mul(T, W, X, transpose(W), transpose(T))) + trace(mul(Wp, spread, transpose(Wp))) + trace(spread));
};`,
    proof51:
      `const both = ({ W, X, Xprime }) => mul(W, add(X, Xprime), transpose(W)), cross = ({ W, X }) => mul(W, X, transpose(W));
const moment = (pairs, a, b) => pairs.reduce((M, p) => add(M, scale(p.weight, outer(p[a], p[b]))), pairs[0].x1.map(() => pairs[0].x1.map(() => 0)));
const proof51 = [
  { because: "half the expected square", value: ({ W, Wp, pairs }) => pairs.reduce((sum, { x1, x2, weight }) => {
    const target = apply(W, x2), off = apply(mul(Wp, W), x1).map((y, k) => y - target[k]);
    return sum + 0.5 * weight * dot(off, off);
  }, 0) },
  { because: "the trace of the expected outer product", value: ({ W, Wp, pairs }) => {
    const P = mul(Wp, W), S = (a, b) => moment(pairs, a, b);
    const M = add(mul(P, S("x1", "x1"), transpose(P)), scale(-1, mul(P, S("x1", "x2"), transpose(W))), scale(-1, mul(W, S("x2", "x1"), transpose(P))), mul(W, S("x2", "x2"), transpose(W)));
    return trace(M) / 2;
  } },
  { because: "the moments are X and X + X'", value: (i) => (trace(mul(i.Wp, both(i), transpose(i.Wp))) - 2 * trace(mul(i.Wp, cross(i))) + trace(both(i))) / 2 },
  { because: "cyclic", value: (i) => (trace(mul(transpose(i.Wp), i.Wp, both(i))) - trace(mul(i.Wp, cross(i))) - trace(mul(cross(i), i.Wp)) + trace(both(i))) / 2 },
];`,
    proof53: `const parts = ({ W, Wp, X, Xprime }) => {
  const T = sub(Wp, identity(Wp.length));
  return [[T, X], [Wp, Xprime], [identity(Wp.length), Xprime]].map(([A, S]) => trace(mul(A, W, S, transpose(W), transpose(A))));
};
const proof53 = [
  { because: "J is a square in W", value: (i) => -parts(i).reduce((a, b) => a + b) },
  { because: "the same in one matrix", value: ({ W, Wp, X, Xprime }) => {
    const B = mul(transpose(Wp), Wp), K = sub(kron(add(X, Xprime), add(B, identity(Wp.length))), kron(X, add(Wp, transpose(Wp))));
    return -dot(vec(W), apply(K, vec(W)));
  } },
  { because: "an eigenvalue bounds a form", relation: "≤", value: ({ W, lambda0 }) => -lambda0 * trace(mul(W, transpose(W))) },
];`,
    dWp:
      "const dWp = ({ W, Wp, X, Xprime }) => sub(mul(sub(identity(Wp.length), Wp), W, X, transpose(W)), mul(Wp, W, Xprime, transpose(W)));",
    dW: `const dW = ({ W, Wp, X, Xprime }) => {
  const T = sub(Wp, identity(Wp.length));
  return scale(-1, add(mul(transpose(T), T, W, X), mul(transpose(Wp), Wp, W, Xprime), mul(W, Xprime)));
};`,
    H: `const H = ({ Wp, X, Xprime }) => {
  const B = mul(transpose(Wp), Wp), I = identity(Wp.length);
  return sub(kron(add(X, Xprime), add(B, I)), kron(X, add(Wp, transpose(Wp))));
};`,
    normBound:
      "const normBound = (t: number, { lambda0, norm0 }) => Math.sqrt(norm0 ** 2 * Math.exp(-2 * lambda0 * t));",
    dWwithoutPredictor: "const dWwithoutPredictor = ({ W, Xprime }) => mul(W, scale(-2, Xprime));",
    survives:
      "enum Fate { dies, lives }\nconst survives = { neither: !!Fate.dies, stopGradientOnly: !!Fate.dies, predictorOnly: !!Fate.dies, both: !!Fate.lives };",
  },
};
