import { diagonal, identity, scale, singularValues } from "../../../math/linalg.ts";
import { type Figure, figure, type Step, type Trace } from "../../../show/figure.ts";
import { dots, line, panels, slider, words } from "../../../show/panels.ts";
import { colors, inkOf } from "../../../show/theme.ts";
import { gradientFlow, modes } from "../../solution.ts";
import { aligned, alignedLimit, crossed } from "../spectra.ts";

/** Singular values on their way: which directions weight decay keeps, and which are lost without it. */

const BOTH = { stopGradient: true, predictor: true } as const;
const LAST = 1000, FIRST = 0.3, FLOOR = 1e-5;
const TIMES = Array.from({ length: 45 }, (_, k) => FIRST * (LAST / FIRST) ** (k / 44));
/** One colour for each mode of the aligned data, one for each singular value of the crossed. */
const MODES = [colors.blue, colors.orange, colors.green], VALUES = [colors.black, colors.purple, colors.sky];

/** |wᵢ(t)| of each mode: X = diag(x), X′ = x′ I, W and W_p multiples of I. */
function alignedModes(eta: number): number[][] {
  const { x, xPrime, w, p } = aligned, I = identity(x.length);
  const at = { X: diagonal(x), Xprime: scale(xPrime, I), W: scale(w, I), Wp: scale(p, I) };
  const flow = gradientFlow({ ...at, ...BOTH, weightDecay: eta }, [0, ...TIMES]).slice(1);
  return x.map((_, i) => flow.map(({ W }) => Math.abs(W[i][i])));
}

/** σᵢ(t) where X, X′, W and W_p do not commute. */
function crossedValues(eta: number): (number | null)[][] {
  const flow = gradientFlow({ ...crossed, ...BOTH, weightDecay: eta }, [0, ...TIMES]).slice(1);
  const spectra = flow.map(({ W }) => singularValues(W));
  return spectra[0].map((_, i) => spectra.map((values) => values[i] > FLOOR ? values[i] : null));
}

