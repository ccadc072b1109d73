import type { Vector } from "../../math/types.ts";
import {
  type Figure,
  figure,
  type Layout,
  panelTitle,
  type Step,
  steps,
  type Trace,
} from "../../show/figure.ts";
import { colors, inkOf, sliderLook } from "../../show/theme.ts";

const ns = [1, 10, 100, 1000, 10_000, 100_000];

/** Weights and biases of pixels → hidden → mean and log-variance of each latent. */
const encoderSize = (pixels: number, hidden: number, latents: number) =>
  (pixels + 1) * hidden + (hidden + 1) * 2 * latents;

/**
 * Operations at test time and numbers stored, over the number of data points, both axes logarithmic.
 *
 * @param number of the figure, e.g. "1.5"
 * @param options pixels and latents of the model; hidden, the slider's encoders by their hidden units
 */
export function costs(
  number: string,
  { pixels = 64, latents = 2, hidden = [4, 16, 64, 256, 1024], first = 2 }: {
    pixels?: number;
    latents?: number;
    hidden?: readonly number[];
    first?: number;
  } = {},
): Figure {
  const each = 2 * latents;
  const storage = (units: number) => {
    const size = encoderSize(pixels, units, latents);
    return { size, meet: size / each };
  };
  const line = (name: string, y: Vector, color: string, more: Trace = {}): Trace => ({
    ...{ type: "scatter", mode: "lines", name, x: ns, y, line: { color, width: 2 } },
    ...more,
  });
  const right = { xaxis: "x2", yaxis: "y2" };
  const moving = (units: number) => {
    const { size, meet } = storage(units);
    return [{ x: ns, y: ns.map(() => size) }, { x: [meet, meet], y: [1, size] }];
  };
  const start = moving(hidden[first]);
  const note = (text: string, color: string, x: number, y: number, axes: string, more: Layout): Layout => ({
    ...{ text, showarrow: false, xref: `x${axes}`, yref: `y${axes}`, x: Math.log10(x), y: Math.log10(y) },
    ...{ font: { color: inkOf(color) }, ...more },
  });
  const end = ns[ns.length - 1], beside = { xanchor: "left", xshift: 4 };
  const notes = (units: number) => {
    const { size, meet } = storage(units);
    return [
      panelTitle("work at test time, by effort a point", "x", "y"),
      panelTitle("storage", "x2", "y2"),
      ...[1000, 100, 10].map((T) => note(`${T} steps`, colors.blue, end, end * T, "", beside)),
      note("1 pass", colors.orange, end, end, "", beside),
      note("a table", colors.blue, 3, 3 * each, "2", { xanchor: "left", yshift: -16 }),
      note(`encoder: ${size}`, colors.orange, 1.3, size, "2", { xanchor: "left", yshift: 12 }),
      note(`n = ${meet}`, colors.black, meet, 1, "2", { xanchor: "left", yshift: 10, xshift: 4 }),
    ];
  };
  const slide: Step[] = hidden.map((units) => {
    const now = moving(units);
    return {
      label: String(units),
      restyle: { x: now.map((c) => c.x), y: now.map((c) => c.y) },
      relayout: { annotations: notes(units) },
      traces: [5, 6],
    };
  });
  const log = (title: string, more: Layout): Layout => ({
    ...{ type: "log", title, exponentformat: "power", dtick: 1 },
    ...more,
  });
  const panels = (left: Vector, other: Vector, upper: Vector, lower: Vector): Layout => ({
    xaxis: log("data points n", { domain: left, range: [0, 5], anchor: "y" }),
    yaxis: log("operations", { domain: upper, range: [0, 8.2], anchor: "x" }),
    xaxis2: log("data points n", { domain: other, range: [0, 5], anchor: "y2" }),
    yaxis2: log("numbers stored", { domain: lower, range: [0, 6], anchor: "x2" }),
  });
  return figure({
    data: [
      ...[1000, 100, 10].map((T) =>
        line(`${T} optimiser steps a point`, ns.map((n) => n * T), colors.blue, {
          line: { color: colors.blue, width: T === 100 ? 2.5 : 1.5 },
        })
      ),
      line("one encoder pass a point", ns, colors.orange),
      line("own parameters of every point", ns.map((n) => each * n), colors.blue, right),
      line("the encoder's parameters", start[0].y, colors.orange, right),
      {
        ...line("break-even", start[1].y, colors.black, right),
        ...{ x: start[1].x, mode: "lines+markers", line: { color: colors.black, width: 1, dash: "dot" } },
        marker: { color: colors.black, size: [0, 9] },
      },
    ],
    layout: {
      ...panels([0, 0.38], [0.56, 1], [0, 1], [0, 1]),
      annotations: notes(hidden[first]),
      margin: { b: 116, t: 36 },
      sliders: [{
        ...sliderLook,
        pad: { t: 56, b: 4 },
        active: first,
        currentvalue: { prefix: "hidden units of the encoder: " },
        steps: steps(slide),
      }],
    },
    narrow: { ...panels([0, 0.74], [0, 1], [0.58, 1], [0, 0.4]), height: 720 },
    height: 430,
    caption:
      `**Figure ${number}.** Left: a fit for every point costs $T$ steps each, an encoder one pass (drawn alike). Right: a table grows with the data, an encoder does not; to the left of the dot sharing stores more, not less.`,
    description:
      `Two panels with logarithmic axes over the number of data points. Left: operations, rising lines for 10, 100 and 1000 optimiser steps a point and for one encoder pass. Right: numbers stored, ${each} a point for the table, a level line for the encoder, meeting at the break-even point. A slider changes the encoder's hidden units.`,
  });
}
