/** Moments and a predictor on which H is drawn: nothing is diagonal, n₁ = 3 and n₂ = 2. */
export const data = {
  X: [[1, 0.4, 0.1], [0.4, 0.8, -0.3], [0.1, -0.3, 0.6]],
  Xprime: [[0.5, -0.1, 0.1], [-0.1, 0.4, 0.1], [0.1, 0.1, 0.3]],
  Wp: [[0.2, 0.6], [-0.5, 0.7]],
};
