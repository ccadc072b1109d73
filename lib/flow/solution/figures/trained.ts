import type { Point } from "../../points.ts";
import { type RealNvp, realNvpToBase } from "../real_nvp.ts";
import { type Figure, figure, type Step } from "../../../show/figure.ts";
import { dots, heat, panels, slider } from "../../../show/panels.ts";
import { colors, sequential } from "../../../show/theme.ts";
import { grid } from "../../figures/parts.ts";
import { descent } from "./parts.ts";

/** What a trained flow's picture needs. */
interface TrainedDensity {
  kept: readonly { readonly step: number; readonly flow: RealNvp }[];
  losses: readonly number[];
  /** Points that were held out. */
  points: readonly Point[];
  /** Half width of the picture in x and y. */
  reach: Point;
  /** Axis titles. */
  axes: readonly [string, string];
  caption: string;
  /** What stands left, in words. */
  description: string;
}

const CELLS = 44;

/** The density at saved steps as a heat map under held-out points, and the objective over the steps. */
function trainedDensity(
  { kept, losses, points, reach, axes, caption, description }: TrainedDensity,
): Figure {
  const xs = grid(-reach[0], reach[0], CELLS), ys = grid(-reach[1], reach[1], CELLS);
  const maps = kept.map(({ flow }) => {
    const toBase = realNvpToBase(flow);
    const density = (x: Point) => {
      const { u, logAbsDet } = toBase(x);
      return Math.exp(logAbsDet - 0.5 * (u[0] ** 2 + u[1] ** 2)) / (2 * Math.PI);
    };
    return ys.map((y) => xs.map((x) => Number(density([x, y]).toPrecision(3))));
  });
  const last = maps.length - 1, top = Math.max(...maps[last].flat());
  const { curve, panel, at: lossAt } = descent(losses);
  const slide: Step[] = kept.map(({ step }, i) => ({
    label: String(step),
    restyle: { z: [maps[i], null], x: [xs, [step]], y: [ys, [lossAt(step)]] },
    traces: [0, 3],
  }));
  return figure({
    data: [
      heat(xs, ys, maps[last], {
        ...{ zmin: 0, zmax: top, zsmooth: "best", colorscale: sequential },
        ...{ hoverinfo: "all", hovertemplate: "density %{z}<extra></extra>" },
      }),
      dots(points.map((p) => p[0]), points.map((p) => p[1]), {
        ...{ hoverinfo: "skip", name: "held-out points", color: colors.orange, size: 3.5, opacity: 0.75 },
      }),
      curve,
      dots([kept[last].step], [lossAt(kept[last].step)], {
        ...{ panel: 2, hoverinfo: "skip", color: colors.black, size: 9, cliponaxis: false },
      }),
    ],
    ...panels([
      {
        ...{ title: "density and held-out points", share: 2.15 },
        x: { range: [-reach[0], reach[0]], title: axes[0], showgrid: false },
        y: { range: [-reach[1], reach[1]], title: axes[1], showgrid: false },
      },
      panel("objective (nats a point)"),
    ], { gap: 0.12, narrowHeight: 820, sliders: [slider("step ", slide, last)] }),
    height: 450,
    caption,
    description: `${description} Right: the objective over the training steps, ${
      lossAt(3).toFixed(2)
    } nats a point at first, ${lossAt(kept[last].step).toFixed(2)} at the end. A slider chooses the step.`,
  });
}

type Training = Pick<TrainedDensity, "kept" | "losses">;

/** Two moons as a flow learns them. */
export const moonsLearned = (trained: Training, points: readonly Point[]): Figure =>
  trainedDensity({
    ...trained,
    points,
    reach: [2.2, 1.6],
    axes: ["x₁", "x₂"],
    caption:
      "**Figure 3.6.** A flow of six couplings learns two moons by forward KL: blue is its density at the chosen step, orange are held-out points.",
    description:
      "Left: a heat map of the learned density with 500 orange points on two interlocked half circles. At step 0 it is a round cloud, at the last step two thin arcs.",
  });

/** The digits in their principal plane as a flow learns them. */
export const digitsLearned = (trained: Training, points: readonly Point[], share: number): Figure =>
  trainedDensity({
    ...trained,
    points,
    reach: [2.3, 2.3],
    axes: ["first principal component", "second principal component"],
    caption: `**Figure 3.7.** Handwritten digits in the two directions in which they vary most (${
      (100 * share).toFixed(0)
    } % of the variance): a dense core and arms, which no normal has.`,
    description:
      "Left: a heat map of the learned density over two principal components with 355 orange held-out points; it has a dense core above the middle and fades out in arms.",
  });
