/** What solves question 1: what its proofs are written in, and each image's best q. */
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
