import { zipSync } from "fflate";
import type { Files } from "./project.ts";

/** The files as one zip with one folder: the same files give the same bytes. */
export function archive(files: Files, folder: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const entries = [...files].map(([path, text]) => [`${folder}/${path}`, encoder.encode(text)]);
  const bytes = zipSync(Object.fromEntries(entries), { level: 9, mtime: new Date(1980, 0, 1) });
  return new Uint8Array(bytes);
}
