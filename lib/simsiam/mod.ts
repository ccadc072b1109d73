/** Question 5: equation (3), its derivatives and its dynamics. */
export * from "./solution.ts";
