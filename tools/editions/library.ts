import { dirname, join, normalize, relative } from "node:path/posix";
import { cutSolutions } from "./markers.ts";
import { linkText, pruneLinks, type Reading, readModule } from "./modules.ts";
import { demand, keepDeclarations } from "./shake.ts";

/** What a student may get of the house: everything else stays behind. */
const allowed = [
  /^lib\/[a-z_]+\//,
  /^tools\//,
  /^data\/[a-z_]+\.json$/,
];

/** Rooms that hold solutions: of the figures only those that a student's cells call, of the rest nothing. */
const closed = /^lib\/\w+\/(claims|misconceptions|reproduce|slips|solution|variant|zoo)(\/|\.ts$)/;
/** Of these the rest of a student's library may speak: what points at them is cut. */
const solution = /^lib\/\w+\/solution\.ts$/;
const figures = /^lib\/\w+\/figures(\/|\.ts$)/;

const isModule = (path: string) => path.endsWith(".ts");

export interface Library {
  /** Files by path from the project's folder. */
  files: Map<string, string>;
  /** Texts that were cut, by file. */
  cut: Map<string, string[]>;
}

/**
 * The files that the given modules need, without solutions: what stands between markers is cut, and with it the
 * imports and re-exports that nothing is left of.
 *
 * @param read the text of a file, by path from the project's folder
 * @param wanted modules to start from, each with the names that are used of it ("*": all)
 * @param replaced texts that stand in for files: the misconceptions' fingerprints, the course's public part
 * @throws Error for a file that may not leave the house, or one that is not there
 */
export async function studentLibrary(
  read: (path: string) => Promise<string>,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
  replaced: ReadonlyMap<string, string>,
): Promise<Library> {
  const sources = new Map<string, { text: string; reading: Reading }>();
  const cut = new Map<string, string[]>();
  const shaken = async (path: string) =>
    figures.test(path) ? cutSolutions(await read(path), path).text : undefined;
  const needed = await demand(wanted, shaken, targetOf);
  const source = async (path: string) => {
    const known = sources.get(path);
    if (known) return known;
    const text = await cutModule(path);
    const made = { text, reading: readModule(text) };
    sources.set(path, made);
    return made;
  };
  async function cutModule(path: string): Promise<string> {
    const given = replaced.get(path);
    if (given !== undefined) return given;
    const whole = cutSolutions(await read(path), path);
    if (whole.cut.length > 0) cut.set(path, whole.cut);
    if (!figures.test(path)) return whole.text.replace(/\n{3,}/g, "\n\n");
    const left = keepDeclarations(whole.text, needed.get(path) ?? new Set());
    cut.set(path, [...(cut.get(path) ?? []), ...left.cut]);
    return left.text;
  }
  /** Whether a module still offers a name after the cut; `via` guards against circles. */
  async function offers(path: string, name: string, via: readonly string[] = []): Promise<boolean> {
    if (solution.test(path)) return false;
    if (!isModule(path) || name === "*") return true;
    const { links, exported } = (await source(path)).reading;
    if (
      exported.has(name) && !links.some((l) => l.kind === "export" && l.names.some((n) => n.local === name))
    ) {
      return true;
    }
    for (const link of links.filter((l) => l.kind === "export")) {
      const passed = link.names.find((n) => n.local === name || n.local === "*");
      const target = targetOf(path, link.source);
      if (!passed || via.includes(path)) continue;
      if (
        target === undefined ||
        await offers(target, passed.local === "*" ? name : passed.imported, [...via, path])
      ) {
        return true;
      }
    }
    return false;
  }
  const files = new Map<string, string>();
  const queue = [...wanted.keys()];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (files.has(path)) continue;
    if (!replaced.has(path) && (closed.test(path) || !allowed.some((pattern) => pattern.test(path)))) {
      throw new Error(`Cannot hand out ${path}: expected a file that holds no solution`);
    }
    if (!isModule(path)) {
      files.set(path, replaced.get(path) ?? await read(path));
      continue;
    }
    const { text, reading } = await source(path);
    const kept = new Set<string>();
    for (const link of reading.links) {
      const target = targetOf(path, link.source);
      for (const name of link.names) {
        const needed = link.kind === "export" || reading.used.has(name.local);
        if (needed && (target === undefined || await offers(target, name.imported))) {
          kept.add(`${link.start} ${name.local}`);
        }
      }
      const left = link.names.filter((n) => kept.has(`${link.start} ${n.local}`));
      if (target !== undefined && linkText(link, left) !== "") queue.push(target);
    }
    files.set(path, pruneLinks(text, (link, name) => kept.has(`${link.start} ${name.local}`)));
    for (const [, asset] of text.matchAll(/new URL\("(\.[^"]+)", import\.meta\.url\)/g)) {
      const target = normalize(join(dirname(path), asset));
      // what set-up writes is no part of the library
      if (/\.\w+$/.test(target) && !target.startsWith("build/")) queue.push(target);
    }
  }
  return { files: new Map([...files].sort(([a], [b]) => a < b ? -1 : 1)), cut };
}

/** The file behind an import, by path from the project's folder; undefined for packages. */
export function targetOf(from: string, source: string): string | undefined {
  if (source.startsWith("lib/")) return source;
  if (!source.startsWith(".")) return undefined;
  return relative("", join(dirname(from), source));
}
