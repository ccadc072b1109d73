import * as check from "../check.ts";
import { checkDensity, type Density, numberOrInfinite } from "./density.ts";

/** An injective map of (an interval of) the real line, differentiable almost everywhere. */
export interface ScalarMap {
  forward(x: number): number;
  /** The x with forward(x) = y; throws RangeError or gives NaN outside the image. */
  inverse(y: number): number;
  /** log |forward′(x)|: takes forward's input. */
  logAbsDet(x: number): number;
  /** Where the map is defined, [from, to] (default the line). */
  readonly domain?: readonly [number, number];
  /** The limits at the ends of the domain, ascending; read from forward when left out. */
  readonly image?: readonly [number, number];
  /** Inputs where forward′ is 0, infinite or jumps. */
  readonly kinks?: readonly number[];
}

/**
 * p_{F(X)}(y) = p_X(F⁻¹(y)) / |F′(F⁻¹(y))|, the density of F(X) for X ~ p
 *
 * −Infinity (in the log) outside the image, where the inverse refuses; Infinity where F′ is 0 and p is not.
 *
 * @param p density of X
 * @param map F; may reverse the orientation
 * @throws RangeError for a map that folds p's landmarks onto each other
 */
export function pushforward(p: Density, map: ScalarMap): Density {
  const doing = "push a density forward", P = checkDensity(doing, "p", p);
  check.object(doing, "map", map);
  for (const name of ["forward", "inverse", "logAbsDet"] as const) check.callable(doing, name, map[name]);
  checkShape(doing, "map", map);
  const support = imageOf(doing, map, P.support);
  const kinks = [...map.kinks ?? []].filter((x) => P.support[0] < x && x < P.support[1]);
  const landmarks = [...new Set([...P.breakpoints, ...kinks])].sort((a, b) => a - b);
  // Where the map overflows no landmark of the image can be named.
  const images = landmarks.map((x) => numberOrNaN(() => map.forward(x)));
  const steps = images.slice(1).map((y, i) => Math.sign(y - images[i]));
  const rising = steps.find((sign) => Math.abs(sign) === 1) ?? 1,
    fold = steps.findIndex((sign) => sign * rising < 0);
  if (fold >= 0) {
    throw new RangeError(
      `Cannot ${doing}: expected an invertible map, got one that turns back near x = ${landmarks[fold]}`,
    );
  }
  const logDensity = (y: number) => {
    numberOrInfinite("take a log density", y);
    if (!(support[0] < y && y < support[1])) return -Infinity;
    const x = numberOrNaN(() => map.inverse(y));
    if (!Number.isFinite(x)) return -Infinity;
    const before = P.logDensity(x);
    return before === -Infinity ? -Infinity : before - logAbsDetAt(map, x);
  };
  return { logDensity, support, breakpoints: images.filter(Number.isFinite).sort((a, b) => a - b) };
}

/** Domain and image as ascending pairs, kinks as finite numbers, where a map says them. */
export function checkShape(doing: string, name: string, map: ScalarMap): void {
  for (const part of ["domain", "image"] as const) {
    if (map[part] === undefined) continue;
    const ends = check.list(doing, `${part} of ${name}`, map[part]), [from, to] = ends;
    if (ends.length === 2 && typeof from === "number" && typeof to === "number" && from < to) continue;
    throw new RangeError(
      `Cannot ${doing}: expected ${part} of ${name} to be [from, to] with from < to, got [${
        ends.map(check.describe).join(", ")
      }]`,
    );
  }
  const { kinks } = map;
  if (kinks !== undefined && !(check.isList(kinks) && kinks.length === 0)) {
    check.finiteVector(doing, `kinks of ${name}`, kinks);
  }
}

/** F(x) or F⁻¹(y), NaN where there is none. */
function numberOrNaN(image: () => number): number {
  try {
    return image();
  } catch (error) {
    if (error instanceof RangeError) return NaN;
    throw error;
  }
}

function logAbsDetAt(map: ScalarMap, x: number): number {
  const value = map.logAbsDet(x);
  if (typeof value === "number" && value === value) return value;
  throw new RangeError(
    `Cannot take a log density: expected logAbsDet to give a number, got ${
      check.describe(value)
    } at x = ${x}`,
  );
}

/** {F(x) : from < x < to} of a monotone map, as [lower end, upper end]. */
export function imageOf(
  doing: string,
  map: Pick<ScalarMap, "forward" | "domain" | "image">,
  [from, to]: readonly [number, number],
): [number, number] {
  const inner = [0.25, 0.75].map((t) => {
    if (Number.isFinite(from)) return Number.isFinite(to) ? from + t * (to - from) : from + t;
    return Number.isFinite(to) ? to - 1 + t : t;
  });
  const rising = map.forward(inner[0]) < map.forward(inner[1]);
  const [first, last] = map.domain ?? [-Infinity, Infinity];
  const lower = endOf(doing, map, from, from === first ? map.image?.[rising ? 0 : 1] : undefined);
  const upper = endOf(doing, map, to, to === last ? map.image?.[rising ? 1 : 0] : undefined);
  const image: [number, number] = rising ? [lower, upper] : [upper, lower];
  if (image[0] < image[1]) return image;
  throw new RangeError(
    `Cannot ${doing}: expected an invertible map, got one with the ends [${image.join(", ")}] of its image`,
  );
}

/** The limit of F at an end of the interval: the known one, or what forward gives there or far out. */
function endOf(doing: string, map: Pick<ScalarMap, "forward">, end: number, known?: number): number {
  if (known !== undefined) return known;
  const sizes = Number.isFinite(end) ? [end] : [Infinity, 1e300, 1e150, 1e75].map((x) => Math.sign(end) * x);
  for (const x of sizes) {
    try {
      const y = map.forward(x);
      if (typeof y !== "number" || y !== y) continue;
      return Math.abs(y) > 1e60 ? Math.sign(y) * Infinity : y;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new RangeError(`Cannot ${doing}: expected a map with a limit at ${end}, got none`);
}
