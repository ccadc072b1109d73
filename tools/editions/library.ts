import { dirname, join, normalize } from "node:path/posix";
import { readModule } from "./modules.ts";

/** The allow-list: what may leave the house. A file leaves whole or not at all. */
const leaving = [
  /^lib\/(course|math|proof|show|tensor)\/.*\.ts$/,
  // of a subject everything but what solves it, what is claimed of it, and what offers either
  /^lib\/\w+\/(?!(claims|misconceptions|mod|reproduce|slips|solution|variant)(\/|\.ts$)).*\.ts$/,
  /^tools\//,
  /^data\/\w+\.json$/,
];

/** Whether a file may leave the house, by its path from the project's folder. */
export const mayLeave = (path: string): boolean => leaving.some((pattern) => pattern.test(path));

/** The file behind an import, by path from the project's folder; undefined for packages. */
export function targetOf(from: string, source: string): string | undefined {
  if (source.startsWith("lib/")) return source;
  return source.startsWith(".") ? normalize(join(dirname(from), source)) : undefined;
}

/**
 * The files that the given modules need: what they import, and what that imports.
 *
 * @param read the text of a file, by path from the project's folder
 * @param wanted modules to start from, each with who asks for it
 * @param given texts that stand in for files: wrong answers as fingerprints, the course's public part
 * @throws Error for a file that may not leave, naming who imports it
 */
export async function studentLibrary(
  read: (path: string) => Promise<string>,
  wanted: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const asking = new Map(wanted), files = new Map<string, string>();
  // a map's iterator goes on to what is added while it runs
  for (const [path, importer] of asking) {
    if (!given.has(path) && !mayLeave(path)) {
      throw new Error(
        `Cannot hand out ${path}, which ${importer} imports: expected a file that holds no solution`,
      );
    }
    const text = given.get(path) ?? await read(path);
    files.set(path, text);
    if (!path.endsWith(".ts")) continue;
    const assets = [...text.matchAll(/new URL\("(\.[^"]+\.\w+)", import\.meta\.url\)/g)];
    for (const source of [...readModule(text).links, ...assets.map(([, source]) => ({ source }))]) {
      const target = targetOf(path, source.source);
      // what set-up writes is no part of the library
      if (target !== undefined && !target.startsWith("build/") && !asking.has(target)) {
        asking.set(target, path);
      }
    }
  }
  return new Map([...files].sort(([a], [b]) => a < b ? -1 : 1));
}
