/** What solves question 2: receptive fields by three routes, and what a stack never sees. */
export {
  minkowskiField,
  pathCounts,
  pathThrough,
  propagatedField,
  receptiveField,
} from "./solution/field.ts";
export { inputGradient, inputGradientsOfAll, jacobianField } from "./solution/stack_jacobian.ts";
export type { DepthOptions } from "./solution/blind_spot.ts";
export { blindFraction, blindFractionFormula, blindSpot, dividePast } from "./solution/blind_spot.ts";
export type { TwoStackOptions } from "./solution/two_stack.ts";
export { twoStackBlindSpot, twoStackField } from "./solution/two_stack.ts";
export { dependencies } from "./solution/dependencies.ts";
export { fitStacks, oneStack, stackBits, twoStacks } from "./solution/gated.ts";
