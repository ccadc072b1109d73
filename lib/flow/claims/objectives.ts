import { type Density, divergence, entropy, normal1d, pushforward } from "../../math/divergence.ts";
import { scene, scenePlan } from "../scene.ts";
import { difference } from "../../math/difference.ts";
import { type Dual, duals, gradient } from "../../math/dual.ts";
import * as dual from "../../math/dual.ts";
import { inverse, matmul, transpose } from "../../math/linalg.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { erratum } from "../../proof/erratum.ts";
import { type Both, both, bothPlan, otherVolumes, volumeOf } from "./both.ts";
import { LOG_2PI } from "../../math/stable.ts";

/** 3.2.a–d: the two objectives. */

const det = ([[a, b], [c, d]]: Matrix) => a * d - b * c;
const apply = (M: Matrix, v: readonly number[]) => M.map((row) => row[0] * v[0] + row[1] * v[1]);
const HALF_LOG_2PI = LOG_2PI / 2;

/** E f(ε), ε ~ N(0, I₂), exact for polynomials of degree 5: three Gauss–Hermite points a coordinate. */
function planeMean(f: (e: [number, number]) => number): number {
  const nodes = [[-Math.sqrt(3), 1 / 6], [0, 2 / 3], [Math.sqrt(3), 1 / 6]];
  return nodes.reduce((sum, [x, wx]) => nodes.reduce((s, [y, wy]) => s + wx * wy * f([x, y]), sum), 0);
}

/** E f(ε), ε ~ N(0, 1), for polynomials exact to rounding: the trapezoid rule with step ¼. */
function lineMean(f: (e: number) => Dual<number>): Dual<number> {
  let total = duals.zero;
  for (let k = -52; k <= 52; k++) {
    const e = k / 4, weight = 0.25 * Math.exp(-0.5 * e * e - HALF_LOG_2PI);
    total = duals.add(total, duals.mul(duals.of(weight), f(e)));
  }
  return total;
}

const planeFlow = (random: Random) => ({
  A: [[random.uniform(0.8, 2), random.uniform(-0.7, 0.7)], [
    random.uniform(-0.7, 0.7),
    random.uniform(-2, -0.8),
  ]],
  b: random.normals(2),
  mean: random.normals(2),
  /** Data x = mean + L ε. */
  L: [[random.uniform(0.5, 1.5), 0], [random.normal(), random.uniform(0.5, 1.5)]],
});

/** KL(N(mean, L Lᵀ) ‖ N(b, A Aᵀ)) in the plane, the closed form. */
function klOfNormals({ A, b, mean, L }: ReturnType<typeof planeFlow>): number {
  const Q = inverse(matmul(A, transpose(A))), S = matmul(L, transpose(L)), gap = mean.map((m, i) => m - b[i]);
  const QS = matmul(Q, S), away = apply(Q, gap);
  const logRatio = Math.log(det(A) ** 2 / det(L) ** 2);
  return 0.5 * (QS[0][0] + QS[1][1] + away[0] * gap[0] + away[1] * gap[1] - 2 + logRatio);
}

/** log p̃(x) = −a x⁴ + b x² + c x: a density nobody has normalised. */
interface Quartic {
  a: number;
  b: number;
  c: number;
}
const energy = ({ a, b, c }: Quartic, x: Dual<number>) => {
  const { add, mul, of } = duals, square = mul(x, x);
  return add(add(mul(of(-a), mul(square, square)), mul(of(b), square)), mul(of(c), x));
};

/** E[−log p_X(x)] − s over x = e^s u + t, in θ = (s, t): the reverse objective but for E log p_U. */
const reverseObjective = (logPx: (x: Dual<number>) => Dual<number>) => ([s, t]: readonly Dual<number>[]) => {
  const { add, sub, mul, of, neg } = duals;
  return sub(lineMean((u) => neg(logPx(add(mul(dual.exp(s), of(u)), t)))), s);
};

/** E[(log q − log p_X) ∇ log q], the gradient of the same objective: no derivative of p_X. */
function gradientByScore(logPx: (x: Dual<number>) => Dual<number>, [s, t]: readonly number[]): number[] {
  const { sub, mul, of } = duals;
  return [0, 1].map((i) =>
    lineMean((u) => {
      const logQ = -0.5 * u * u - HALF_LOG_2PI - s, slope = i === 0 ? u * u - 1 : u * Math.exp(-s);
      return mul(sub(of(logQ), logPx(of(Math.exp(s) * u + t))), of(slope));
    }).value
  );
}

/** The largest singular value of a 2 × 2 matrix: what ‖J‖ usually means. */
function spectralNorm([[a, b], [c, d]]: Matrix): number {
  const squares = a * a + b * b + c * c + d * d, volume = a * d - b * c;
  return Math.sqrt((squares + Math.sqrt(Math.max(0, squares ** 2 - 4 * volume ** 2))) / 2);
}

