/**
 * Cases on subjects that a checkout may not hold yet: they are looked up by the names of their faces, and left
 * out of the table where the file is missing.
 */
interface Flow {
  forward(u: number[]): number[];
  logAbsDet(u: number[]): number;
}
interface FlowModule {
  planar(p: { u: number[]; w: number[]; b: number }): Flow;
  compose(...flows: Flow[]): Flow;
}
interface MaskedConvModule {
  pathCounts(p: { masks: string[]; grid: number; target: [number, number] }): number[][];
}

const load = (path: string): Promise<unknown> => import(new URL(`../../lib/${path}`, import.meta.url).href);

/** One point of the plane through 16 planar maps, with the log-determinant. */
export async function planarCase(): Promise<() => number> {
  const { planar, compose } = await load("flow/mod.ts") as FlowModule;
  const flow = compose(
    ...Array.from({ length: 16 }, (_, i) => planar({ u: [0.3, 0.1 + 0.01 * i], w: [0.5, -0.2], b: 0.1 })),
  );
  return () => {
    const x = flow.forward([0.4, -0.7]);
    return x[0] + x[1] + flow.logAbsDet([0.4, -0.7]);
  };
}

/** ∂y[2, 2]/∂x of the stack A B of ones on the 5 × 5 grid, exact in float64, and how many entries are not 0. */
export async function receptiveFieldCase(): Promise<() => number> {
  const { pathCounts } = await load("masked_conv/mod.ts") as MaskedConvModule;
  return () => {
    const slopes = pathCounts({ masks: ["A", "B"], grid: 5, target: [2, 2] });
    return slopes.reduce((seen, line) => line.reduce((n, slope) => slope === 0 ? n : n + 1, seen), 0);
  };
}
