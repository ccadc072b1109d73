/** What question 3.1 is written in: densities, the map F with its inverse, and both determinants. */
export const maps = {
  ...{ pX: ["x"], pU: ["u"], pF: ["x"], pBack: ["u"], F: ["u"], Finv: ["x"], det: ["u"], detInv: ["x"] },
};