export const objectives = [
  define("3.2.a", {
    aside: true,
    statement:
      "$\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)}) = \\mathbb{E}_{p_X}[-\\log p_{F(U)}(X)] - h(X)$: what is left out does not depend on $\\theta$, provided that the entropy $h(X)$ is finite",
    evidence: "quadrature",
    subject: { constant: (data: Density, _model: Density) => -entropy(data) },
    instances: 120,
    instance: (random, index) => ({
      plan: scenePlan(random, index),
      // F after an affine map of the base: a flow of two more parameters
      theta: { mean: random.normal(0, 0.5), sd: random.uniform(0.6, 1.5) },
    }),
    error: ({ constant }, { plan, theta: { mean, sd } }) => {
      const { flow, data, logPx, overX } = scene(plan), model = pushforward(normal1d(mean, sd), flow);
      const crossEntropy = overX(logPx, (x) => -model.logDensity(x));
      return difference(divergence("kl", data, model), crossEntropy + constant(data, model));
    },
    mutants: {
      "the model's entropy for the data's": { constant: (_data, model) => -entropy(model) },
      "the sign of the entropy": { constant: (data) => entropy(data) },
      "no constant": { constant: () => 0 },
    },
  }),
  define("3.2.b", {
    statement:
      "$\\ldots = -\\mathbb{E}_{p_X}\\bigl[\\log p_U(F^{-1}(X)) + \\log\\lvert\\det J_{F^{-1}}(X)\\rvert\\bigr] + \\text{const}$: the determinant of the Jacobian, in absolute value",
    evidence: "quadrature",
    subject: { volume: (J: Matrix) => Math.abs(det(J)) },
    instance: planeFlow,
    error: ({ volume }, flow) => {
      const { A, b, mean, L } = flow, J = inverse(A), [x0, x1] = mean;
      const objective = -planeMean((e) => {
        const [d0, d1] = apply(L, e), u = apply(J, [x0 + d0 - b[0], x1 + d1 - b[1]]);
        return -2 * HALF_LOG_2PI - 0.5 * (u[0] ** 2 + u[1] ** 2) + Math.log(volume(J));
      });
      const entropyOfX = 2 * HALF_LOG_2PI + 1 + Math.log(Math.abs(det(L)));
      return difference(objective - entropyOfX, klOfNormals(flow));
    },
    mutants: {
      ...otherVolumes,
      "the spectral norm for the determinant": { volume: spectralNorm },
    },
    printed: erratum({
      where: "3.2, both expansions",
      fault: "slip of the pen",
      text:
        "The Jacobian itself stands between the bars, $\\log\\lvert J_{F^{-1}}(x)\\rvert$, read as the norm of a matrix; in 3.1 it is the determinant.",
      sides: {
        "$\\lVert J \\rVert$": ({ J }: { J: Matrix }) => spectralNorm(J),
        "$\\lvert\\det J\\rvert$": ({ J }: { J: Matrix }) => Math.abs(det(J)),
      },
      counterexample: { J: [[2, 0], [0, 0.5]] },
      // a rotation: norm and volume are both 1
      example: { J: [[0.6, -0.8], [0.8, 0.6]] },
      shown: ({ J }) => ({ "$J$": J }),
    }),
  }),
  define("3.2.c", {
    statement:
      "$\\mathrm{KL}(P_{F(U)} \\,\\|\\, P_X) = \\mathbb{E}_{p_U}\\bigl[\\log p_U(U) - \\log\\lvert\\det J_F(U)\\rvert - \\log p_X(F(U))\\bigr]$, and $\\mathbb{E} \\log p_U(U)$ does not depend on $\\theta$, which moves $F$ and not $U$",
    evidence: "quadrature",
    subject: {
      volume: volumeOf,
      inside: ({ logPu, J, logPx, F }: Both, u: Vector, volume: (J: Matrix) => number) =>
        logPu(u) - Math.log(volume(J(u))) - logPx(F(u)),
    },
    instance: bothPlan,
    error: ({ volume, inside }, plan) => {
      const setting = both(plan), { inverse, logPu, logPx, Jinverse, overX, overU } = setting;
      const pushed = (x: Vector) => logPu(inverse(x)) + Math.log(volumeOf(Jinverse(x)));
      const direct = overX(pushed, (x) => pushed(x) - logPx(x));
      return difference(overU(logPu, (u) => inside(setting, u, volume)), direct);
    },
    mutants: {
      ...otherVolumes,
      "the log-det with the wrong sign": {
        inside: ({ logPu, J, logPx, F }, u) => logPu(u) + Math.log(volumeOf(J(u))) - logPx(F(u)),
      },
      "no log-det": { inside: ({ logPu, logPx, F }, u) => logPu(u) - logPx(F(u)) },
      "the entropy of the base forgotten": {
        inside: ({ J, logPx, F }, u) => -Math.log(volumeOf(J(u))) - logPx(F(u)),
      },
    },
  }),
  define("3.2.d", {
    aside: true,
    statement:
      "The reverse objective needs $\\log p_X$ only up to a constant: its gradient stays, whether it is taken through $F$ (with $\\nabla \\log p_X$) or by the score of the model (with values of $\\log p_X$ alone)",
    evidence: "closed form",
    subject: { known: (logPx: Dual<number>, constant: number) => duals.add(logPx, duals.of(constant)) },
    instance: (random) => ({
      quartic: { a: random.uniform(0.05, 0.3), b: random.normal(), c: random.normal() },
      theta: [random.uniform(-0.5, 0.3), random.normal(0, 0.5)],
      constant: random.uniform(-3, 3),
    }),
    error: ({ known }, { quartic, theta, constant }) => {
      const right = (x: Dual<number>) => energy(quartic, x);
      const given = (x: Dual<number>) => known(right(x), constant);
      const wanted = gradient(reverseObjective(right), theta);
      return Math.max(
        difference(gradient(reverseObjective(given), theta), wanted),
        // the constant drops out here as well, since the score has mean 0
        difference(gradientByScore(given, theta), wanted),
      );
    },
    mutants: {
      "a temperature instead of a constant": {
        known: (logPx, constant) => duals.mul(logPx, duals.of(1 + constant ** 2)),
      },
      "the density for its logarithm": { known: (logPx) => dual.exp(logPx) },
    },
  }),
];
