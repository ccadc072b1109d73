import { variant } from "../course/year.ts";
import { type Pixel, pixelName } from "./mask.ts";

/** What question 2 is asked about this year, from data/course.json: grid × grid pixels, k × k kernels, one target. */
export interface Setting {
  readonly grid: number;
  readonly kernel: number;
  /** [row, column], zero-based. */
  readonly target: Readonly<Pixel>;
}

/**
 * A setting in which the four stacks can be told apart.
 *
 * @throws RangeError for a kernel that is not odd and at least 3, a grid of less than 3 or more than 9 pixels, a
 *   target without a row above, a column to its left and ⌊k/2⌋ to its right
 */
export function assertSetting({ grid, kernel, target: [row, column] }: Setting): void {
  const fail = (expected: string, got: unknown): never => {
    throw new RangeError(`Cannot ask about masked convolutions: expected ${expected}, got ${got}`);
  };
  const whole = (x: number, from: number, to: number) => Number.isInteger(x) && x >= from && x <= to;
  if (!whole(kernel, 3, 9) || kernel % 2 === 0) fail("an odd kernel of 3 to 9", kernel);
  if (!whole(grid, 3, 9)) fail("a grid of 3 to 9 pixels a side", grid);
  if (!whole(row, 1, grid - 1) || !whole(column, 1, grid - 1 - (kernel >> 1))) {
    fail(
      `a target with a row above it, a column before it and ${kernel >> 1} after it`,
      `[${row}, ${column}]`,
    );
  }
}

const { grid, kernel, target: [row, column] } = variant("2");

/** This year's setting. */
export const setting: Setting = { grid, kernel, target: [row, column] };
assertSetting(setting);

/** "33" for the target [2, 2]. */
export const targetName = pixelName(setting.target);
