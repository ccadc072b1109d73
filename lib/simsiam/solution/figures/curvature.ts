import type { Matrix } from "../../../math/types.ts";
import { type Figure, figure } from "../../../show/figure.ts";
import { axisOf } from "../../../show/grid.ts";
import { heat, panels } from "../../../show/panels.ts";
import { colors, diverging } from "../../../show/theme.ts";
import { curvature, lambdaMin } from "../../solution.ts";
import { data } from "../../figures/setting.ts";
import { identity, scale } from "../../../math/linalg.ts";

/** The two terms of the curvature H and their sum, for one X, X′ and predictor. */
export function curvatureParts(): Figure {
  const { X, Xprime, Wp } = data, none = scale(0, identity(3));
  const terms = [
    { name: "X′ ⊗ (B + I)", moments: { X: none, Xprime } },
    { name: "X ⊗ W̃ᵀW̃", moments: { X, Xprime: none } },
    { name: "H, their sum", moments: { X, Xprime } },
  ].map(({ name, moments }) => ({
    name,
    z: curvature({ Wp, ...moments }),
    lowest: lambdaMin({ Wp, ...moments }),
  }));
  const largest = (A: Matrix) => Math.max(...A.flat().map(Math.abs));
  const top = Math.max(...terms.map(({ z }) => largest(z)));
  const names = ["w₁₁", "w₂₁", "w₁₂", "w₂₂", "w₁₃", "w₂₃"], places = names.map((_, i) => i);
  const ticks = { tickvals: places, ticktext: names, ticks: "", showgrid: false, zeroline: false };
  const cut = (panel: number) =>
    [1.5, 3.5].flatMap((at) => {
      const shape = {
        ...{ type: "line", xref: axisOf("x", panel), yref: axisOf("y", panel) },
        line: { color: colors.black, width: 1 },
      };
      const [x0, x1] = [-0.5, 5.5];
      return [{ ...shape, x0: at, x1: at, y0: x0, y1: x1 }, { ...shape, x0, x1, y0: at, y1: at }];
    });
  return figure({
    data: terms.map(({ name, z }, k) =>
      heat(places, places, z, {
        ...{ name, panel: k + 1, coloraxis: "coloraxis", texttemplate: "%{text}", textfont: { size: 10 } },
        text: z.map((row) =>
          row.map((x) => String(Math.round(100 * Number(x.toPrecision(5))) + 0).replace("-", "−"))
        ),
        ...{ hoverinfo: "all", hovertemplate: "%{z:.4f}" },
      })
    ),
    ...panels(
      terms.map(({ name, lowest }) => ({
        title: `${name}<br>λ<sub>min</sub> = ${lowest.toFixed(2)}`,
        ...{ x: { ...ticks, range: [-0.5, 5.5] }, y: { ...ticks, range: [5.5, -0.5] } },
      })),
      {
        ...{ gap: 0.07, narrowHeight: 1000, margin: { t: 52 }, shapes: terms.flatMap((_, k) => cut(k + 1)) },
        coloraxis: {
          ...{ colorscale: diverging, cmin: -top, cmax: top },
          colorbar: { thickness: 12, outlinewidth: 0 },
        },
      },
    ),
    height: 340,
    caption:
      "**Figure 5.3.** The curvature $H$ is the sum of two Kronecker products, blocks of $X'$ or $X$ times one 2 × 2 matrix (entries in hundredths). The second term has no negative eigenvalue, so that $\\lambda_{\\min}(H)\\ge\\lambda_{\\min}(X'\\otimes(B+I))\\ge\\lambda_{\\min}(X')>0$.",
    description:
      "Three heat maps of 6 × 6 matrices on one colour scale, cut into 2 × 2 blocks: X′ ⊗ (B + I), X ⊗ W̃ᵀW̃ and their sum H. Rows and columns are the entries of W in the order of vec W. Above each is its smallest eigenvalue; the largest of the three is that of H.",
  });
}
