import { type Zippable, zipSync } from "fflate";
import { dates } from "lib/course/year.ts";
import type { Files } from "./project.ts";

/**
 * The files as one zip, dated as the course is released: the same files give the same bytes.
 *
 * @param folder the one folder in it; without, the files stand at its top
 * @param programs files that may be executed
 */
export function archive(
  files: Files,
  folder?: string,
  programs: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const unix = 3;
  const entries: Zippable = Object.fromEntries([...files].map(([path, text]) => [
    folder === undefined ? path : `${folder}/${path}`,
    [encoder.encode(text), { os: unix, attrs: (programs.includes(path) ? 0o100755 : 0o100644) << 16 }],
  ]));
  return new Uint8Array(zipSync(entries, { level: 9, mtime: new Date(dates.released ?? dates.due) }));
}
