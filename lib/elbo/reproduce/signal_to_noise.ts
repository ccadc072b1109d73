import { type Desk, numberOf, orderOf, type Part, type Reproduction } from "../../course/reproduction.ts";
import { random } from "../../math/random.ts";

// z ~ N(μ, I), x | z ~ N(z, I), q(z | x) = N(A x + b, ⅔ I): the paper's own example, here in three
// dimensions. θ is μ, φ is b. With zⱼ = A x + b + √⅔ εⱼ and self-normalised weights w̃ⱼ the gradients of the
// importance-weighted bound are
//   ∂/∂μ = Σ w̃ⱼ (zⱼ − μ),   ∂/∂b = Σ w̃ⱼ (μ + x − 2 zⱼ),
// and the doubly reparametrised one of Tucker et al. 2019 is ∂/∂b = Σ w̃ⱼ² (μ + x − 2 zⱼ + (zⱼ − A x − b)/⅔).

const DIMENSIONS = 3, VARIANCE = 2 / 3;
const DRAWS = [1, 4, 16, 64, 256];

/** How far b is from its best value, A from ½, and x from μ. */
const SETTING = { b: 0.4, A: 0.5, x: 1.5 };

/** Mean |E g| / sd(g) over the components, of the three gradients. */
interface Ratios {
  readonly theta: number;
  readonly phi: number;
  readonly doubly: number;
}

/** From `samples` gradients, each the mean of `repeats` independent ones of k draws. */
function ratios(k: number, repeats: number, samples: number, seed: number): Ratios {
  const chance = random(seed), d = DIMENSIONS, sd = Math.sqrt(VARIANCE);
  const { b, A, x } = SETTING, centre = A * x + b;
  const sums = [0, 1, 2].map(() => ({ first: new Float64Array(d), second: new Float64Array(d) }));
  const z = new Float64Array(k * d), logW = new Float64Array(k), g = [0, 1, 2].map(() => new Float64Array(d));
  for (let s = 0; s < samples; s++) {
    for (const list of g) list.fill(0);
    for (let r = 0; r < repeats; r++) {
      let top = -Infinity, total = 0;
      for (let j = 0; j < k; j++) {
        let log = 0;
        for (let i = 0; i < d; i++) {
          const e = chance.normal(), at = centre + sd * e;
          z[j * d + i] = at;
          // −½ (z − μ)² − ½ (x − z)² + ½ ε², with μ = 0
          log += (e * e - at * at - (x - at) ** 2) / 2;
        }
        logW[j] = log;
        if (log > top) top = log;
      }
      for (let j = 0; j < k; j++) total += logW[j] = Math.exp(logW[j] - top);
      for (let j = 0; j < k; j++) {
        const w = logW[j] / total;
        for (let i = 0; i < d; i++) {
          const at = z[j * d + i], down = x - 2 * at;
          g[0][i] += w * at / repeats;
          g[1][i] += w * down / repeats;
          g[2][i] += w * w * (down + (at - centre) / VARIANCE) / repeats;
        }
      }
    }
    g.forEach((list, n) => {
      for (let i = 0; i < d; i++) {
        sums[n].first[i] += list[i];
        sums[n].second[i] += list[i] ** 2;
      }
    });
  }
  const [theta, phi, doubly] = sums.map(({ first, second }) =>
    first.reduce((sum, m, i) => {
      const mean = m / samples, variance = second[i] / samples - mean * mean;
      return sum + Math.abs(mean) / Math.sqrt(variance) / d;
    }, 0)
  );
  return { theta, phi, doubly };
}

/** The slope of ln y against ln x, by least squares. */
function slope(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x, y].map((list) => list.map(Math.log)), n = x.length;
  const [mu, mv] = [u, v].map((list) => list.reduce((a, b) => a + b, 0) / n);
  const cross = u.reduce((sum, a, i) => sum + (a - mu) * (v[i] - mv), 0);
  return cross / u.reduce((sum, a) => sum + (a - mu) ** 2, 0);
}

function part(desk: Desk, seed: number): Part<{ byDraws: Ratios[]; byRepeats: Ratios[] }> {
  return {
    key: `seed${seed}`,
    async run(report) {
      const byDraws: Ratios[] = [], most = desk.tiny ? 2_000 : 12_000_000;
      for (const [i, k] of DRAWS.entries()) {
        byDraws.push(ratios(k, 1, Math.max(50, Math.min(200_000, Math.floor(most / k))), 10 * seed + i));
        await report((i + 1) / 7, `k = ${k}`);
      }
      const byRepeats = [4, 16].map((repeats, i) =>
        ratios(16, repeats, Math.max(50, Math.floor(most / 64 / repeats)), 10 * seed + 5 + i)
      );
      return { byDraws, byRepeats };
    },
  };
}

export const signalToNoise: Reproduction = {
  name: "signal_to_noise",
  title: "Tighter bounds, noisier gradients",
  paper:
    "Rainforth, Kosiorek, Le, Maddison, Igl, Wood and Teh 2018, Tighter Variational Bounds are Not Necessarily Better",
  link: "https://arxiv.org/abs/1802.04537",
  what:
    "The paper's Gaussian example in 3 dimensions instead of 20, b off its best value by 0.4: signal-to-noise ratios of " +
    "the gradients in μ and b for k = 1 … 256 draws, each from up to 200,000 gradients. Slopes are fitted to k ≥ 16, since " +
    "the rates are those of large k.",
  chance: true,
  mnist: false,
  minutes: 2,
  async run(desk) {
    const found = await desk.parts(desk.seeds.map((seed) => part(desk, seed)));
    const large = DRAWS.slice(2);
    const inDraws = (of: keyof Ratios) =>
      found.map(({ byDraws }) => slope(large, byDraws.slice(2).map((r) => r[of])));
    const inRepeats = (of: keyof Ratios) =>
      found.map(({ byRepeats: [few, many] }) => slope([4, 16], [few[of], many[of]]));
    const where = "The paper's theory", unit = "(exponent)";
    return {
      comparisons: [
        numberOf({
          statement: "The signal-to-noise ratio of the generative network's gradient grows like $\\sqrt k$",
          ...{ where, unit, published: 0.5, within: 0.1, ours: inDraws("theta") },
        }),
        numberOf({
          statement: "That of the inference network's gradient falls like $1/\\sqrt k$",
          ...{ where, unit, published: -0.5, within: 0.1, ours: inDraws("phi") },
        }),
        numberOf({
          statement: "Averaging M estimates helps the generative network by $\\sqrt M$",
          ...{ where, unit, published: 0.5, within: 0.1, ours: inRepeats("theta") },
        }),
        numberOf({
          statement: "… and the inference network by $\\sqrt M$ too: M helps both, k one of them only",
          ...{ where, unit, published: 0.5, within: 0.1, ours: inRepeats("phi") },
        }),
        orderOf({
          statement: "The doubly reparametrised gradient's ratio grows with k instead of falling",
          where: "Tucker et al. 2019, DReG",
          published: "rises with k",
          ours: inDraws("doubly"),
          unit,
        }),
      ],
      series: {
        draws: DRAWS,
        ...Object.fromEntries(
          (["theta", "phi", "doubly"] as const).map((of) => [
            of,
            found.map(({ byDraws }) => byDraws.map((r) => r[of])),
          ]),
        ),
      },
    };
  },
};
