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
  languageServer: string;
};

/** Where a Jupyter under a prefix looks for its settings, and for how to start a language server. */
export const settingsUnder = (platform: Platform, prefix: string) => ({
  overrides: pathOf(platform, prefix, "share", "jupyter", "lab", "settings", "overrides.json"),
  languageServer: pathOf(platform, prefix, "etc", "jupyter", "jupyter_server_config.d", "deno-lsp.json"),
});

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
    ...settingsUnder(platform, folder),
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

/** JupyterLab asks the network for news and updates unless it is told not to, and a language server nothing unless told to. */
export const labOverrides = JSON.stringify(
  {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    "@jupyterlab/lsp-extension:plugin": { activate: "on" },
    // a page of text opens as it reads
    "@jupyterlab/docmanager-extension:plugin": { defaultViewers: { markdown: "Markdown Preview" } },
    "@jupyter-lsp/jupyterlab-lsp:hover": { autoActivate: true },
  },
  null,
  2,
) + "\n";

/**
 * How JupyterLab starts its language server: types, hovers, completion and squiggles in cells.
 *
 * @param program absolute path of tools/lab/language_server.ts
 * @param alone whether no other server is looked for: in the course's own environment
 */
export function languageServer(deno: string, program: string, alone = true): string {
  const server = {
    argv: [deno, "run", "-A", "--no-config", program],
    config_schema: { type: "object", properties: {} },
    display_name: "Deno",
    // what JupyterLab makes of the kernel's text/x.typescript
    languages: ["x.typescript"],
    mime_types: ["text/x.typescript"],
    requires_documents_on_disk: false,
    version: 2,
  };
  const manager = { ...(alone ? { autodetect: false } : {}), language_servers: { deno: server } };
  return JSON.stringify({ LanguageServerManager: manager }, null, 2) + "\n";
}

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
