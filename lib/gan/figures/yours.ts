import type { Complex, Matrix } from "../../math/types.ts";
import { plainAnswer, readComplexes, readMatrix, readNumber } from "../../proof/reading.ts";
import type { Figure } from "../../show/figure.ts";
import type { Fragment } from "../../show/fragments.ts";
import { colors } from "../../show/theme.ts";
import { orbitFigure, stepsShown } from "./orbit.ts";

/** The answers that the figure draws; what is not defined yet is left out. */
interface Answers {
  A?: (alpha: number) => Matrix;
  eigenvaluesOfA?: (alpha: number) => readonly Complex[];
  growth?: (alpha: number) => number;
}

/**
 * Where a reader's own `A` leads, beside the reader's own eigenvalues and growth.
 *
 * @param number of the figure, e.g. "4.2"
 * @param answers gives them; what is not defined yet may throw or be undefined
 * @returns a figure, or a sentence where `A` can't be drawn yet
 */
export function yourOrbit(number: string, answers: () => Answers): Figure | Fragment {
  const given = answers();
  const read = <T>(value: unknown, reader: (plain: unknown) => T): T => reader(plainAnswer(value).value);
  const or = <T>(otherwise: T, take: () => T): T => {
    try {
      return take();
    } catch {
      return otherwise;
    }
  };
  const matrix = (alpha: number) => read(given.A?.(alpha), (plain) => readMatrix(plain, 2, 2));
  if (or(true, () => matrix(0.3) === undefined)) {
    const text = "This figure draws your A: it appears when 4.1 is answered.";
    return { kind: "fragment", html: `<span class="syw-quiet">${text}</span>`, text };
  }
  return orbitFigure({
    rules: [{
      label: "your A",
      color: colors.blue,
      matrix,
      spectrum: (alpha) => or([], () => read(given.eigenvaluesOfA?.(alpha), (z) => readComplexes(z, 2))),
      rate: (alpha) => or(NaN, () => read(given.growth?.(alpha), readNumber)),
    }],
    caption:
      `**Figure ${number}.** Drawn from your answers alone: ${stepsShown} steps of your \`A\` from $(1, 0)$ (left), your eigenvalues beside the unit circle (middle), the norm along these steps (right, line) and the one that your \`growth\` predicts (rings). Where rings and line part, one of the two is off.`,
    description:
      `Three panels. Left: the path of the discriminator d against the generator g under the matrix of question 4.1, over the flow's clockwise arrows. Middle: the eigenvalues of question 4.3 in the complex plane with the unit circle. Right: the norm of the state over ${stepsShown} steps on a logarithmic axis, measured as a line and predicted as rings. A slider changes the learning rate.`,
  });
}
