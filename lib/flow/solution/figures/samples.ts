import { type PlanarStack, planarStackFlow, ringEnergy } from "../planar_fit.ts";
import type { Point } from "../../points.ts";
import { type Figure, figure, type Step } from "../../../show/figure.ts";
import { dots, heat, panels, slider } from "../../../show/panels.ts";
import { colors, sequential } from "../../../show/theme.ts";
import { grid } from "../../figures/parts.ts";
import { descent } from "./parts.ts";

const xs = grid(-3.6, 3.6, 60);

/** Where a planar flow takes base samples, at saved steps, over the unnormalised density it is fitted to. */
export function trainedSamples({ kept, losses, samples }: {
  kept: readonly { readonly step: number; readonly flow: PlanarStack }[];
  losses: readonly number[];
  samples: readonly Point[];
}): Figure {
  const images = kept.map(({ flow }) => {
    const { forward } = planarStackFlow(flow), moved = samples.map((u) => forward(u));
    return { x: moved.map((p) => p[0]), y: moved.map((p) => p[1]) };
  });
  const last = kept.length - 1;
  const slide: Step[] = kept.map(({ step }, i) => ({
    label: String(step),
    restyle: { x: [images[i].x], y: [images[i].y] },
    traces: [1],
  }));
  return figure({
    data: [
      heat(xs, xs, xs.map((y) => xs.map((x) => Number(Math.exp(-ringEnergy([x, y])).toPrecision(3)))), {
        ...{ zsmooth: "best", colorscale: sequential },
      }),
      dots(images[last].x, images[last].y, {
        ...{ hoverinfo: "skip", name: "F(u)", color: colors.orange, size: 3.5, opacity: 0.75 },
      }),
      descent(losses).curve,
    ],
    ...panels([
      {
        ...{ title: "target and samples of the flow", share: 2.15, square: true },
        x: { range: [-3.6, 3.6], title: "x₁", showgrid: false },
        y: { range: [-3.6, 3.6], title: "x₂", showgrid: false },
      },
      descent(losses).panel("objective (nats)"),
    ], { gap: 0.12, narrowHeight: 820, sliders: [slider("step ", slide, last)] }),
    height: 470,
    caption:
      "**Figure 3.8.** A stack of planar maps learns a density from its energy alone, neither normalised nor drawn from: blue is $e^{-E}$, orange are 600 base samples sent through the flow. After its first steps down the objective rises, because the energy is turned on slowly.",
    description:
      "Left: a heat map of two facing arcs, left and right, with orange points. At step 0 the points are a round cloud, at the last step they lie on both arcs with a thin bridge between. Right: the objective over the training steps. A slider chooses the step.",
  });
}
