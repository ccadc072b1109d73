/** Var x = p (1 − p) of one toss: what solves the question, never shipped to students. */
export const tossVariance = (p: number): number => p * (1 - p);
