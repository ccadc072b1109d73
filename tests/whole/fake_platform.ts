/** A machine in memory: files, programs, and what was said and run. */
import type { Platform, Result } from "../../tools/setup/platform.ts";

export type Fake = Platform & {
  files: Map<string, string>;
  /** Every program that was run, with its arguments, as one line. */
  ran: string[];
  said: string[];
};

export type FakeOptions = {
  os: Platform["os"];
  root: string;
  env?: Record<string, string>;
  /** Versions of Python by command line, such as `{ "py -3": "3.12.1" }`. */
  pythons?: Record<string, string>;
  ensurepip?: boolean;
  /** Answers of programs that differ from the usual; undefined for the usual. */
  answer?(line: string): Result | undefined;
  readOnly?: boolean;
  /** Bytes free on the disk. */
  free?: number;
  takenPort?: number;
  /** A folder whose files a running program holds, as on Windows. */
  held?: string;
};

const fine: Result = { code: 0, stdout: "", stderr: "" };

export function fakePlatform(
  { os, root, env = {}, pythons = {}, ensurepip = true, answer, readOnly, free = 1e11, takenPort, held }:
    FakeOptions,
): Fake {
  const slash = os === "windows" ? "\\" : "/";
  const files = new Map([
    [[root, "deno.json"].join(slash), '{ "imports": { "a": "npm:a@1.0.0" } }'],
    [[root, "deno.lock"].join(slash), '{ "npm": { "a@1.0.0": {} } }'],
    [[root, "tools", "requirements.txt"].join(slash), "jupyterlab==4.6.6\n"],
    [[root, "tools", "requirements.in"].join(slash), "jupyterlab==4.6.6\ndeno==2.9.6\n"],
  ]);
  const ran: string[] = [], said: string[] = [];
  const scripts = [root, ".venv", os === "windows" ? "Scripts" : "bin", ""].join(slash);
  const suffix = os === "windows" ? ".exe" : "";
  const usual = (command: string, line: string): Result | null => {
    const version = Object.entries(pythons).find(([words]) => line.startsWith(`${words} `))?.[1];
    if (command === `${scripts}python${suffix}`) {
      if (!files.has(command)) return null;
      if (line.includes("-m pip install")) files.set(`${scripts}deno${suffix}`, "program");
      return fine;
    }
    if (line.endsWith(" install --frozen")) {
      files.set([root, "node_modules", ".deno", "a@1.0.0", ".initialized"].join(slash), "");
      return fine;
    }
    if (version === undefined) return null;
    if (line.includes("find_spec")) {
      return {
        ...fine,
        stdout: `python ${version} ${ensurepip ? "True" : "False"}${os === "windows" ? "\r" : ""}\n`,
      };
    }
    if (line.includes("-m venv")) {
      files.set(`${scripts}python${suffix}`, "program");
      files.set(`${scripts}jupyter`, `#!${scripts}python\nrun("${root}/.venv")\n`);
      return fine;
    }
    return null;
  };
  const inside = (path: string) =>
    [...files.keys()].filter((name) => name === path || name.startsWith(path + slash));
  return {
    os,
    root,
    files,
    ran,
    said,
    env: (name) => env[name],
    run(command, args) {
      const line = [command, ...args].join(" ");
      ran.push(line);
      const special = answer?.(line);
      return Promise.resolve(special === undefined ? usual(command, line) : special);
    },
    read: (path) => Promise.resolve(files.get(path) ?? null),
    write(path, text) {
      if (readOnly) return Promise.reject(new Error("Read-only file system (os error 30)"));
      files.set(path, text);
      return Promise.resolve();
    },
    exists: (path) => Promise.resolve(inside(path).length > 0),
    remove(path) {
      if (path === held) {
        return Promise.reject(new Error("Access is denied. (os error 5)"));
      }
      for (const name of inside(path)) files.delete(name);
      return Promise.resolve();
    },
    list: (path) =>
      Promise.resolve([...new Set(inside(path).map((name) => name.slice(path.length + 1).split(slash)[0]))]),
    lock: () => Promise.resolve(() => {}),
    free: () => Promise.resolve(free),
    isFree: (port) => Promise.resolve(port !== takenPort),
    say: (text) => void said.push(text),
  };
}
