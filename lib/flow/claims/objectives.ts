import { type Density, divergence, entropy, normal1d, pushforward } from "../../math/divergence.ts";
import { planar } from "../mod.ts";
import type { BaseToData, DataToBase } from "../grants.ts";
import { forwardKlObjective, reverseKlObjective } from "../objective.ts";
import { scene, scenePlan } from "../scene.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { type Dual, duals, gradient } from "../../math/dual.ts";
import * as dual from "../../math/dual.ts";
import { inverse, matmul, transpose } from "../../math/linalg.ts";
import { integrate } from "../../math/quadrature.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo.ts";

/** 3.2: the two objectives, what each needs, and what each does. */

const det = ([[a, b], [c, d]]: Matrix) => a * d - b * c;
const apply = (M: Matrix, v: readonly number[]) => M.map((row) => row[0] * v[0] + row[1] * v[1]);
const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

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

/** What knowing 7 p_X for p_X changes: the reverse objective of a quartic energy, and its gradient. */
function changesBySeven(): { objective: number; gradient: number } {
  const quartic = { a: 0.1, b: 0.5, c: 0.2 }, theta = [0.1, 0.2];
  const right = reverseObjective((x) => energy(quartic, x));
  const seven = reverseObjective((x) => duals.add(energy(quartic, x), duals.of(Math.log(7))));
  const valueOf = (objective: typeof right) => objective(theta.map(duals.of)).value;
  return {
    objective: valueOf(seven) - valueOf(right),
    gradient: difference(gradient(seven, theta), gradient(right, theta)),
  };
}

const squeezed: Matrix = [[2, 0], [0, 0.5]];
const largestStretch = Math.max(...squeezed.flat());

