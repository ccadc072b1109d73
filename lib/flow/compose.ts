import { imageOf, type ScalarMap } from "../divergence/pushforward.ts";
import * as check from "../math/check.ts";
import type { ScalarFlow } from "./scalar.ts";
import type { VectorFlow } from "./vector.ts";

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
  check.list(doing, "flows", flows).forEach((flow, i) => {
    const { forward, inverse, logAbsDet } = check.object(doing, `flow ${i}`, flow as ScalarMap);
    check.callable(doing, `flow ${i}'s forward`, forward);
    check.callable(doing, `flow ${i}'s inverse`, inverse);
    check.callable(doing, `flow ${i}'s logAbsDet`, logAbsDet);
  });
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

/** Image and kinks of a chain of scalar maps. */
function shapeOf(flows: readonly ScalarMap[]): Pick<ScalarFlow, "image" | "kinks"> {
  let image: [number, number] = [-Infinity, Infinity];
  const kinks: number[] = [];
  flows.forEach((flow, i) => {
    for (const kink of flow.kinks ?? []) {
      if (!(image[0] < kink && kink < image[1])) continue;
      kinks.push(flows.slice(0, i).reduceRight((x, earlier) => earlier.inverse(x), kink));
    }
    image = imageOf("compose flows", flow, image);
  });
  return { image, kinks };
}
