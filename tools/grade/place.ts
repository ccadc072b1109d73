import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../command.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";

/** A folder below that no other run of this program uses; the same ones again, since Deno caches by path. */
export async function freePlace(below: string): Promise<{ folder: string; release(): void }> {
  await Deno.mkdir(below, { recursive: true });
  for (let n = 1;; n++) {
    const lock = await Deno.open(join(below, `${n}.lock`), { write: true, create: true });
    if (await lock.tryLock(true)) return { folder: join(below, String(n)), release: () => lock.close() };
    lock.close();
  }
}

/** The sandbox, laid out by a process that is gone when submissions run: what it needed to know is not kept. */
export async function laidOut(folder: string): Promise<Sandbox> {
  const program = fileURLToPath(new URL("sandbox.ts", import.meta.url));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", join(root, "deno.json"), program, root, folder],
    stdout: "inherit",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr).trim());
  return await openSandbox(folder);
}
