import type { FieldOptions, Pixel } from "../../mod.ts";
import {
  dividePast,
  firstA,
  isPast,
  pathCounts,
  pathThrough,
  pixelName,
  pixelNamed,
  pixelsOf,
  receptiveField,
} from "../../mod.ts";
import { type Figure, figure, type Step, steps, type Trace } from "../../../show/figure.ts";
import { type Cell, cellFrame, cellGrid, gridFrame, shading } from "../../../show/grid.ts";
import { dots, panels, slider } from "../../../show/panels.ts";
import { colors, menuLook } from "../../../show/theme.ts";

/** What a target sees through A B … B, under a slider over depth. */

/** What a pixel is to a target: seen, earlier but not seen at this depth, never seen, or not earlier. */
export const shades = { seen: "#9bc9ea", open: "#f1f4f7", blind: "#f2b98c", later: "#d3d8de" } as const;
export type Shade = keyof typeof shades;

/** rows × columns cells, each made from its pixel. */
export const cellsOf = (
  [rows, columns]: readonly [number, number],
  cell: (pixel: Pixel) => Cell<Shade>,
): Cell<Shade>[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => cell([i, j])));
export const hasPixel = (list: readonly Pixel[], [row, column]: Pixel) =>
  list.some(([i, j]) => i === row && j === column);

/** Every pixel as the stack treats it at its target, with a path through the layers where there is one. */
function explored(stack: FieldOptions): Cell<Shade>[][] {
  const { tooShallow } = dividePast(stack), paths = pathCounts(stack);
  return cellsOf([stack.grid, stack.grid], (pixel) => {
    const text = pixelName(pixel), [row, column] = pixel, many = paths[row][column];
    if (!isPast(pixel, stack.target)) {
      return { shade: "later", text, hover: `${text}: not before the target` };
    }
    const path = pathThrough({ ...stack, from: pixel });
    if (path !== null) {
      const route = path.map(pixelName).join(" → ");
      return {
        shade: "seen",
        text,
        hover: `${route}<br>${many === 1 ? "the only path" : `one of ${many} paths`}`,
      };
    }
    return hasPixel(tooShallow, pixel)
      ? { shade: "open", text, hover: `${text}: no path yet; more layers reach it` }
      : { shade: "blind", text: `${text} ×`, hover: `${text}: no path, however many layers` };
  });
}

const words: Readonly<Record<Shade, string>> = {
  seen: "seen",
  open: "earlier, not yet seen",
  blind: "× earlier, never seen",
  later: "target and later",
};

/** The shades and what they say, as a panel of its own. */
const key: readonly Trace[] = Object.entries(shades).map(([shade, color], i) =>
  dots([1], [i + 1], {
    ...{ panel: 2, mode: "markers+text", name: words[shade as Shade], text: [`  ${words[shade as Shade]}`] },
    ...{ textposition: "middle right", hoverinfo: "skip", cliponaxis: false },
    ...{ symbol: "square", size: 18, color, edge: colors.grey, bold: 1 },
  })
);
/** What a step of a slider changes in grids of cells. */
export function shaded(grids: readonly Cell<Shade>[][][]): Step["restyle"] {
  const all = grids.map((cells) => shading(shades, cells));
  return {
    z: all.map(({ z }) => z),
    text: all.map(({ text }) => text),
    hovertext: all.map(({ hovertext }) => hovertext),
  };
}

/** The targets of the menu, the slider's last depth, and where it starts. */
const targets = ["33", "11", "13", "15", "51", "55"], deepest = 5, first = 2;
const hidden = { visible: false, fixedrange: true };

/** The 5 × 5 grid under a slider over the depth L of A B^{L−1} and a menu of targets; hovering shows a path. */
export function depths(): Figure {
  const cellsAt = (layers: number) =>
    targets.map((name) => explored({ masks: firstA(layers), grid: 5, target: pixelNamed(name) }));
  const frames = (name: string) => {
    const [row, column] = pixelNamed(name);
    return [gridFrame(1, 5), cellFrame(1, row + 1, column + 1)];
  };
  const positions = targets.map((_, t) => t);
  const slide = Array.from({ length: deepest }, (_, l): Step => ({
    label: String(l + 1),
    restyle: shaded(cellsAt(l + 1)),
    traces: positions,
  }));
  const choose = targets.map((name, t): Step => ({
    label: `target ${name}`,
    restyle: { visible: positions.map((p) => p === t) },
    relayout: { shapes: frames(name) },
    traces: positions,
  }));
  const seenAt33 = [1, 2, 3].map((layers) => {
    const field = receptiveField({ masks: firstA(layers), grid: 5, target: pixelNamed("33") });
    return `with L = ${layers} it sees ${pixelsOf(field).map(pixelName).join(" ")}`;
  });
  return figure({
    data: [
      ...cellsAt(first).map((cells, t) => ({
        ...cellGrid(1, shades, cells, { size: 15 }),
        visible: t === 0,
      })),
      ...key,
    ],
    ...panels([
      { grid: [5, 5], share: 1.5 },
      { x: { ...hidden, range: [0.8, 4] }, y: { ...hidden, range: [4.6, 0.4], domain: [0.3, 0.9] } },
    ], {
      gap: 0.06,
      narrowHeight: 620,
      narrow: {
        yaxis: { domain: [0.36, 1] },
        xaxis2: { domain: [0.05, 1] },
        yaxis2: { domain: [0.02, 0.26] },
      },
      shapes: frames(targets[0]),
      margin: { l: 8, r: 8, t: 52, b: 84 },
      sliders: [slider("layers L = ", slide, first - 1)],
      updatemenus: [{
        ...{ ...menuLook, type: "dropdown", x: 0, xanchor: "left", y: 1.16, yanchor: "top" },
        buttons: steps(choose),
      }],
    }),
    height: 470,
    caption:
      "**Figure 2.3.** What the target (framed) sees through a first layer A and $L - 1$ layers B. Hover over a pixel for a path through the layers. At 33 nothing changes after two layers, and 25 is never seen; at the border, depth cures what is merely far.",
    description:
      `The 5 by 5 grid for a first layer of type A and one to ${deepest} layers in all. At target 33: ${
        seenAt33.join("; ")
      }. A slider changes the depth, a menu the target.`,
  });
}
