import { type Pixel, pixelName } from "../../mod.ts";
import { type Figure, figure, type Trace } from "../../../show/figure.ts";
import { cellFrame, gridFrame, gridTrace } from "../../../show/grid.ts";
import { panels } from "../../../show/panels.ts";
import { sequential } from "../../../show/theme.ts";

/** How much each pixel of a picture moves the prediction at a target. */
interface Dependence {
  title: string;
  /** |∂ logit / ∂ pixel|, rows; exactly 0 where no path leads. */
  slopes: readonly (readonly number[])[];
}

/** Derivatives of trained networks at one target, side by side; pixels without a path stay empty. */
export function dependenceMaps(
  number: string,
  maps: readonly Dependence[],
  [row, column]: Readonly<Pixel>,
): Figure {
  const positive = maps.flatMap(({ slopes }) => slopes.flat()).filter((x) => x > 0);
  const [low, high] = [Math.min(1, ...positive), Math.max(...positive)].map(Math.log10);
  const inWords = ({ title, slopes }: Dependence) =>
    `${title}: ${
      slopes.flat().filter((x) => x > 0).length
    } of ${slopes.flat().length} derivatives are not 0, that by the pixel itself is ${
      slopes[row][column].toPrecision(3)
    }`;
  return figure({
    data: maps.map(({ slopes }, k): Trace => ({
      ...gridTrace(k + 1),
      z: slopes.map((line) => line.map((slope) => slope > 0 ? Math.log10(slope) : null)),
      hovertext: slopes.map((line, i) =>
        line.map((slope, j) => `${pixelName([i, j])}: ${slope === 0 ? "0, exactly" : slope.toPrecision(2)}`)
      ),
      hoverinfo: "text",
      zmin: Math.floor(low),
      zmax: Math.ceil(high),
      colorscale: sequential,
      showscale: k === maps.length - 1,
      colorbar: {
        title: { text: "|slope|", side: "right" },
        tickprefix: "10<sup>",
        ticksuffix: "</sup>",
        dtick: 1,
        len: 0.95,
        thickness: 12,
      },
    })),
    ...panels(maps.map(({ title, slopes }) => ({ title, grid: [slopes.length, slopes[0].length] })), {
      ...{ gap: 0.06, narrowAcross: maps.length, narrowHeight: 230 },
      shapes: maps.flatMap(({ slopes }, k) => [
        gridFrame(k + 1, slopes.length, slopes[0].length),
        cellFrame(k + 1, row + 1, column + 1),
      ]),
      margin: { l: 8, r: 8, t: 32, b: 8 },
    }),
    height: 340,
    caption:
      `**Figure ${number}.** How strongly each pixel moves the prediction of the framed one; an empty cell is a derivative of exactly 0. With A first the frame is empty. With B first its slope is the largest of all: the network copies what it should predict.`,
    description: maps.map(inWords).join(". ") + ".",
  });
}
