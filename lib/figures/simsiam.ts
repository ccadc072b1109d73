/** The pictures of question 5. */
export { curvatureParts } from "./simsiam/curvature.ts";
export { normAgainstBound } from "./simsiam/bound.ts";
export { collapseOverTime } from "./simsiam/collapse.ts";
export { phasePortrait } from "./simsiam/portrait.ts";
export { singularValuesOverTime } from "./simsiam/spectrum.ts";
export { digitCollapse } from "./simsiam/digits.ts";