/** Singular values of W over time, under a slider over the weight decay; thresholds and limits from the theory. */
export function singularValuesOverTime(): Figure {
  const decays = [0, 0.005, 0.01, 0.02, 0.05, 0.09, 0.15, 0.25], first = 0;
  const all = decays.map((eta) => ({
    eta,
    aligned: alignedModes(eta),
    limits: aligned.x.map((x) => alignedLimit(x, eta)),
    crossed: crossedValues(eta),
  }));
  const initial = all[first];
  const moving: Trace[] = [
    ...initial.aligned.map((y, i) =>
      line(TIMES, y, {
        ...{ color: MODES[i], hovertemplate: `x = ${aligned.x[i]}: σ = %{y:.3f} at t = %{x:.3g}` },
      })
    ),
    ...initial.limits.map((y, i) =>
      line([FIRST, LAST], [y, y], {
        ...{ color: MODES[i], width: 1.5, dash: "dot", hovertemplate: "limit by the theory: %{y:.3f}" },
      })
    ),
    line([initial.eta, initial.eta], [0, 1], { color: colors.black, panel: 2, hoverinfo: "skip" }),
    ...initial.crossed.map((y, i) =>
      line(TIMES, y, {
        ...{ color: VALUES[i], panel: 3, hovertemplate: `σ${"₁₂₃"[i]} = %{y:.2e} at t = %{x:.3g}` },
      })
    ),
  ];
  const slide: Step[] = all.map(({ eta, ...at }) => ({
    label: String(eta),
    restyle: {
      x: [
        ...at.aligned.map(() => TIMES),
        ...at.limits.map(() => [FIRST, LAST]),
        [eta, eta],
        ...at.crossed.map(() => TIMES),
      ],
      y: [...at.aligned, ...at.limits.map((y) => [y, y]), [0, 1], ...at.crossed],
    },
    traces: moving.map((_, k) => k),
  }));
  const time = {
    ...{ type: "log", range: [Math.log10(FIRST), Math.log10(LAST)], title: "time t" },
    ...{ tickvals: [1, 10, 100, 1000], ticktext: ["1", "10", "100", "1000"] },
  };
  return figure({
    data: [
      ...moving,
      ...aligned.x.flatMap((x, i) => nose(x, MODES[i])),
      ...aligned.x.map((_, i) =>
        dots(decays, all.map((at) => at.aligned[i][TIMES.length - 1]), {
          ...{ panel: 2, cliponaxis: false, hovertemplate: "η = %{x}: σ = %{y:.3f} at the end" },
          ...{ color: "#ffffff", edge: MODES[i] },
        })
      ),
    ],
    ...panels([
      { title: "three modes", share: 1.1, x: time, y: { range: [0, 1], title: "singular values of W" } },
      {
        ...{ title: "where they end", x: { range: [-0.008, 0.27], dtick: 0.1, title: "weight decay η" } },
        y: { range: [0, 1] },
      },
      {
        title: `mixed: ${
          VALUES.map((color, i) => `<span style="color:${inkOf(color)}">σ${"₁₂₃"[i]}</span>`).join(" ")
        }`,
        x: time,
        y: { type: "log", range: [Math.log10(FLOOR), 0.4] },
      },
    ], {
      ...{ gap: 0.095, narrowHeight: 1080, margin: { b: 110 } },
      sliders: [slider("weight decay η = ", slide, first)],
    }),
    height: 440,
    caption:
      "**Figure 5.7.** Weight decay is a filter: a mode of strength $x$ has a $p_+$ to end at while $\\eta<x^2/4(x+x')$, the tip of its curve, and ends at 0 beyond. (The start drawn, $w=0.3$, $p=0.7$, reaches it up to nine tenths of the way; closer to the tip it lies outside of the basin.) Without any, $\\eta=0$, a direction can be lost for good: its imbalance $w^2-p^2$ is frozen, and a little decay revives it. The same happens on the right, where no two matrices commute; there it is an observation.",
    description: `Left: three singular values of W over time on aligned data with x = ${
      aligned.x.join(", ")
    } and x′ = ${aligned.xPrime}, dotted where the theory says they end. Middle: the fixed points p₊ and p₋ of each mode over the weight decay, curves that meet at ${
      aligned.x.map((x) => modes({ x, xPrime: aligned.xPrime, weightDecay: 0 }).threshold.toFixed(3)).join(
        ", ",
      )
    }, and rings where the flow ended; at decay 0 the weakest mode ends at 0. Right: three singular values on a logarithmic axis for data and weights that do not commute: without decay the third falls below 1e-5 by time 100, with 0.005 to 0.05 it comes back, with 0.09 and more it dies. A slider moves the decay from 0 to 0.25.`,
  });
}

/** p₊ (solid) and p₋ (dotted) of a mode over the decay, up to the threshold where they meet. */
function nose(x: number, color: string): Trace[] {
  const { xPrime } = aligned, { threshold } = modes({ x, xPrime, weightDecay: 0 });
  // Closer and closer at the tip, where the curve is steep.
  const etas = Array.from({ length: 41 }, (_, k) => threshold * (1 - (1 - k / 40) ** 2));
  const points = etas.map((weightDecay) => modes({ x, xPrime, weightDecay }));
  const curve = (y: (number | null)[], dash: string): Trace =>
    line(etas, y, {
      ...{ panel: 2, color, width: 1.5, dash, hovertemplate: "fixed point %{y:.3f} at η = %{x:.3f}" },
    });
  return [
    curve(points.map(({ pPlus }) => pPlus), "solid"),
    curve(points.map(({ pMinus }) => pMinus), "dot"),
    words(x === 1 ? " x = 1" : ` ${x}`, [threshold, x / (x + xPrime) / 2], { color, panel: 2 }),
  ];
}
