/** Wrong answers that feedback names; `says` names the slip and leaves the correction to the reader. */
export const misconceptions = {
  coinsVariance: [
    {
      name: "second moment",
      says: "This is the mean of the square. How far is it from the variance?",
      answer: (p: number) => p,
    },
    {
      name: "standard deviation",
      says: "This is the root of what is asked.",
      answer: (p: number) => Math.sqrt(p * (1 - p)),
    },
  ],
} as const;
