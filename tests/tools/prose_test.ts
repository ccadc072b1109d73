/** A number that a notebook's prose repeats is the one that the library gives: neither may drift from the other. */
import assert from "node:assert/strict";
import { digits } from "lib/course/digits.ts";
import { variant } from "lib/course/year.ts";
import { nonlinearModel } from "lib/elbo/mod.ts";
import { buildVae, disposeVae } from "lib/elbo/vae.ts";
import { spectralRadius, trajectory } from "lib/gan/dynamics.ts";
import { updateMatrix } from "lib/gan/solution.ts";

interface Cell {
  id: string;
  source: string[];
}
/** Of a notebook that is in use, or rests this year. */
function cells(notebook: string): Cell[] {
  for (const folder of ["notebooks", "notebooks/resting"]) {
    try {
      return JSON.parse(Deno.readTextFileSync(new URL(`../../${folder}/${notebook}.ipynb`, import.meta.url)))
        .cells;
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    }
  }
  throw new Error(`Cannot find ${notebook}: expected it in notebooks/ or notebooks/resting/`);
}

/** The text of the cell says each of these. */
function says(notebook: string, id: string, ...words: readonly string[]): void {
  const text = cells(notebook).find((cell) => cell.id === id)!.source.join("");
  for (const word of words) assert.ok(text.includes(word), `${id} does not say “${word}”`);
}

const grouped = (n: number) => n.toLocaleString("en");

Deno.test("reference: question 1 counts its digits and its encoder's parameters right", () => {
  const train = digits("train").count;
  says("01_elbo", "q1-use-intro", grouped(train), "8 × 8");
  const vae = buildVae({ hidden: 64 }), { hidden, mean, logVar } = vae.encoder;
  const size = [hidden, mean, logVar].reduce((sum, { W, b }) => sum + W.size + b.size, 0);
  const perImage = mean.b.size + logVar.b.size;
  disposeVae(vae);
  says("01_elbo", "q1-3-see", `${grouped(size)} parameters`, `fewer than ${grouped(size / perImage)} images`);
  // they are what the section in use trains and measures
  says("01_elbo", "q1-use-train", "hidden: 64");
});

Deno.test("reference: the point of question 1 whose own gap grows", () => {
  const model = nonlinearModel({ decoder: (z) => Math.tanh(1.5 * z) + 0.3 * z, sigma: 0.35 });
  const xs = [-1.3, -0.6, 0, 0.35, 0.8, 1.5];
  const own = model.elbo(xs[0], model.fitPosterior(xs[0]));
  const gap = (family: "affineMean" | "affine") =>
    (own - model.elbo(xs[0], model.fitEncoder(xs, family)(xs[0]))).toFixed(4);
  says("01_elbo", "q1-2-see", `$x = ${xs[0]}$`, `${gap("affineMean")} becomes ${gap("affine")}`);
  says("01_elbo", "q1-2-reveal", `[${xs.join(", ")}]`);
});

Deno.test("reference: question 3 counts its digits right", () => {
  const [train, test] = [digits("train").count, digits("test").count];
  says("03_flow", "q3-2-digits-intro", `${grouped(train)} handwritten digits`, `${test} others`);
});

Deno.test("reference: the turn that question 4 asks to count is over within the figure", () => {
  const { turningAlpha: alpha } = variant("4"), steps = 2 * Math.PI / Math.atan(alpha), shown = 40;
  says("04_gan", "q4-3-try", `$\\alpha = ${alpha}$`);
  says("04_gan", "q4-further-orbits", `count: ${shown}`);
  const A = updateMatrix("simultaneous", alpha), states = trajectory(A, [1, 0], Math.ceil(steps));
  assert.ok(steps < shown && spectralRadius(A) ** steps < 3, "in the picture until then");
  // from (1, 0) clockwise: once around, g is negative again for the first time
  const [, before] = states.at(-2)!, [, after] = states.at(-1)!;
  assert.ok(before > 0 && after < 0, `${before}, ${after}`);
});
