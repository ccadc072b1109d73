import { type Figure, figure } from "./figure.ts";
import { line } from "./panels.ts";
import { colors } from "./theme.ts";

/** A curve of a figure with a legend. */
interface Curve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly color: keyof typeof colors;
  readonly dash?: "dash" | "dot";
  /** Points as well as lines. */
  readonly points?: boolean;
}

interface Axis {
  readonly title: string;
  readonly log?: boolean;
  readonly range?: readonly [number, number];
}

const axisOf = ({ title, log = false, range }: Axis) => ({
  title,
  type: log ? "log" : "linear",
  // over decades whole powers alone: 2 and 5 between them have no room
  ...range ? { range, ...log ? { dtick: 1 } : {} } : {},
});

/** Curves over one pair of axes, named in a legend above them. */
export function curves(
  { x, y, lines, caption, description, height = 340 }: {
    x: Axis;
    y: Axis;
    lines: readonly Curve[];
    caption: string;
    description: string;
    height?: number;
  },
): Figure {
  return figure({
    data: lines.map(({ name, x, y, color, dash, points = false }) =>
      line(x, y, {
        ...{ name, color: colors[color], dash: dash ?? "solid", mode: points ? "lines+markers" : "lines" },
        hovertemplate: `${name}<br>%{x}, %{y}<extra></extra>`,
      })
    ),
    layout: {
      xaxis: axisOf(x),
      yaxis: axisOf(y),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    },
    ...{ height, caption, description },
  });
}
