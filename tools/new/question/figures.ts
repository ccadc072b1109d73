import { type Figure, figure } from "lib/show/figure.ts";
import { colors } from "lib/show/theme.ts";
import { expectation } from "./coins.ts";

/** The spread of one toss against p, by its definition: what students see as well. */
export function spread(): Figure {
  const p = Array.from({ length: 101 }, (_, k) => k / 100);
  const y = p.map((p) => expectation(p, (x) => (x - p) ** 2));
  return figure({
    data: [{ x: p, y, mode: "lines", line: { color: colors.blue } }],
    layout: {
      xaxis: { title: { text: "p" } },
      yaxis: { title: { text: "mean squared distance" } },
      showlegend: false,
    },
    height: 320,
    caption: "**Figure 6.1.** A fair coin is the least certain one.",
    description: "A curve over p from 0 to 1: zero at both ends, highest in the middle.",
  });
}
