import { mask, type MaskKind, pixelName } from "./mask.ts";
import { inWords } from "../course/words.ts";
import { setting, targetName } from "./setting.ts";
import { pixelsOf } from "./stack.ts";
import { type Figure, figure } from "../show/figure.ts";
import { type Cell, cellFrame, cellGrid, gridFrame } from "../show/grid.ts";
import { panels } from "../show/panels.ts";
import { colors } from "../show/theme.ts";

/** The pictures of question 2 that hold no answer. */
export { gallery, learning } from "./figures/training.ts";

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
  const small = { share: 0.7, y: { domain: [0.2, 0.8] } };
  return figure({
    data: [
      cellGrid(1, shades, taps("A"), { size: 15 }),
      cellGrid(2, shades, taps("B"), { size: 15 }),
      cellGrid(3, shades, names),
    ],
    ...panels([
      { title: "mask A", grid: [kernel, kernel], ...small },
      { title: "mask B", grid: [kernel, kernel], ...small },
      { title: "feature map", grid: [grid, grid] },
    ], {
      gap: 0.07,
      narrowAcross: 2,
      narrowHeight: 540,
      shapes: [
        ...[gridFrame(1, kernel), gridFrame(2, kernel), gridFrame(3, grid)],
        ...[cellFrame(1, centre, centre), cellFrame(2, centre, centre), cellFrame(3, ...framed)],
      ],
      plot_bgcolor: colors.grey,
      margin: { l: 8, r: 8, t: 28, b: 8 },
    }),
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
    ...panels(
      list.map(({ name, marks }) => ({
        title: marks ? name : `${name}<br>not drawn yet`,
        grid: [grid, grid],
      })),
      {
        ...{ gap: 0.03, narrowAcross: 2, narrowHeight: 460 },
        shapes: list.flatMap((_, i) => [gridFrame(i + 1, grid), cellFrame(i + 1, ...framed)]),
        plot_bgcolor: colors.grey,
        margin: { l: 8, r: 8, t: 44, b: 8 },
      },
    ),
    height: 256,
    caption:
      `**Figure 2.2.** The four pictures as the answer cells have them now, named by the masks of the first and the second layer. Shaded: what output pixel ${targetName} (framed) is said to see.`,
    description: list.map(inWords).join(". ") + ".",
  });
}
