import { asImage } from "./check.ts";

/** How two pictures of zeros and ones differ: pixels that `given` lacks, and pixels it has too many. */
interface WrongPixels {
  readonly missing: number;
  readonly extra: number;
}

/**
 * missing = #{p : expected(p) > 0, given(p) = 0}, extra = #{p : given(p) > 0, expected(p) = 0}.
 *
 * @param given, expected rows of numbers of one shape; a pixel is inside where its number is positive
 * @throws RangeError for pictures of two shapes or numbers that are not finite, TypeError for what are no rows
 */
export function wrongPixels(
  given: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): WrongPixels {
  const [a, b] = [given, expected].map((rows) => asImage("compare two pictures", rows));
  if (a.length !== b.length || a[0].length !== b[0].length) {
    throw new RangeError(
      `Cannot compare two pictures: expected one shape, got ${a.length} × ${a[0].length} and ${b.length} × ${
        b[0].length
      }`,
    );
  }
  const count = (inside: number[][], outside: number[][]) =>
    inside.flat().filter((x, p) => x > 0 && !(outside.flat()[p] > 0)).length;
  return { missing: count(b, a), extra: count(a, b) };
}
