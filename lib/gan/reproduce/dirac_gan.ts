import { type Comparison, numberOf, orderOf, type Reproduction } from "../../course/reproduction.ts";
import { spectralRadius } from "../dynamics.ts";

// The Dirac-GAN: data δ₀, generator δ_θ, discriminator D(x) = ψ x, f(t) = −log(1 + e^{−t}):
// L(θ, ψ) = f(ψθ) + f(0), which ψ raises and θ lowers. Every method below is a vector field v(θ, ψ); one step of
// simultaneous gradient descent is (θ, ψ) + h v, of the alternating one θ first, then ψ at the new θ.

type Pair = readonly [theta: number, psi: number];

/** f′(t) = 1/(1 + eᵗ): ½ at 0. */
const slope = (t: number) => 1 / (1 + Math.exp(t));

/** v(θ, ψ): what θ and ψ move along. */
type Field = (theta: number, psi: number) => Pair;

const gan: Field = (theta, psi) => [-psi * slope(theta * psi), theta * slope(theta * psi)];

/** The noise of the instances, and the strength of every penalty. */
const SIGMA2 = 0.5, GAMMA = 1, CLIP = 1, TARGET = 0.3;

/** E over x ~ N(centre, σ²) of g(x), by the five-point Gauss–Hermite rule, exact for polynomials up to degree 9. */
function expectation(centre: number, g: (x: number) => number): number {
  const points = [0, 0.9585724646138185, 2.0201828704560856],
    weights = [0.9453087204829419, 0.3936193231522412, 0.01995324205904591];
  const at = (node: number) => g(centre + Math.SQRT2 * Math.sqrt(SIGMA2) * node);
  return (weights[0] * at(0) + weights[1] * (at(points[1]) + at(-points[1])) +
    weights[2] * (at(points[2]) + at(-points[2]))) /
    Math.sqrt(Math.PI);
}

interface Method {
  readonly name: string;
  /** What the paper says; null where it is a matter of the rate. */
  readonly converges: boolean | null;
  /** Where it says so. */
  readonly where: string;
  readonly field: Field;
  /** ψ is cut to ±CLIP after each of its steps. */
  readonly clip?: boolean;
  /** Steps of ψ to one of θ (1). */
  readonly inner?: number;
}

/** Methods that the paper speaks of. */
const methods: readonly Method[] = [
  { name: "The GAN as it is", converges: false, where: "Section 2.2", field: gan },
  {
    name: "The non-saturating GAN",
    converges: null,
    where: "The paper, on the non-saturating GAN",
    field: (theta, psi) => [-psi * slope(-theta * psi), theta * slope(theta * psi)],
  },
  {
    name: "WGAN with clipping, five steps of ψ to one of θ",
    converges: false,
    where: "Lemma 3.1",
    field: (theta, psi) => [-psi, theta],
    clip: true,
    inner: 5,
  },
  {
    name: "WGAN-GP, five steps of ψ to one of θ",
    converges: false,
    where: "Abstract",
    field: (theta, psi) => [-psi, theta - GAMMA * Math.sign(psi) * (Math.abs(psi) - TARGET)],
    inner: 5,
  },
  {
    name: "Instance noise",
    converges: true,
    where: "Lemma 3.2",
    // L = E f(ψ(θ + ε)) + E f(−ψ ε)
    field: (theta, psi) => [
      -psi * expectation(theta, (x) => slope(psi * x)),
      expectation(theta, (x) => x * slope(psi * x)) - expectation(0, (x) => x * slope(-psi * x)),
    ],
  },
  {
    name: "The zero-centred gradient penalty (R1)",
    converges: true,
    where: "Lemma 3.3",
    field: (theta, psi) => [-psi * slope(theta * psi), theta * slope(theta * psi) - GAMMA * psi],
  },
  { name: "Consensus optimisation", converges: true, where: "Introduction", field: consensus },
];

/** v − γ ∇ ½‖v‖², by differences of the field itself. */
function consensus(theta: number, psi: number): Pair {
  const energy = (a: number, b: number) => gan(a, b).reduce((sum, x) => sum + x * x, 0) / 2, e = 1e-5;
  const [down, up] = gan(theta, psi);
  return [
    down - GAMMA * (energy(theta + e, psi) - energy(theta - e, psi)) / (2 * e),
    up - GAMMA * (energy(theta, psi + e) - energy(theta, psi - e)) / (2 * e),
  ];
}

/** The Jacobian of a field at the equilibrium, by differences. */
function jacobian(field: Field): number[][] {
  const e = 1e-5,
    column = (a: number, b: number) => {
      const [plus, minus] = [field(a, b), field(-a, -b)];
      return [0, 1].map((i) => (plus[i] - minus[i]) / (2 * e));
    };
  const [left, right] = [column(e, 0), column(0, e)];
  return [[left[0], right[0]], [left[1], right[1]]];
}

/** Real and imaginary part of the eigenvalue of larger real part. */
function leading([[a, b], [c, d]]: readonly (readonly number[])[]): { re: number; im: number } {
  const half = (a + d) / 2, under = half * half - (a * d - b * c);
  return under < 0 ? { re: half, im: Math.sqrt(-under) } : { re: half + Math.sqrt(under), im: 0 };
}

