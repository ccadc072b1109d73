import assert from "node:assert/strict";
import { bundleSuite } from "./conformance/bundle.ts";

/** 4,225 of tfjs-core 4.22.0's specs run here; far fewer would mean that the bundle lost some. */
const leastSpecs = 4200;

interface Outcome {
  readonly specs: number;
  readonly threads: number;
  readonly failures: readonly string[];
}

async function run(threads: number, width: number, guarded = false): Promise<Outcome> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./conformance/run.ts", import.meta.url).href, (await bundle).href],
    env: {
      SYW_THREADS: String(threads),
      SYW_WIDTH: String(width),
      SYW_GUARD: guarded ? "1" : "0",
      NO_COLOR: "1",
    },
  }).output();
  const text = new TextDecoder();
  const line = text.decode(stdout).split("\n").find((l) => l.startsWith("{"));
  assert(line !== undefined, `the suite did not report: ${text.decode(stderr).slice(0, 2000)}`);
  return JSON.parse(line);
}

const bundle = bundleSuite().then((path) => new URL(`file://${path}`));

/** The suite passes; the guarded runs (fences around every block, NaNs where nobody is) are for long tests. */
const runs = [[1, 8, false], [2, 16, false], [1, 16, false], [2, 8, false], [1, 8, true], [
  2,
  16,
  true,
]] as const;
for (const [threads, width, guarded] of runs) {
  Deno.test({
    name: `second engine: tfjs-core's own suite, ${threads} thread(s), panels of ${width} columns${
      guarded ? ", guarded" : ""
    }`,
    ignore: guarded && Deno.env.get("LONG") !== "1",
    async fn() {
      const outcome = await run(threads, width, guarded);
      assert.deepEqual(outcome.failures, []);
      assert(outcome.specs >= leastSpecs, `expected at least ${leastSpecs} specs, got ${outcome.specs}`);
      assert.equal(outcome.threads, threads);
    },
  });
}
