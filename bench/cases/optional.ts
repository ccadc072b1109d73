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
  receptiveField(p: { masks: string[]; grid: number; target: [number, number] }): number[][];
}

const load = (path: string): Promise<unknown> => import(new URL(`../../lib/${path}`, import.meta.url).href);

/** One point of the plane through 16 planar maps, with the log-determinant. */
export async function planarCase(): Promise<() => number> {
  const { planar, compose } = await load("flow.ts") as FlowModule;
  const flow = compose(
    ...Array.from({ length: 16 }, (_, i) => planar({ u: [0.3, 0.1 + 0.01 * i], w: [0.5, -0.2], b: 0.1 })),
  );
  return () => {
    const x = flow.forward([0.4, -0.7]);
    return x[0] + x[1] + flow.logAbsDet([0.4, -0.7]);
  };
}

/** The receptive field of pixel 33 under the stack A B on the 5 × 5 grid. */
export async function receptiveFieldCase(): Promise<() => number> {
  const { receptiveField } = await load("masked_conv.ts") as MaskedConvModule;
  return () =>
    receptiveField({ masks: ["A", "B"], grid: 5, target: [2, 2] }).flat().reduce((s, x) => s + x, 0);
}
