import { build, stop } from "esbuild";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * tfjs-core's own tests, shipped compiled in its npm package, in one file with the backend: one copy of
 * tfjs-core for both, its imports without extensions resolved.
 *
 * @returns the file's path
 */
export async function bundleSuite(): Promise<string> {
  const outfile = `${root}build/tensor/suite.js`;
  const core = `${root}node_modules/@tensorflow/tfjs-core/dist/`;
  await build({
    entryPoints: [`${root}tests/tensor/conformance/suite.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("file:///");' },
    mainFields: ["module", "main"],
    ignoreAnnotations: true,
    alias: { "@tensorflow/tfjs-core": `${core}index.js`, "@tensorflow/tfjs-core/dist": core },
    define: {
      "import.meta.url": JSON.stringify(new URL("../../../lib/tensor/threads.ts", import.meta.url).href),
    },
    logLevel: "error",
  });
  await stop();
  return outfile;
}

if (import.meta.main) console.log(await bundleSuite());
