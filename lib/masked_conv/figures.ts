import type { MaskKind } from "./mod.ts";
import { mask, pixelName, pixelsOf } from "./mod.ts";
import { inWords, setting, targetName } from "./setting.ts";
import { type Figure, figure } from "../show/figure.ts";
import { type Cell, cellFrame, cellGrid, gridFrame, gridPanel, gridTitle } from "../show/grid.ts";
import { colors } from "../show/theme.ts";

/** The pictures of question 2 that hold no answer; those that do: */
export { depths } from "./figures/depths.ts";
export { reproduced } from "./figures/reproduced.ts";
export { revealDepth } from "./figures/tries.ts";
export { blindSpots } from "./figures/blind_spot.ts";
export { dependenceMaps } from "./figures/dependence.ts";

const { grid, kernel, target } = setting, centre = (kernel + 1) / 2;
/** The target's row and column as panels count them. */
const framed: [number, number] = [target[0] + 1, target[1] + 1];

const blank = Array.from({ length: grid }, () => new Array<number>(grid).fill(0));
const shades = { open: "#ffffff", seen: "#9bc9ea" } as const;
type Shade = keyof typeof shades;

/** Both masks, and the grid whose pixels have names: nothing is shaded that a question asks for. */
export function masksAndGrid(): Figure {
  const taps = (kind: MaskKind) =>
    mask(kind, kernel).map((line) =>
      line.map((tap): Cell<Shade> => ({ shade: tap === 1 ? "seen" : "open", text: String(tap) }))
    );
  const names = blank.map((line, row) =>
    line.map((_, column): Cell<Shade> => ({ shade: "open", text: pixelName([row, column]) }))
  );
  return figure({
    data: [
      cellGrid(1, shades, taps("A"), { size: 15 }),
      cellGrid(2, shades, taps("B"), { size: 15 }),
      cellGrid(3, shades, names),
    ],
    layout: {
      ...gridPanel(1, [kernel, kernel], [0, 0.25], [0.2, 0.8]),
      ...gridPanel(2, [kernel, kernel], [0.31, 0.56], [0.2, 0.8]),
      ...gridPanel(3, [grid, grid], [0.64, 1]),
      annotations: [gridTitle(1, "mask A"), gridTitle(2, "mask B"), gridTitle(3, "feature map")],
      shapes: [
        ...[gridFrame(1, kernel), gridFrame(2, kernel), gridFrame(3, grid)],
        ...[cellFrame(1, centre, centre), cellFrame(2, centre, centre), cellFrame(3, ...framed)],
      ],
      plot_bgcolor: colors.grey,
      margin: { l: 8, r: 8, t: 28, b: 8 },
    },
    narrow: {
      ...gridPanel(1, [kernel, kernel], [0, 0.46], [0.64, 1]),
      ...gridPanel(2, [kernel, kernel], [0.54, 1], [0.64, 1]),
      ...gridPanel(3, [grid, grid], [0, 1], [0, 0.54]),
      height: 500,
    },
    height: 290,
    caption:
      `**Figure 2.1.** A mask says which neighbours a layer may look at; its centre (framed) is the pixel being computed. The two types differ in that one tap. Right: the ${
        grid ** 2
      } pixels of the feature map, row first, and ${targetName}, the one the questions are about.`,
    description:
      `Three grids. Mask A: ones above the centre and to the left of it, zeros elsewhere. Mask B: the same with a one in the centre. The feature map: ${
        inWords(grid)
      } rows of ${inWords(grid)} pixels named 11 to ${
        pixelName([grid - 1, grid - 1])
      }, pixel ${targetName} framed.`,
  });
}

/** What a reader shades: rows of marks, or nothing yet. */
type Drawing = () => unknown;

/** The rows of a drawing as zeros and ones, or undefined where there is nothing to draw yet. */
function marksOf(drawing: Drawing): number[][] | undefined {
  let rows: unknown;
  try {
    rows = drawing();
  } catch {
    return undefined;
  }
  if (!Array.isArray(rows) || rows.length !== grid) return undefined;
  const marks = rows.map((row: unknown) => {
    const list = typeof row === "string" ? row.replace(/\s/g, "") : row;
    return Array.from((list ?? []) as ArrayLike<unknown>, (mark) => Number(mark) === 1 ? 1 : 0);
  });
  return marks.every((row) => row.length === grid) ? marks : undefined;
}

/**
 * The reader's own pictures, side by side, as they stand: right or wrong.
 *
 * @param drawings by title, at most four; functions, since a picture may not be there yet
 */
export function drawings(drawings: Readonly<Record<string, Drawing>>): Figure {
  const list = Object.entries(drawings).map(([name, drawing]) => ({ name, marks: marksOf(drawing) }));
  const gap = 0.03, width = (1 - gap * (list.length - 1)) / list.length;
  const cells = (marks: number[][]) =>
    marks.map((line, row) =>
      line.map((mark, column): Cell<Shade> => ({
        shade: mark === 1 ? "seen" : "open",
        text: pixelName([row, column]),
      }))
    );
  const inWords = ({ name, marks }: typeof list[number]) =>
    `${name}: ${
      marks === undefined ? "not drawn yet" : pixelsOf(marks).map(pixelName).join(" ") || "nothing shaded"
    }`;
  return figure({
    data: list.map(({ marks }, i) => cellGrid(i + 1, shades, cells(marks ?? blank), { size: 12 })),
    layout: {
      ...Object.assign(
        {},
        ...list.map((_, i) =>
          gridPanel(i + 1, [grid, grid], [i * (width + gap), Math.min(1, i * (width + gap) + width)])
        ),
      ),
      annotations: list.map(({ name, marks }, i) =>
        gridTitle(i + 1, marks ? name : `${name}: not drawn yet`)
      ),
      shapes: list.flatMap((_, i) => [gridFrame(i + 1, grid), cellFrame(i + 1, ...framed)]),
      plot_bgcolor: colors.grey,
      margin: { l: 8, r: 8, t: 28, b: 8 },
    },
    narrow: {
      ...Object.assign(
        {},
        ...list.map((_, i) => {
          const left = i % 2 * 0.53, top = 1 - Math.floor(i / 2) * 0.54;
          return gridPanel(i + 1, [grid, grid], [left, left + 0.47], [top - 0.46, top]);
        }),
      ),
      height: 430,
    },
    height: 240,
    caption:
      `**Figure 2.2.** The four pictures as the answer cells have them now, named by the masks of the first and the second layer. Shaded: what output pixel ${targetName} (framed) is said to see.`,
    description: list.map(inWords).join(". ") + ".",
  });
}
