/** What solves question 1: terms of the evidence as exact numbers, what its proofs are written in, each image's best q. */
export { discreteModelOver } from "./solution/discrete_exact.ts";
export type { DiscreteModelOver, DiscreteTable } from "./solution/discrete_exact.ts";
export { refine } from "./solution/refine.ts";
export {
  memberNames,
  members,
  names,
  planeNames,
  planes,
  tables,
  weightNames,
  weights,
} from "./solution/scope.ts";