export const objectives = [
  define("3.2.a", {
    statement:
      "$\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)}) = \\mathbb{E}_{p_X}[-\\log p_{F(U)}(X)] - h(X)$: what is left out does not depend on $\\theta$, provided that the entropy $h(X)$ is finite",
    evidence: "quadrature",
    subject: { constant: (data: Density, _model: Density) => -entropy(data) },
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
    mutants: mutants["3.2.a"],
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
    mutants: mutants["3.2.b"],
    printed: {
      text: "$\\log\\lvert J_{F^{-1}}(x)\\rvert$ with a matrix between the bars.",
      counterexample: {
        "$J$": squeezed,
        "$\\lvert\\det J\\rvert$": Math.abs(det(squeezed)),
        "largest singular value": largestStretch,
      },
      // the norm of this matrix is not the volume it makes of a unit square
      error: () => Math.abs(Math.log(largestStretch) - Math.log(Math.abs(det(squeezed)))),
    },
  }),
  define("3.2.c", {
    statement:
      "$\\mathrm{KL}(P_{F(U)} \\,\\|\\, P_X) = \\mathbb{E}_{p_U}\\bigl[\\log p_U(U) - \\log\\lvert\\det J_F(U)\\rvert - \\log p_X(F(U))\\bigr]$, where $\\mathbb{E} \\log p_U$ is constant in $\\theta$",
    evidence: "quadrature",
    subject: {
      inside: ({ logPu, logAbsDetF, logPx, F }: Parts, u: number) => logPu(u) - logAbsDetF(u) - logPx(F(u)),
    },
    instance: scenePlan,
    error: ({ inside }, plan) => {
      const setting = scene(plan), { base, flow, data, logPu, overU } = setting;
      const direct = divergence("kl", pushforward(base, flow), data);
      return Math.max(
        difference(overU(logPu, (u) => inside(setting, u)), direct),
        difference(overU(logPu, logPu), -HALF_LOG_2PI - 0.5),
      );
    },
    mutants: mutants["3.2.c"],
  }),
  define("3.2.d", {
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
    mutants: mutants["3.2.d"],
    printed: {
      text: "The reverse objective “only requires to evaluate $p_X$”.",
      counterexample: {
        "known": "$7 p_X$, and nowhere its integral",
        "change of the objective": Number(changesBySeven().objective.toFixed(6)),
        "change of its gradient": Number(changesBySeven().gradient.toFixed(6)),
      },
      // the value can't be had from 7 p_X, the gradient can
      error: () => changesBySeven().gradient < 1e-12 ? Math.abs(changesBySeven().objective) : 0,
    },
  }),
  define("3.2.e", {
    statement:
      "Density without samples: the reverse divergence; samples without density: the forward one. Each objective runs with what its scenario grants and asks for nothing else",
    evidence: "exact",
    subject: {
      forward: forwardKlObjective as (
        data: Granted,
        flow: DataToBase<number>,
        us: readonly number[],
      ) => number,
      reverse: reverseKlObjective as (
        data: Granted,
        flow: BaseToData<number>,
        us: readonly number[],
      ) => number,
      choice: { densityOnly: "reverse", samplesOnly: "forward" } as Record<Scenario, Direction>,
    },
    instance: (random, index) => ({
      plan: scenePlan(random, index),
      xs: random.list(8, () => random.uniform(0.1, 2)),
      us: random.normals(8),
    }),
    error: (subject, { plan, xs, us }) => {
      const { logPu, inverse, F, logAbsDetF, logAbsDetInverse, logPx } = scene(plan);
      const flow = { logPu, inverse, logAbsDetInverse, forward: F, logAbsDet: logAbsDetF };
      const asked = (direction: Direction) => {
        const names = new Set<string>();
        const watched = {
          get samples() {
            return names.add("samples") && xs;
          },
          get logPx() {
            return names.add("logPx") && logPx;
          },
        };
        return Number.isFinite(subject[direction](watched, flow, us)) ? [...names] : [];
      };
      const { densityOnly, samplesOnly } = subject.choice;
      return Math.max(
        failsUnless(asked(densityOnly).join() === "logPx"),
        failsUnless(asked(samplesOnly).join() === "samples"),
      );
    },
    mutants: mutants["3.2.e"],
  }),
  define("3.2.f", {
    statement:
      "A planar map trains by forward KL only where it goes from data to base: then $F^{-1}$ is its forward pass; from base to data every data point asks for the inverse it does not have in closed form, and a folding map gives a “density” of mass above 1",
    evidence: "quadrature",
    subject: { toBase: dataToBase, product: (c: number) => c },
    instance: (random) => ({
      c: random.uniform(-0.9, 2),
      w: random.pick([-1, 1]) * random.uniform(0.5, 2),
      b: random.normal(),
    }),
    error: ({ toBase, product }, { c, w, b }) => {
      const map = planarOnLine(product(c) / w, w, b);
      const flow = { logPu: (u: number) => -HALF_LOG_2PI - u * u / 2, ...toBase(map) };
      const logDensity = (x: number) => -forwardKlObjective({ samples: [x] }, flow);
      const mass = integrate((x) => Math.exp(logDensity(x)), -Infinity, Infinity, {
        breakpoints: [-b / w, -4, 4],
      });
      return Math.max(difference(mass, 1), failsUnless(map.inversions() === 0));
    },
    mutants: mutants["3.2.f"],
  }),
];

type Parts = Pick<ReturnType<typeof scene>, "logPu" | "logAbsDetF" | "logPx" | "F">;
type Direction = "forward" | "reverse";
type Scenario = "densityOnly" | "samplesOnly";
interface Granted {
  readonly samples: readonly number[];
  logPx(x: number): number;
}

/** The planar map x + u tanh(w x + b) of the line; it counts how often it was inverted. */
function planarOnLine(u: number, w: number, b: number) {
  const map = planar({ u: [u], w: [w], b });
  let calls = 0;
  const inverse = (x: number) => {
    calls++;
    return map.inverse([x])[0];
  };
  const forward = (x: number) => map.forward([x])[0], logAbsDet = (x: number) => map.logAbsDet([x]);
  return { forward, inverse, logAbsDet, inversions: () => calls };
}

/** A map as the way from data to base. */
function dataToBase({ forward, logAbsDet }: ReturnType<typeof planarOnLine>) {
  return { inverse: forward, logAbsDetInverse: logAbsDet };
}
