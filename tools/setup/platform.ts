import { statfs } from "node:fs/promises";
import { dirname, posix, win32 } from "node:path";
import { root } from "../command.ts";

export type Result = { code: number; stdout: string; stderr: string };

/** The machine as the set-up sees it: what tests replace to be on Windows or macOS, or without a network. */
export type Platform = {
  os: "linux" | "darwin" | "windows";
  /** The course's folder. */
  root: string;
  env(name: string): string | undefined;
  /** Runs a program to its end; null when there is no such program. */
  run(command: string, args: string[], options?: { onLine?(line: string): void }): Promise<Result | null>;
  /** The text of a file; null when there is none. */
  read(path: string): Promise<string | null>;
  /** Writes a file, and the folders above it. */
  write(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  /** The names in a folder; empty when there is none. */
  list(path: string): Promise<string[]>;
  /** Waits until no other program holds this lock; returns how to let it go. */
  lock(path: string): Promise<() => void>;
  /** Bytes free on the disk of the course's folder; null where that is not known. */
  free(): Promise<number | null>;
  /** Whether a program can listen on this port of this machine. */
  isFree(port: number): Promise<boolean>;
  say(text: string): void;
};

/** Joins parts of a path as this machine does. */
export function pathOf({ os }: Platform, ...parts: string[]): string {
  return (os === "windows" ? win32 : posix).join(...parts);
}

/** The machine this program runs on. */
export function thisPlatform(): Platform {
  const { os } = Deno.build;
  return {
    os: os === "windows" || os === "darwin" ? os : "linux",
    // a student's variant of the course uses the environment of the course it was made from
    root: Deno.env.get("COURSE_HOME") ?? root,
    env: (name) => Deno.env.get(name),
    run,
    read: (path) => unlessMissing(Deno.readTextFile(path), null),
    async write(path, text) {
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    },
    exists: (path) => unlessMissing(Deno.stat(path).then(() => true), false),
    remove: (path) => unlessMissing(Deno.remove(path, { recursive: true }), undefined),
    list: (path) => unlessMissing(Array.fromAsync(Deno.readDir(path), ({ name }) => name), []),
    lock,
    free: () => statfs(root).then(({ bavail, bsize }) => bavail * bsize, () => null),
    isFree,
    say: (text) => console.error(text),
  };
}

function isFree(port: number): Promise<boolean> {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return Promise.resolve(true);
  } catch {
    return Promise.resolve(false);
  }
}

async function unlessMissing<T, U>(action: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await action;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return otherwise;
    throw error;
  }
}

async function lock(path: string): Promise<() => void> {
  const file = await Deno.open(path, { write: true });
  if (!await file.tryLock(true)) {
    console.error("Another set-up of this folder is running: waiting for it …");
    await file.lock(true);
  }
  return () => file.close();
}

async function run(
  command: string,
  args: string[],
  { onLine }: { onLine?(line: string): void } = {},
): Promise<Result | null> {
  let child;
  try {
    const env = { PYTHONNOUSERSITE: "1", PYTHONUTF8: "1", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
    child = new Deno.Command(command, {
      args,
      env,
      cwd: root,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch {
    // No such program, a file of that name that is none, or a stub of the Microsoft Store.
    return null;
  }
  const [stdout, stderr, { code }] = await Promise.all([
    collect(child.stdout, onLine),
    collect(child.stderr, onLine),
    child.status,
  ]);
  return { code, stdout, stderr };
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine?: (line: string) => void,
): Promise<string> {
  let text = "", rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine?.(line);
  }
  return text;
}
