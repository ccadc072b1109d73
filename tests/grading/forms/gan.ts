/** Right answers in other forms: what counts is what they compute. */
export const forms: Record<string, Record<string, string>> = {
  "as declared and assigned": {
    A: "let A: (alpha: number) => Matrix;\nA = (alpha) => [[1, alpha], [-alpha, 1]];",
    stationaryPoint: "let stationaryPoint: Vector;\nstationaryPoint = [0, 0];",
    eigenvaluesOfA:
      "let eigenvaluesOfA: (alpha: number) => Complex[];\neigenvaluesOfA = (x) => [{ re: 1, im: x }, { re: 1, im: -x }];",
    growth: "let growth: (alpha: number) => number;\ngrowth = (alpha) => Math.sqrt(1 + alpha ** 2);",
    fate:
      'let fate: (alpha: number) => { kind: string; turn: number; factor: number };\nfate = (alpha) => alpha === 0 ? { kind: "rest", turn: 0, factor: 1 } : { kind: "spiral outwards", turn: Math.atan(alpha), factor: Math.hypot(1, alpha) };',
  },
  "functions with loops": {
    A: `function A(alpha: number): number[][] {
  const rows = [];
  for (let i = 0; i < 2; i++) { rows.push([]); for (let j = 0; j < 2; j++) rows[i].push(i === j ? 1 : i < j ? alpha : -alpha); }
  return rows;
}`,
    stationaryPoint: "const stationaryPoint = new Array(2).fill(0);",
    eigenvaluesOfA:
      `function eigenvaluesOfA(alpha: number) { const list = []; for (const sign of [-1, 1]) list.push({ re: 1, im: sign * alpha, note: "extra" }); return list; }`,
    growth: "function growth(alpha: number) { let sum = 1; sum += alpha * alpha; return sum ** 0.5; }",
    fate:
      `function fate(alpha: number) { let factor = 1; factor += alpha * alpha; return { kind: factor > 1 ? "spiral outwards" : "rest", turn: Math.abs(Math.atan(alpha)), factor: factor ** 0.5 }; }`,
  },
  "typed arrays and boxed numbers": {
    A: "const A = (a) => [Float64Array.of(1, a), Float64Array.of(-a, 1)];",
    stationaryPoint: "const stationaryPoint = new Int32Array(2);",
    eigenvaluesOfA: "const eigenvaluesOfA = (a) => [{ re: 1n, im: a }, { re: 1n, im: -a }];",
    growth: "const growth = (a) => new Number(Math.hypot(1, a));",
    fate:
      `const fate = (a) => ({ kind: new String(a === 0 ? "rest" : "spiral outwards"), turn: new Number(Math.atan(a)), factor: new Number(Math.hypot(1, a)) });`,
  },
  "built on each other": {
    A: 'import { transpose } from "lib/math/linalg.ts";\nconst A = (a) => transpose([[1, -a], [a, 1]]);',
    stationaryPoint: "const [[first]] = [[0]]; const stationaryPoint = [first, first];",
    eigenvaluesOfA:
      'import { eigenvalues } from "lib/math/linalg.ts";\nvar eigenvaluesOfA = (a) => eigenvalues(A(a));',
    growth: "const growth = (a) => { const [[p, q], [r, s]] = A(a); return Math.sqrt(p * s - q * r); };",
    fate:
      `const fate = (a) => { const [z] = eigenvaluesOfA(a); return { kind: a ? "spiral outwards" : "rest", turn: Math.atan2(z.im, z.re), factor: growth(a) }; };`,
  },
  "classes, enums, destructuring, other algebra": {
    A: "enum Sign { up = 1, down = -1 }\nclass Rule { static at(a: number) { return [[1, Sign.up * a], [Sign.down * a, 1]]; } }\nconst { at: A } = Rule;",
    stationaryPoint: "export const stationaryPoint = Object.freeze([0, -0]);",
    eigenvaluesOfA:
      "interface Z { re: number; im: number }\nconst eigenvaluesOfA = (a: number): Z[] => [1, -1].map((s) => ({ re: 1, im: s * a }));",
    growth:
      "const one = 1, growth = (a: number) => Math.abs(a) > 1 ? Math.abs(a) * Math.sqrt(one + 1 / a ** 2) : Math.sqrt(one + a * a);",
    fate:
      `enum Kind { out = "spiral outwards", rest = "rest" }\nconst fate = (a: number) => ({ turn: Math.atan2(a, 1), factor: 1 / Math.cos(Math.atan(a)), kind: a !== 0 ? Kind.out : Kind.rest });`,
  },
};
