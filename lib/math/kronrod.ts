export type Integrand = (x: number) => number;

/** An integral, ∫|f| over the same range, and an estimate of the error of the first. */
export interface Estimate {
  readonly value: number;
  readonly size: number;
  readonly error: number;
}

export interface Panel extends Estimate {
  readonly from: number;
  readonly to: number;
  /** |x| (max f − min f): times the rounding of x, what that does to the integral. */
  readonly steepness: number;
}

/** Of two ranges together. */
export const add = (a: Estimate, b: Estimate): Estimate => ({
  value: a.value + b.value,
  size: a.size + b.size,
  error: a.error + b.error,
});

/** Over an empty range. */
export const nothing: Estimate = { value: 0, size: 0, error: 0 };

/** Kronrod's nodes on (0, 1] from the outside in, his weights, and Gauss's for every second one. */
const NODES = [
  0.9956571630258081,
  0.9739065285171717,
  0.9301574913557082,
  0.8650633666889845,
  0.7808177265864169,
  0.6794095682990244,
  0.5627571346686047,
  0.4333953941292472,
  0.2943928627014602,
  0.14887433898163122,
];
const KRONROD = [
  0.011694638867371874,
  0.032558162307964725,
  0.054755896574351995,
  0.07503967481091996,
  0.0931254545836976,
  0.10938715880229764,
  0.12349197626206584,
  0.13470921731147334,
  0.14277593857706009,
  0.1477391049013385,
];
const KRONROD_CENTRE = 0.1494455540029169;
const GAUSS = [
  0.06667134430868814,
  0.1494513491505806,
  0.21908636251598204,
  0.26926671930999635,
  0.29552422471475287,
];

/** Lagrange's ℓᵢ(1) for the 21 nodes, −NODES and 0 and NODES in the order of `panel`: extrapolation to an edge. */
const ABSCISSAE = [...NODES.flatMap((x) => [-x, x]), 0];
const TO_EDGE = ABSCISSAE.map((x, i) =>
  ABSCISSAE.reduce((product, y, j) => i === j ? product : product * (1 - y) / (x - y), 1)
);

/**
 * Gauss–Kronrod 10–21 between a and b (in either order)
 *
 * The error is the distance of the two rules (QUADPACK's estimate, a power 1.5 of it, trusts them too much
 * across a kink), and what a jump or kink between an edge and the first node, where neither rule looks, could
 * do: the polynomial through the nodes is compared with f just inside both edges.
 */
export function panel(f: Integrand, a: number, b: number): Panel {
  const from = Math.min(a, b), to = Math.max(a, b), centre = from / 2 + to / 2, half = to / 2 - from / 2;
  const middle = f(centre);
  let kronrod = KRONROD_CENTRE * middle, gauss = 0, size = KRONROD_CENTRE * Math.abs(middle);
  let atFrom = TO_EDGE[20] * middle, atTo = atFrom, top = middle, bottom = middle;
  for (let i = 0; i < 10; i++) {
    const left = f(centre - half * NODES[i]), right = f(centre + half * NODES[i]);
    kronrod += KRONROD[i] * (left + right);
    if (i % 2 === 1) gauss += GAUSS[(i - 1) / 2] * (left + right);
    size += KRONROD[i] * (Math.abs(left) + Math.abs(right));
    top = Math.max(top, left, right);
    bottom = Math.min(bottom, left, right);
    atFrom += TO_EDGE[2 * i + 1] * left + TO_EDGE[2 * i] * right;
    atTo += TO_EDGE[2 * i] * left + TO_EDGE[2 * i + 1] * right;
  }
  const reach = Math.max(Math.abs(from), Math.abs(to)), steepness = reach * (top - bottom);
  const inset = Math.min(half * 2 ** -8, Math.max(half * 2 ** -36, 2 * Number.EPSILON * reach));
  const missed = Math.abs(f(from + inset) - atFrom) + Math.abs(f(to - inset) - atTo);
  if (!Number.isFinite(half * size + missed)) {
    return { from, to, steepness, value: Math.sign(kronrod) * Infinity, size: Infinity, error: Infinity };
  }
  const error = half * (Math.abs(kronrod - gauss) + KRONROD[0] * missed);
  return { from, to, steepness, value: half * kronrod, size: half * size, error };
}
