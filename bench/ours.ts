import { timed } from "./timing.ts";

/** Times one case of ours in this process: arguments are the case and the variant; prints a Report as JSON. */
const [name, variant] = Deno.args;
const fused = !variant.startsWith("plain");

async function stepOf(): Promise<() => number> {
  const { setThreads } = await import("../lib/tensor/mod.ts");
  if (variant.includes("one")) setThreads(1);
  if (name === "realnvp") return (await import("./cases/realnvp.ts")).realNvpStep(fused);
  if (name === "pixelcnn") return (await import("./cases/pixelcnn.ts")).pixelCnnStep(fused);
  const { vaeStep, iwaeStep } = await import("./cases/vae.ts");
  const large = { pixels: 784, hidden: 400, latent: 20, batch: 128 };
  if (name === "vae-784") return vaeStep(large, fused);
  if (name === "vae-144") return vaeStep({ pixels: 144, hidden: 64, latent: 8, batch: 64 }, fused);
  if (name === "iwae-5000") return iwaeStep(large, 5000, fused);
  throw new RangeError(`Cannot run a case: expected a known name, got "${name}"`);
}

console.log(JSON.stringify(timed(await stepOf())));
