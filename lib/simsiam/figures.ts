/** The pictures of question 5 that hold no answer. */
export { branches } from "./figures/branches.ts";
export { yourBound } from "./figures/yours.ts";
