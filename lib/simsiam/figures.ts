/** The pictures of question 5. */
export { curvatureParts } from "./figures/curvature.ts";
export { normAgainstBound } from "./figures/bound.ts";
export { collapseOverTime } from "./figures/collapse.ts";
export { phasePortrait } from "./figures/portrait.ts";
export { reproduced } from "./figures/reproduced.ts";
export { singularValuesOverTime } from "./figures/spectrum.ts";
export { digitCollapse } from "./figures/digits.ts";
export { branches } from "./figures/branches.ts";
export { yourBound } from "./figures/yours.ts";
