import type { Pixel } from "../../mod.ts";
import {
  blindFraction,
  blindSpot,
  firstA,
  isPast,
  pathThrough,
  receptiveField,
  twoStackBlindSpot,
  twoStackField,
} from "../../mod.ts";
import { toNumber } from "../../../math/exact.ts";
import { type Figure, figure, type Layout, type Step, type Trace } from "../../../show/figure.ts";
import { type Cell, cellFrame, cellGrid, gridFrame } from "../../../show/grid.ts";
import { line, note, panels, slider } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";
import { cellsOf, hasPixel, type Shade, shaded, shades } from "./depths.ts";

/** The blind spot, how it grows, and the two stacks that have none. */

const place = ([row, column]: Readonly<Pixel>) => `(${row + 1}, ${column + 1})`;
/** Every pixel down to the row below the target as a network treats it: seen, blind, out of reach, or not earlier. */
function cells(
  side: number,
  target: Pixel,
  field: number[][],
  blind: readonly Pixel[],
  path: (from: Pixel) => readonly Pixel[] | null,
): Cell<Shade>[][] {
  return cellsOf([target[0] + 2, side], (pixel) => {
    const [row, column] = pixel;
    if (!isPast(pixel, target)) return { shade: "later", hover: `${place(pixel)}: not before the target` };
    if (field[row][column] === 1) {
      return { shade: "seen", hover: path(pixel)?.map(place).join(" → ") ?? `${place(pixel)}: seen` };
    }
    return hasPixel(blind, pixel)
      ? { shade: "blind", text: "×", hover: `${place(pixel)}: inside the layers' reach, and no path` }
      : { shade: "open", hover: `${place(pixel)}: out of reach at this depth` };
  });
}

function oneStack(layers: number, side: number, target: Pixel): Cell<Shade>[][] {
  const stack = { masks: firstA(layers), grid: side, target };
  return cells(
    side,
    target,
    receptiveField(stack),
    blindSpot(stack),
    (from) => pathThrough({ ...stack, from }),
  );
}

function twoStacks(layers: number, side: number, target: Pixel): Cell<Shade>[][] {
  const options = { layers, grid: side, target };
  return cells(side, target, twoStackField(options), twoStackBlindSpot(options), () => null);
}

const curve = (name: string, x: readonly number[], y: readonly number[], color: string): Trace =>
  line(x, y, {
    ...{ mode: "lines+markers", name, color, panel: 3, marker: { color, size: 5 } },
    hovertemplate: `${name}<br>L = %{x}: %{y:.4f}<extra></extra>`,
  });

/** The slider's last depth, where it starts, and the last depth of the curves. */
const deepest = 6, first = 3, limit = 16;

/** One stack of masks and two stacks side by side under a slider over depth, and the share of the past they miss. */
export function blindSpots(): Figure {
  const side = 2 * deepest + 1, rows = deepest + 2, target: Pixel = [deepest, deepest];
  const share = (layers: number, kernel: number) => blindFraction({ layers, kernel });
  const depths = Array.from({ length: limit }, (_, l) => l + 1), few = depths.slice(0, limit / 2);
  const shares = depths.map((L) => toNumber(share(L, 3)));
  const fraction = (L: number): Layout => ({
    ...note(share(L, 3).toFraction(), L, shares[L - 1], { panel: 3, showarrow: true, ax: -4, ay: -26 }),
    ...{ arrowhead: 0, arrowcolor: colors.grey },
  });
  const slide: Step[] = Array.from({ length: deepest }, (_, l) => {
    const { x, y, text } = fraction(l + 1);
    return {
      label: String(l + 1),
      restyle: shaded([oneStack(l + 1, side, target), twoStacks(l + 1, side, target)]),
      relayout: { "annotations[2].x": x, "annotations[2].y": y, "annotations[2].text": text },
      traces: [0, 1],
    };
  });
  const label = (text: string, x: number, y: number, color: string, more = {}) =>
    note(text, x, y, { color, panel: 3, yshift: 10, xanchor: "right", ...more });
  return figure({
    data: [
      cellGrid(1, shades, oneStack(first, side, target), { size: 12 }),
      cellGrid(2, shades, twoStacks(first, side, target), { size: 12 }),
      curve("one stack, k = 3", depths, shares, colors.orange),
      curve("one stack, k = 5", few, few.map((L) => toNumber(share(L, 5))), colors.purple),
      curve("two stacks", depths, depths.map(() => 0), colors.blue),
    ],
    ...panels([
      { title: "one stack: A, then B … B", grid: [rows, side], share: 1.2 },
      { title: "two stacks", grid: [rows, side], share: 1.2 },
      {
        x: { domain: [0.79, 1], range: [0.5, limit + 0.5], title: "layers L", dtick: 3, tick0: 1 },
        y: { range: [-0.012, 0.275], title: "blind share of the past", dtick: 0.05 },
      },
    ], {
      gap: 0.03,
      narrowHeight: 900,
      // The title of an axis at the left edge needs room that grids do not.
      narrow: { xaxis3: { domain: [0.14, 1] } },
      shapes: [
        gridFrame(1, rows, side),
        gridFrame(2, rows, side),
        cellFrame(1, deepest + 1, deepest + 1),
        cellFrame(2, deepest + 1, deepest + 1),
        {
          ...{ type: "line", xref: "x3 domain", yref: "y3", x0: 0, x1: 1, y0: 0.25, y1: 0.25 },
          line: { color: colors.black, width: 1, dash: "dot" },
        },
      ],
      notes: [
        fraction(first),
        label("a quarter", limit, 0.25, colors.black),
        label("k = 3", limit, shares[limit - 1], colors.orange, { yshift: -32 }),
        label("k = 5", few.at(-1)!, toNumber(share(few.at(-1)!, 5)), colors.purple, {
          ...{ yshift: 0, xshift: 6, xanchor: "left" },
        }),
        label("two", limit, 0, colors.blue),
      ],
      margin: { l: 8, r: 12, t: 32, b: 96 },
      sliders: [slider("layers L = ", slide, first - 1)],
    }),
    height: 390,
    caption:
      "**Figure 2.4.** Left: a stack that starts with A never sees the pixels marked ×, although they lie within reach, and their share of the past grows to a quarter. Middle: a vertical and a horizontal stack together see the whole past within reach, at every depth.",
    description:
      `Three panels. Left: a ${side} by ${side} grid with the target in the middle; a wedge up and to the right of it stays blind at every depth. Middle: the same grid for two stacks, without a blind pixel. Right: the blind share of the past over the number of layers: 0, 1/12, 1/8, 3/20 and so on towards a quarter for 3 by 3 kernels, towards an eighth for 5 by 5 kernels, 0 for two stacks. A slider changes the depth.`,
  });
}
