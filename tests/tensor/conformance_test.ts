import assert from "node:assert/strict";
import { bundleSuite } from "./conformance/bundle.ts";

/** 4,225 of tfjs-core 4.22.0's specs run here; far fewer would mean that the bundle lost some. */
const leastSpecs = 4200;

interface Outcome {
  readonly specs: number;
  readonly threads: number;
  readonly failures: readonly string[];
}

async function run(threads: number, width: number): Promise<Outcome> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./conformance/run.ts", import.meta.url).href, (await bundle).href],
    env: { SYW_THREADS: String(threads), SYW_WIDTH: String(width), NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  const line = text.decode(stdout).split("\n").find((l) => l.startsWith("{"));
  assert(line !== undefined, `the suite did not report: ${text.decode(stderr).slice(0, 2000)}`);
  return JSON.parse(line);
}

const bundle = bundleSuite().then((path) => new URL(`file://${path}`));

for (const [threads, width] of [[1, 8], [2, 16], [1, 16], [2, 8]]) {
  Deno.test(`second engine: tfjs-core's own suite, ${threads} thread(s), panels of ${width} columns`, async () => {
    const outcome = await run(threads, width);
    assert.deepEqual(outcome.failures, []);
    assert(outcome.specs >= leastSpecs, `expected at least ${leastSpecs} specs, got ${outcome.specs}`);
    assert.equal(outcome.threads, threads);
  });
}
