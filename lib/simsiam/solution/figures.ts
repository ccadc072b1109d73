/** The pictures of question 5 that answer it. */
export { curvatureParts } from "./figures/curvature.ts";
export { normAgainstBound } from "./figures/bound.ts";
export { collapseOverTime } from "./figures/collapse.ts";
export { phasePortrait } from "./figures/portrait.ts";
export { reproduced } from "./figures/reproduced.ts";
export { singularValuesOverTime } from "./figures/spectrum.ts";
export { digitCollapse } from "./figures/digits.ts";
