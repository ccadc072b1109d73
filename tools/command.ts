/** What every command of this course shares: where it lives, how it names files, how it says that something failed. */
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import course from "../data/course.json" with { type: "json" };
import { assertCourse } from "./course.ts";

/** The folder that holds deno.json, without a slash at the end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** A path as the reader typed it: `deno task` moves to the course's folder and leaves the reader's in INIT_CWD. */
export function readersPath(path: string): string {
  return resolve(readersFolder(), path);
}

/** A path as the reader would type it: relative where that is shorter. */
export function shortPath(path: string): string {
  const short = relative(readersFolder(), path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}

function readersFolder(): string {
  return Deno.env.get("INIT_CWD") ?? Deno.cwd();
}

/** `1 fault`, `2 faults`, `no fault`. */
export function count(n: number, thing: string): string {
  return n === 0 ? `no ${thing}` : `${n} ${thing}${n === 1 ? "" : "s"}`;
}

try {
  assertCourse(course);
} catch (error) {
  fail(error);
}

/** Ends the program with a sentence instead of a stack trace. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}