/** The path of a method: θ moves, then ψ at the new θ. */
function path({ field, clip, inner = 1 }: Method, h: number, steps: number): Pair[] {
  const states: Pair[] = [[1, 1]];
  for (let k = 0; k < steps; k++) {
    let [theta, psi] = states[k];
    theta += h * field(theta, psi)[0];
    for (let i = 0; i < inner; i++) {
      psi += h * field(theta, psi)[1];
      if (clip) psi = Math.min(CLIP, Math.max(-CLIP, psi));
    }
    states.push([theta, psi]);
  }
  return states;
}

/** Largest distance from the equilibrium over the last fifth of a path, against its start's. */
const remains = (states: readonly Pair[]) => {
  const far = states.slice(Math.floor(0.8 * states.length)).map(([a, b]) => Math.hypot(a, b));
  return Math.max(...far) / Math.SQRT2;
};

export const diracGan: Reproduction = {
  name: "dirac_gan",
  title: "Which methods converge on the Dirac-GAN",
  paper: "Mescheder, Geiger and Nowozin 2018, Which Training Methods for GANs do actually Converge?",
  link: "https://arxiv.org/abs/1801.04406",
  what:
    "Seven methods on the paper's Dirac-GAN, as in its Figure 3, from (1, 1): eigenvalues at the equilibrium, and " +
    "40,000 alternating steps of size 0.01. Nothing is shortened, and there is no chance in it. Figure 3 has no numbers: " +
    "what is compared is which paths reach the equilibrium.",
  chance: false,
  mnist: false,
  minutes: 1,
  async run(desk) {
    const h = 0.01, steps = desk.tiny ? 2_000 : 40_000;
    const [found] = await desk.parts([{
      key: "paths",
      run: () =>
        methods.map((method) => ({
          name: method.name,
          left: remains(path(method, h, steps)),
          // what a figure shows: few points, by longer steps
          orbit: path(method, 0.1, 200).map((p) => [...p]),
        })),
    }]);
    const comparisons: Comparison[] = [
      ...theorems(),
      ...methods.flatMap(({ name, converges, where }, i) => {
        if (converges === null) return [];
        const { left } = found[i];
        return converges
          ? [numberOf({
            statement: `${name} converges`,
            ...{ where, published: 0, within: 0.01, ours: [left] },
            unit: "of the start's distance is left",
          })]
          : [orderOf({
            statement: `${name} does not converge`,
            ...{ where, published: "stays away from (0, 0)", ours: [left - 0.1] },
            unit: "more than a tenth of the start's distance",
          })];
      }),
    ];
    return { comparisons, series: Object.fromEntries(found.map(({ name, orbit }) => [name, orbit])) };
  },
};

/** What Sections 2 and 3 prove, against the same by numbers. */
function theorems(): Comparison[] {
  const radius = (alternating: boolean, step: number) => {
    const [[a, b], [c, d]] = jacobian(gan).map((row) => row.map((x) => step * x));
    // θ first: ψ's row sees the new θ
    const first = [1 + a, b], second = alternating ? [c * first[0], 1 + d + c * first[1]] : [c, 1 + d];
    return spectralRadius([first, second]);
  };
  const R1 = (gamma: number) => leading(jacobian((t, p) => [gan(t, p)[0], gan(t, p)[1] - gamma * p])).re;
  const best = Array.from({ length: 400 }, (_, i) => 0.01 * (i + 1))
    .reduce((least, gamma) => R1(gamma) < R1(least) - 1e-9 ? gamma : least);
  return [
    numberOf({
      statement: "The unregularised GAN's vector field has eigenvalues $\\pm f'(0)\\,i$ at the equilibrium",
      where: "Lemma 2.2",
      published: 0.5,
      within: 1e-6,
      ours: [leading(jacobian(gan)).im],
      unit: "(imaginary part)",
    }),
    numberOf({
      statement: "Those of the non-saturating GAN have no real part either: no linear rate",
      where: methods[1].where,
      published: 0,
      within: 1e-6,
      ours: [leading(jacobian(methods[1].field)).re],
      unit: "(real part)",
    }),
    numberOf({
      statement: "A simultaneous step grows by $\\sqrt{1 + h^2 f'(0)^2}$",
      where: "Lemma 2.4",
      published: Math.sqrt(1 + 0.25),
      within: 1e-6,
      ours: [radius(false, 1)],
      unit: "a step (h = 1)",
    }),
    numberOf({
      statement: "Alternating steps have their eigenvalues on the unit circle while $h\\,f'(0) \\le 2$",
      where: "Lemma 2.5",
      published: 1,
      within: 1e-6,
      ours: [radius(true, 1)],
      unit: "a step (h = 1)",
    }),
    orderOf({
      statement: "… and leave it where $h\\,f'(0) > 2$",
      where: "Lemma 2.5",
      published: "a radius above 1",
      ours: [radius(true, 4.4) - 1],
      unit: "above 1 (h = 4.4)",
    }),
    numberOf({
      statement: "The penalty acts fastest where the eigenvalues meet, at $\\gamma = 2\\,|f'(0)|$",
      where: "Lemma 3.3",
      published: 1,
      within: 0.01,
      ours: [best],
      unit: "(γ)",
    }),
  ];
}
