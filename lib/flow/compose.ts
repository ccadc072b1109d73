import { checkShape, imageOf, type ScalarMap } from "../math/divergence/pushforward.ts";
import * as check from "../math/check.ts";
import type { ScalarFlow } from "./scalar.ts";
import type { VectorFlow } from "./vector.ts";

const line: readonly [number, number] = [-Infinity, Infinity];

interface Steps<In, Out extends In> {
  forward(u: In): Out;
  inverse(x: In): Out;
  logAbsDet(u: In): number;
}

/**
 * F = Fₙ ∘ … ∘ F₁, first to last: compose(f, g) maps u to g(f(u));
 * log|det J_F(u)| = Σᵢ log|det J_{Fᵢ}(uᵢ₋₁)|, u₀ = u, uᵢ = Fᵢ(uᵢ₋₁)
 *
 * @param flows at least one, all on the line or all on one Rⁿ
 * @throws TypeError for what is no flow; RangeError for an empty list
 */
export function compose(...flows: ScalarMap[]): ScalarFlow;
export function compose(...flows: VectorFlow[]): VectorFlow;
export function compose(...flows: ScalarMap[] | VectorFlow[]): ScalarFlow | VectorFlow {
  const doing = "compose flows";
  check.list(doing, "flows", flows).forEach((flow, i) => checkFlow(doing, `flow ${i}`, flow));
  if (flows.some((flow) => "image" in flow)) {
    const maps = flows as ScalarMap[];
    return { ...chain<number, number>(maps), ...shapeOf(maps) };
  }
  return chain(flows as VectorFlow[]);
}

function chain<In, Out extends In>(flows: readonly Steps<In, Out>[]): Steps<In, Out> {
  const [first, ...later] = flows, [last, ...earlier] = flows.toReversed();
  return {
    forward: (u) => later.reduce((x, flow) => flow.forward(x), first.forward(u)),
    inverse: (x) => earlier.reduce((u, flow) => flow.inverse(u), last.inverse(x)),
    logAbsDet: (u) => {
      let at: In = u, sum = 0;
      flows.forEach((flow, i) => {
        sum += flow.logAbsDet(at);
        if (i + 1 < flows.length) at = flow.forward(at);
      });
      return sum;
    },
  };
}

/** Domain (that of the first), image and kinks of a chain of scalar maps. */
function shapeOf(flows: readonly ScalarMap[]): Pick<ScalarFlow, "domain" | "image" | "kinks"> {
  const domain = flows[0].domain ?? line;
  let image: readonly [number, number] = domain;
  const kinks: number[] = [];
  flows.forEach((flow, i) => {
    for (const kink of flow.kinks ?? []) {
      if (!(image[0] < kink && kink < image[1])) continue;
      const input = flows.slice(0, i).reduceRight((x, earlier) => earlier.inverse(x), kink);
      kinks.push(check.finite("compose flows", `the input that reaches the kink ${kink}`, input));
    }
    image = imageOf("compose flows", flow, image);
  });
  return { domain, image, kinks };
}

/**
 * F⁻¹ as a flow: log|det J_{F⁻¹}(x)| = −log|det J_F(F⁻¹(x))|
 *
 * @param flow a flow on the line or on Rⁿ whose inverse does not refuse
 * @throws TypeError for what is no flow
 */
export function invert(flow: ScalarFlow): ScalarFlow;
export function invert(flow: VectorFlow): VectorFlow;
export function invert(flow: ScalarFlow | VectorFlow): ScalarFlow | VectorFlow {
  checkFlow("invert a flow", "flow", flow);
  if (!("image" in flow)) return backwards(flow);
  return {
    ...backwards(flow),
    domain: flow.image,
    image: flow.domain ?? line,
    kinks: flow.kinks.map((u) => flow.forward(u)),
  };
}

const backwards = <In, Out extends In>({ forward, inverse, logAbsDet }: Steps<In, Out>): Steps<In, Out> => ({
  forward: (x) => inverse(x),
  inverse: (u) => forward(u),
  logAbsDet: (x) => 0 - logAbsDet(inverse(x)),
});

function checkFlow(doing: string, name: string, flow: unknown): void {
  const { forward, inverse, logAbsDet } = check.object(doing, name, flow as ScalarMap);
  check.callable(doing, `${name}'s forward`, forward);
  check.callable(doing, `${name}'s inverse`, inverse);
  check.callable(doing, `${name}'s logAbsDet`, logAbsDet);
  checkShape(doing, name, flow as ScalarMap);
}
