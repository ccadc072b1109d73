/** A number that a notebook's prose repeats is the one that the library gives: neither may drift from the other. */
import assert from "node:assert/strict";
import { digits } from "lib/course/digits.ts";
import { variant } from "lib/course/year.ts";
import { nonlinearModel } from "lib/elbo/mod.ts";
import { buildVae, disposeVae } from "lib/elbo/vae.ts";
import { spectralRadius, trajectory } from "lib/gan/dynamics.ts";
import { yourOrbit } from "lib/gan/figures.ts";
import { updateMatrix } from "lib/gan/solution.ts";
import type { Figure } from "lib/show/figure.ts";
import { root } from "../../tools/command.ts";
import { keptNotebook, readNotebook } from "../../tools/notebook.ts";
import { withoutSlots } from "../../tools/tidy/slots.ts";

/** The text of the cell says each of these. */
async function says(notebook: string, id: string, ...words: readonly string[]): Promise<void> {
  const { cells } = withoutSlots(await readNotebook(await keptNotebook(notebook, root)));
  const { source } = cells.find((cell) => cell.id === id)!;
  for (const word of words) assert.ok(source.includes(word), `${id} does not say “${word}”`);
}

const grouped = (n: number) => n.toLocaleString("en");

Deno.test("reference: question 1 counts its digits and its encoder's parameters right", async () => {
  const train = digits("train").count;
  await says("01_elbo", "q1-use-intro", grouped(train), "8 × 8");
  const vae = buildVae({ hidden: 64 }), { hidden, mean, logVar } = vae.encoder;
  const size = [hidden, mean, logVar].reduce((sum, { W, b }) => sum + W.size + b.size, 0);
  const perImage = mean.b.size + logVar.b.size;
  disposeVae(vae);
  await says(
    "01_elbo",
    "q1-3-see",
    `${grouped(size)} parameters`,
    `fewer than ${grouped(size / perImage)} images`,
  );
  // they are what the section in use trains and measures
  await says("01_elbo", "q1-use-train", "hidden: 64");
});

Deno.test("reference: the point of question 1 whose own gap grows", async () => {
  const model = nonlinearModel({ decoder: (z) => Math.tanh(1.5 * z) + 0.3 * z, sigma: 0.35 });
  const xs = [-1.3, -0.6, 0, 0.35, 0.8, 1.5];
  const own = model.elbo(xs[0], model.fitPosterior(xs[0]));
  const gap = (family: "affineMean" | "affine") =>
    (own - model.elbo(xs[0], model.fitEncoder(xs, family)(xs[0]))).toFixed(4);
  await says("01_elbo", "q1-2-see", `$x = ${xs[0]}$`, `${gap("affineMean")} becomes ${gap("affine")}`);
  await says("01_elbo", "q1-2-reveal", `[${xs.join(", ")}]`);
});

Deno.test("reference: question 3 counts its digits right", async () => {
  const [train, test] = [digits("train").count, digits("test").count];
  await says("03_flow", "q3-2-digits-intro", `${grouped(train)} handwritten digits`, `${test} others`);
});

Deno.test("reference: the turn that question 4 asks to count is over within the figure, at a rate of its slider", async () => {
  const { turningAlpha: alpha } = variant("4"), steps = 2 * Math.PI / Math.atan(alpha);
  await says("04_gan", "q4-3-try", "Figure 4.2", `$\\alpha = ${alpha}$`);
  const A = updateMatrix("simultaneous", alpha), states = trajectory(A, [1, 0], Math.ceil(steps));
  const figure = yourOrbit("4.2", () => ({ A: () => A })) as Figure;
  const [slider] = figure.layout.sliders as { steps: { label: string; args: [{ x: number[][] }] }[] }[];
  const { args: [{ x: [seen] }] } = slider.steps.find(({ label }) => label === String(alpha))!;
  const { range: [, reach] } = figure.layout.xaxis as { range: [number, number] };
  assert.ok(steps < seen.length - 1 && spectralRadius(A) ** steps < reach, "in the picture until then");
  // from (1, 0) clockwise: once around, g is negative again for the first time
  const [, before] = states.at(-2)!, [, after] = states.at(-1)!;
  assert.ok(before > 0 && after < 0, `${before}, ${after}`);
});
