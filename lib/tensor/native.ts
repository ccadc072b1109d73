import { fileURLToPath } from "node:url";
import { forbidden, openProducts, products, setProducts } from "../math/native.ts";
import { threads } from "./dispatch.ts";

/** Where set-up writes the library's path when it is asked for (`deno task setup --native`). */
export const libraryFile = () => beside("../../build/native/library.json");

/** A file by its place from here, asked for when it is needed: in a page this module has no place. */
const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Whether large products are native now, by which library, or why not. */
export interface NativeProducts {
  readonly native: boolean;
  readonly found: string;
}

/**
 * From now on large products (matrices, convolutions, lib/math's in float64) are OpenBLAS's; on macOS Apple's
 * Accelerate may stand in. How much faster depends on the processor (bench/RESULTS.md). Other digits than
 * WebAssembly's, and other ones on another processor: for one's own training only.
 *
 * The library is tried in a process of its own first, so that one that crashes is only refused.
 *
 * @param path the library; by default what set-up has written
 * @returns what is used now; where that is not the library, everything stays as it was
 */
export async function useNativeProducts(path?: string): Promise<NativeProducts> {
  try {
    const refused = await reasonAgainst();
    if (refused !== undefined) return { native: false, found: refused };
    const library = path ??
      (JSON.parse(await Deno.readTextFile(libraryFile())) as { library: string }).library;
    if (products()?.path !== library) {
      const tried = await tryLibrary(library);
      if (!tried.native) return tried;
      setProducts(openProducts(library));
      threads.renew();
    }
    return { native: true, found: products()!.name };
  } catch (error) {
    const none = error instanceof Deno.errors.NotFound;
    return { native: false, found: none ? "no library: deno task setup --native" : (error as Error).message };
  }
}

async function reasonAgainst(): Promise<string | undefined> {
  for (const name of ["ffi", "run", "env"] as const) {
    const { state } = await Deno.permissions.query({ name });
    if (state !== "granted") return `no permission: --allow-${name}`;
  }
  return Deno.env.has(forbidden) ? "not where a notebook is run for others" : undefined;
}

/** Opens the library and multiplies by it, in a process that may crash. */
export async function tryLibrary(path: string): Promise<NativeProducts> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", beside("./trial.ts"), path],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(20_000),
  });
  const { success, stdout, stderr, signal: killed } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (success) return { native: true, found: out };
  const word = /Error: (.*)$/m.exec(err)?.[1];
  return { native: false, found: `${path} was refused: ${killed ?? word ?? "it ended without a word"}` };
}
