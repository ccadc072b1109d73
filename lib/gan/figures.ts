/** The pictures of question 4 that hold no answer. */
export { yourOrbit } from "./figures/yours.ts";
