import type { Vector } from "../../../math/types.ts";
import { type Figure, figure, type Layout, type Step, type Trace } from "../../../show/figure.ts";
import { line, note, panels, slider } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";

const ns = [1, 10, 100, 1000, 10_000, 100_000];
/** The model's, and the slider's encoders by their hidden units. */
const pixels = 64, latents = 2, hidden = [4, 16, 64, 256, 1024], first = 2;
/** Numbers a point: mean and log-variance of each latent. */
const each = 2 * latents;

/** Weights and biases of pixels → hidden → mean and log-variance of each latent, and where a table stores as many. */
function storage(units: number) {
  const size = (pixels + 1) * units + (units + 1) * each;
  return { size, meet: size / each };
}

/**
 * Operations at test time and numbers stored, over the number of data points, both axes logarithmic.
 *
 * @param number of the figure, e.g. "1.6"
 */
export function costs(number: string): Figure {
  const moving = (units: number) => {
    const { size, meet } = storage(units);
    return [{ x: ns, y: ns.map(() => size) }, { x: [meet, meet], y: [1, size] }];
  };
  const start = moving(hidden[first]);
  const at = (text: string, color: string, [x, y]: readonly [number, number], more: Layout) =>
    note(text, Math.log10(x), Math.log10(y), { color, ...more });
  const end = ns[ns.length - 1], beside = { xanchor: "left", xshift: 4 }, right = { panel: 2 };
  const notes = (units: number) => {
    const { size, meet } = storage(units), inside = { ...right, xanchor: "left" };
    return [
      ...[1000, 100, 10].map((T) => at(`${T} steps`, colors.blue, [end, end * T], beside)),
      at("1 pass", colors.orange, [end, end], beside),
      at("a table", colors.blue, [3, 3 * each], { ...inside, yshift: -16 }),
      at(`encoder: ${size}`, colors.orange, [1.3, size], { ...inside, yshift: 12 }),
      at(`n = ${meet}`, colors.black, [meet, 1], {
        ...(meet * meet > end ? { xanchor: "right", xshift: -4 } : { xanchor: "left", xshift: 4 }),
        ...{ ...right, yshift: 10 },
      }),
    ];
  };
  const log = (title: string, to: number): Layout => ({
    ...{ type: "log", title, exponentformat: "power", dtick: 1, range: [0, to] },
  });
  const arranged = panels([
    {
      ...{ title: "work at test time", x: log("data points n", 5) },
      y: log("operations", 8.2),
    },
    { title: "storage", x: log("data points n", 5), y: log("numbers stored", 6.3) },
  ], {
    gap: 0.27,
    narrowHeight: 720,
    narrow: { xaxis: { domain: [0, 0.74] } },
    notes: notes(hidden[first]),
    margin: { b: 116, t: 36 },
  });
  const slide: Step[] = hidden.map((units) => {
    const now = moving(units);
    return {
      label: String(units),
      restyle: { x: now.map((c) => c.x), y: now.map((c) => c.y) },
      relayout: { annotations: [...arranged.titles, ...notes(units)] },
      traces: [5, 6],
    };
  });
  const curve = (name: string, y: Vector, color: string, more: Trace = {}) =>
    line(ns, y, { name, color, ...more });
  return figure({
    data: [
      ...[1000, 100, 10].map((T) =>
        curve(`${T} optimiser steps a point`, ns.map((n) => n * T), colors.blue, {
          width: T === 100 ? 2.5 : 1.5,
        })
      ),
      curve("one encoder pass a point", ns, colors.orange),
      curve("own parameters of every point", ns.map((n) => each * n), colors.blue, right),
      curve("the encoder's parameters", start[0].y, colors.orange, right),
      line(start[1].x, start[1].y, {
        ...{
          ...right,
          name: "break-even",
          mode: "lines+markers",
          color: colors.black,
          width: 1,
          dash: "dot",
        },
        marker: { color: colors.black, size: [0, 9] },
      }),
    ],
    narrow: arranged.narrow,
    layout: {
      ...arranged.layout,
      sliders: [slider("hidden units of the encoder: ", slide, first, { pad: { t: 56, b: 4 } })],
    },
    height: 430,
    caption:
      `**Figure ${number}.** Left: a fit for every point costs $T$ steps each, an encoder one pass (drawn alike). Right: a table grows with the data, an encoder does not; to the left of the dot sharing stores more, not less.`,
    description:
      `Two panels with logarithmic axes over the number of data points. Left: operations, rising lines for 10, 100 and 1000 optimiser steps a point and for one encoder pass. Right: numbers stored, ${each} a point for the table, a level line for the encoder, meeting at the break-even point. A slider changes the encoder's hidden units.`,
  });
}
