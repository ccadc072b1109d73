import { type PlanarStack, planarStackFlow, ringEnergy } from "../planar_fit.ts";
import type { Point } from "../points.ts";
import { type Figure, figure, panelTitle, type Step, steps } from "../../show/figure.ts";
import { colors, sequential, sliderLook } from "../../show/theme.ts";
import { averaged, curve, grid } from "./parts.ts";

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
  const smooth = averaged(losses);
  const last = kept.length - 1, every = losses.map((_, k) => k + 1).filter((k) => k % 3 === 0);
  const slide: Step[] = kept.map(({ step }, i) => ({
    label: String(step),
    restyle: { x: [images[i].x], y: [images[i].y] },
    traces: [1],
  }));
  return figure({
    data: [
      {
        type: "heatmap",
        x: xs,
        y: xs,
        z: xs.map((y) => xs.map((x) => Number(Math.exp(-ringEnergy([x, y])).toPrecision(3)))),
        zsmooth: "best",
        showscale: false,
        colorscale: sequential,
        hoverinfo: "skip",
      },
      {
        type: "scatter",
        mode: "markers",
        ...images[last],
        hoverinfo: "skip",
        name: "F(u)",
        marker: { color: colors.orange, size: 3.5, opacity: 0.75 },
      },
      curve(every, every.map((k) => smooth[k - 1]), colors.blue, {
        xaxis: "x2",
        yaxis: "y2",
        name: "objective",
      }),
    ],
    layout: {
      xaxis: { domain: [0, 0.6], range: [-3.6, 3.6], title: "x₁", showgrid: false, constrain: "domain" },
      yaxis: { range: [-3.6, 3.6], title: "x₂", showgrid: false, scaleanchor: "x", constrain: "domain" },
      xaxis2: { domain: [0.72, 1], range: [0, losses.length], title: "step", anchor: "y2" },
      yaxis2: { title: "objective (nats)", anchor: "x2" },
      annotations: [
        panelTitle("target and samples of the flow", "x", "y"),
        panelTitle("training", "x2", "y2"),
      ],
      sliders: [{ ...sliderLook, active: last, currentvalue: { prefix: "step " }, steps: steps(slide) }],
      margin: { b: 96 },
    },
    narrow: {
      height: 820,
      xaxis: { domain: [0, 1] },
      yaxis: { domain: [0.42, 1] },
      xaxis2: { domain: [0, 1] },
      yaxis2: { domain: [0, 0.28] },
    },
    height: 470,
    caption:
      "**Figure 3.8.** A stack of planar maps learns a density from its energy alone, neither normalised nor drawn from: blue is $e^{-E}$, orange are 600 base samples sent through the flow. The objective rises at first because the energy is turned on slowly.",
    description:
      "Left: a heat map of two facing arcs, left and right, with orange points. At step 0 the points are a round cloud, at the last step they lie on both arcs with a thin bridge between. Right: the objective over the training steps. A slider chooses the step.",
  });
}
