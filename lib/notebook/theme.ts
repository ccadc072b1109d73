/** Okabe and Ito's colours (2008), told apart by readers of every colour vision. */
export const colors = {
  blue: "#0072b2",
  orange: "#d55e00",
  green: "#009e73",
  purple: "#cc79a7",
  sky: "#56b4e9",
  amber: "#e69f00",
  yellow: "#f0e442",
  black: "#1b1f24",
  grey: "#8a94a0",
} as const;

/** A sequential scale that is also one in grey: for heat maps of magnitudes. */
export const sequential: [number, string][] = [[0, "#f7fbff"], [0.35, "#9ecae1"], [0.7, "#3182bd"], [
  1,
  "#08306b",
]];

/** A diverging scale around 0, blue to orange. */
export const diverging: [number, string][] = [[0, "#0072b2"], [0.5, "#f7f7f7"], [1, "#d55e00"]];

const axis = {
  gridcolor: "#e6e9ed",
  zerolinecolor: "#b9c1ca",
  linecolor: "#b9c1ca",
  ticks: "outside",
  tickcolor: "#b9c1ca",
  ticklen: 4,
  automargin: true,
  title: { standoff: 6 },
};

/** White paper of its own, so that a figure reads in light and dark notebooks alike. */
export const baseLayout: Readonly<Record<string, unknown>> = {
  paper_bgcolor: "#ffffff",
  plot_bgcolor: "#ffffff",
  font: { family: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', size: 13, color: "#1b1f24" },
  colorway: [colors.blue, colors.orange, colors.green, colors.purple, colors.sky, colors.amber, colors.black],
  margin: { l: 56, r: 16, t: 36, b: 48 },
  showlegend: false,
  hovermode: "closest",
};

/** The defaults of one axis; a layout's own settings win. */
export const baseAxis: Readonly<Record<string, unknown>> = axis;

/** The look of a slider: one line, one handle, its value above. */
export const sliderLook: Readonly<Record<string, unknown>> = {
  len: 0.7,
  x: 0.15,
  pad: { t: 44, b: 4 },
  bgcolor: "#d8dde3",
  activebgcolor: colors.blue,
  bordercolor: "#b9c1ca",
  borderwidth: 1,
  tickcolor: "#b9c1ca",
  font: { size: 12, color: "#5b6570" },
};

/** The look of a menu of buttons. */
export const menuLook: Readonly<Record<string, unknown>> = {
  bgcolor: "#ffffff",
  bordercolor: "#b9c1ca",
  font: { size: 12 },
  showactive: true,
};
