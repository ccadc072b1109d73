import { pathOf, type Platform } from "./platform.ts";

/** Where the parts of the course's own environment lie. */
export type Environment = {
  folder: string;
  scripts: string;
  python: string;
  deno: string;
  stamp: string;
  kernelspec: string;
  overrides: string;
};

export function environmentOf(platform: Platform): Environment {
  const windows = platform.os === "windows";
  const folder = pathOf(platform, platform.root, ".venv");
  const scripts = pathOf(platform, folder, windows ? "Scripts" : "bin");
  const program = (name: string) => pathOf(platform, scripts, windows ? `${name}.exe` : name);
  const share = pathOf(platform, folder, "share", "jupyter");
  return {
    folder,
    scripts,
    python: program("python"),
    deno: program("deno"),
    stamp: pathOf(platform, folder, "show-your-work.json"),
    kernelspec: pathOf(platform, share, "kernels", "deno", "kernel.json"),
    overrides: pathOf(platform, share, "lab", "settings", "overrides.json"),
  };
}

/** What the set-up has done, kept in the environment: it is done again when one of these changes. */
export type Stamp = { root: string; requirements: string };

export function parseStamp(text: string | null): Stamp | null {
  try {
    const { root, requirements } = JSON.parse(text ?? "");
    return typeof root === "string" && typeof requirements === "string" ? { root, requirements } : null;
  } catch {
    return null;
  }
}

/** JupyterLab asks the network for news and updates unless it is told not to. */
export const labOverrides = JSON.stringify(
  { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } },
  null,
  2,
) + "\n";

/**
 * A script of the environment after the course's folder was moved: environments hold absolute paths.
 *
 * @param text the script
 * @param from the folder before, without a slash at the end
 * @param to the folder now
 */
export function movedScript(text: string, from: string, to: string): string {
  const moved = text.replaceAll(`${from}/.venv`, `${to}/.venv`);
  const [first, ...rest] = moved.split("\n");
  const program = first.startsWith(`#!${to}/`) ? first.slice(2) : "";
  // The kernel of the operating system reads neither spaces nor long paths there: pip's own way round it.
  if (!/\s/.test(program) && program.length <= 120) return moved;
  return `#!/bin/sh\n'''exec' "${program}" "$0" "$@"\n' '''\n${rest.join("\n")}`;
}
