import { digits } from "lib/course/digits.ts";
import { disposeVae, trainVae } from "lib/elbo/vae.ts";
import { digitPlane, trainPlanar, trainRealNvp, twoMoons } from "lib/flow/solution/training.ts";
import { build, dispose, independentPixels, train } from "lib/masked_conv/pixel_cnn.ts";
import { random } from "lib/math/random.ts";
import { digitMoments, trainVariants } from "lib/simsiam/mod.ts";

/** What the notebooks' training cells run, with their sizes; each returns its last loss. */
export const notebookCells: Readonly<Record<string, () => Promise<number>>> = {
  async "notebook 01"() {
    const { images } = digits("train", { scaling: "binary" });
    const { model, elbos } = await trainVae({ images, hidden: 64, steps: 2000, seed: 1 });
    disposeVae(model);
    return elbos[elbos.length - 1];
  },
  async "notebook 02"() {
    const seen = digits("train", { scaling: "binary" }), prior = independentPixels(seen, 2);
    let last = NaN;
    for (const [firstMask, steps] of [["A", 200], ["B", 100]] as const) {
      const model = build({ firstMask, layers: 3, channels: 8, prior });
      last = (await train(model, seen, { steps, batch: 8 })).at(-1) as number;
      dispose(model);
    }
    return last;
  },
  async "notebook 03"() {
    await trainRealNvp(twoMoons(random(2022), 2000), { steps: 300, keep: [0, 10, 30, 80, 150] });
    await trainRealNvp(digitPlane().train, { steps: 200, keep: [0, 20, 60, 120] });
    return (await trainPlanar({ steps: 300, keep: [0, 30, 80, 150, 220] })).losses[299];
  },
  "notebook 05"() {
    const { X, Xprime } = digitMoments({ count: 600, seed: 1 });
    return Promise.resolve(trainVariants({ X, Xprime }).both.norms.at(-1) as number);
  },
};
