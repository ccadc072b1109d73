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
    proof51: `const proof51 = [
  ["1/2 E(f1, f2, norm(Wp f1 - f2)^2)"],
  ["E(f1, f2, 1/2 (Wp f1 - f2)' (Wp f1 - f2))", ["norm as a product", "linearity of expectation"]],
  ["E(f1, f2, 1/2 tr((Wp f1 - f2) (Wp f1 - f2)'))", ["a scalar is its trace", "cyclic trace"]],
  ["E(f1, f2, 1/2 tr(Wp f1 f1' Wp' - Wp f1 f2' - f2 f1' Wp' + f2 f2'))", "transpose of a product"],
  ["1/2 (tr(Wp E(f1, f2, f1 f1') Wp') - tr(Wp E(f1, f2, f1 f2')) - tr(E(f1, f2, f2 f1') Wp') + tr(E(f1, f2, f2 f2')))", "linearity of expectation"],
  ["1/2 (tr(Wp F1 Wp') - tr(Wp F12) - tr(F12' Wp') + tr(F2))", ["definition of F1", "definition of F12", "definition of F2"]],
  ["1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))", ["cyclic trace", "trace of a transpose"]],
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
    proof53: `const proof53 = [
  ["1/2 d(w' w, t)"],
  ["1/2 (d(w, t)' w + w' d(w, t))", "product rule"],
  ["1/2 (-w' H' w - w' H w)", ["the dynamics", "transpose of a product"]],
  ["-w' H w", "symmetric H"],
  ["-lambda0 w' w", "smallest eigenvalue", "<="],
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
    proof51: `const moments = ["F1", "F2", "F12"].map((name) => "definition of " + name);
const proof51 = [
  ["1/2 E(f1, f2, norm(Wp f1 - f2)^2)"],
  ["1/2 E(f1, f2, norm(Wp f1)^2 - 2 f2' Wp f1 + norm(f2)^2)", ["norm as a product", "transpose of a product"]],
  ["1/2 E(f1, f2, tr((Wp f1)' (Wp f1)) - 2 tr(f2' Wp f1) + tr(f2' f2))", ["norm as a product", "a scalar is its trace"]],
  ["1/2 E(f1, f2, tr(f1' Wp' Wp f1) - 2 tr(f2' Wp f1) + tr(f2' f2))", "transpose of a product"],
  ["1/2 E(f1, f2, tr(Wp' Wp f1 f1') - 2 tr(Wp f1 f2') + tr(f2 f2'))", "cyclic trace"],
  ["1/2 tr(Wp' Wp E(f1, f2, f1 f1')) - tr(Wp E(f1, f2, f1 f2')) + 1/2 tr(E(f1, f2, f2 f2'))", "linearity of expectation"],
  ["1/2 tr(Wp' Wp F1) - tr(Wp F12) + 1/2 tr(F2)", moments],
  ["1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))", "cyclic trace"],
];`,
    proof53: `const proof53 = [
  ["d(w' w, t) / 2"],
  ["d(norm(w)^2, t) / 2", "norm as a product"],
  ["w' d(w, t)", ["norm as a product", "product rule"]],
  ["-lambda0 w' w", ["the dynamics", "smallest eigenvalue"], "≤"],
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
