import { pathOf, type Platform } from "../setup/platform.ts";
import type { Finding } from "./finding.ts";

/** What the machine itself must give: a folder to write in, room on its disk, a way to the packages, a port. */

const GIGABYTE = 1e9;

/** Room for the set-up, and for what a session writes. */
const NEEDED = { setUp: 1 * GIGABYTE, work: 0.05 * GIGABYTE };

const inGigabytes = (bytes: number) => `${(bytes / GIGABYTE).toFixed(bytes < GIGABYTE ? 2 : 0)} GB`;

/**
 * Whether the folder can be written to, tried with an empty file. A course that is set up can be shared read-only;
 * one that is not can't be set up there.
 */
export async function ofFolder(platform: Platform, isSetUp: boolean): Promise<Finding> {
  const name = "Folder", probe = pathOf(platform, platform.root, "build", "doctor.txt");
  try {
    await platform.write(probe, "");
    await platform.remove(probe);
    return { name, state: "ok", found: platform.root };
  } catch (error) {
    const found = `${platform.root} can't be written to (${(error as Error).message})`;
    return isSetUp
      ? {
        name,
        state: "optional",
        found: `${found}: save notebooks elsewhere inside the course, or in a copy`,
      }
      : { name, state: "missing", found, mend: "copy the folder to a place of your own and start there" };
  }
}

export async function ofDisk(platform: Platform, isSetUp: boolean): Promise<Finding> {
  const name = "Disk", free = await platform.free(), needed = isSetUp ? NEEDED.work : NEEDED.setUp;
  if (free === null) return { name, state: "optional", found: "unknown" };
  if (free >= needed) return { name, state: "ok", found: `${inGigabytes(free)} free` };
  const found = `${inGigabytes(free)} free, expected ${inGigabytes(needed)}`;
  return { name, state: "missing", found, mend: "free some space, for example with: deno clean" };
}

/** Only asked where something must be downloaded: whether the smallest package of deno.json can be reached. */
export async function ofNetwork(platform: Platform): Promise<Finding> {
  const name = "Network";
  const text = await platform.read(pathOf(platform, platform.root, "deno.json"));
  const { imports = {} } = JSON.parse(text ?? "{}") as { imports?: Record<string, string> };
  const address = imports.fflate ?? Object.values(imports).find((value) => value.startsWith("npm:"));
  if (address === undefined) return { name, state: "optional", found: "not tried" };
  const asked = await platform.run(Deno.execPath(), ["info", "--no-config", "--json", "--reload", address]);
  if (asked?.code === 0) return { name, state: "ok", found: "packages can be reached" };
  const found = "none, and the set-up needs one once";
  return { name, state: "missing", found, mend: "connect, then: deno task setup" };
}

/** JupyterLab's usual port. */
export async function ofPort(platform: Platform, port: number): Promise<Finding> {
  const name = `Port ${port}`;
  if (await platform.isFree(port)) return { name, state: "ok", found: "free" };
  return { name, state: "optional", found: "in use: deno task lab takes the next one that is free" };
}
