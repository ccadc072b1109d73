/** `deno task kernel`: installs the course's kernel in the reader's home, where VS Code looks for kernels. */
import { fail } from "./command.ts";
import {
  type Environment,
  environmentOf,
  labOverrides,
  languageServer,
  settingsUnder,
} from "./setup/environment.ts";
import { isOurs, kernelspec, userKernels } from "./setup/kernelspec.ts";
import { pathOf, type Platform, thisPlatform } from "./setup/platform.ts";
import { setUp } from "./setup.ts";

const help = `deno task kernel [--remove | --prefix DIR]

Installs the Deno kernel of this course in your home, so that VS Code finds it.

  --remove        takes it away again
  --prefix DIR    installs it for everyone whose Jupyter is under DIR (JupyterHub, Binder), with the Deno of the
                  course's environment, or where there is none with the one that runs this command`;

/**
 * Writes the kernel's description; one that was there before is kept beside it.
 *
 * @returns what was done, in a sentence
 */
export async function installKernel(platform: Platform, { deno }: Environment): Promise<string> {
  const folder = pathOf(platform, userKernels(platform), "deno");
  const file = pathOf(platform, folder, "kernel.json");
  const before = await platform.read(file);
  const wanted = kernelspec(deno);
  if (before === wanted) return `The kernel "Deno" is in ${folder} already`;
  const foreign = before !== null && !isOurs(before);
  if (foreign) await platform.write(pathOf(platform, folder, "kernel.before.json"), before);
  await platform.write(file, wanted);
  const kept = foreign ? "; the one that was there is kept as kernel.before.json" : "";
  return `The kernel "Deno" is now in ${folder}${kept}\nIn VS Code: open a notebook, Select Kernel, Jupyter Kernel …, Deno`;
}

/**
 * Writes the kernel's description under a Jupyter's own prefix, e.g. Python's `sys.prefix`, and how its JupyterLab
 * starts the language server; settings that are there already are left as they are.
 */
async function installShared(platform: Platform, prefix: string, deno: string): Promise<string> {
  const folder = pathOf(platform, prefix, "share", "jupyter", "kernels", "deno");
  const { overrides, languageServer: server } = settingsUnder(platform, prefix);
  const program = pathOf(platform, platform.root, "tools", "lab", "language_server.ts");
  await platform.write(pathOf(platform, folder, "kernel.json"), kernelspec(deno));
  await platform.write(server, languageServer(deno, program, false));
  const free = !await platform.exists(overrides);
  if (free) await platform.write(overrides, labOverrides);
  return [
    `The kernel "Deno" is now in ${folder}`,
    `With jupyterlab-lsp its JupyterLab knows the types: ${server}`,
    ...(free
      ? []
      : [`${overrides} was there: set "@jupyterlab/lsp-extension:plugin": { "activate": "on" } in it`]),
  ].join("\n");
}

/** Undoes `installKernel`; leaves alone what it did not install. */
export async function removeKernel(platform: Platform): Promise<string> {
  const folder = pathOf(platform, userKernels(platform), "deno");
  const there = await platform.read(pathOf(platform, folder, "kernel.json"));
  if (there === null || !isOurs(there)) return `There is no kernel of this course in ${folder}`;
  const before = await platform.read(pathOf(platform, folder, "kernel.before.json"));
  await platform.remove(folder);
  if (before === null) return `The kernel "Deno" is no longer in ${folder}`;
  await platform.write(pathOf(platform, folder, "kernel.json"), before);
  return `The kernel that was in ${folder} before is there again`;
}

async function kernel(args: string[]): Promise<string> {
  const platform = thisPlatform();
  if (args.length === 0) return await installKernel(platform, await setUp(platform));
  if (args[0] === "--prefix" && args[1]) {
    // the one that runs this may lie in a cache of npx, in the home of whoever installs
    const { deno } = environmentOf(platform);
    return await installShared(platform, args[1], await platform.exists(deno) ? deno : Deno.execPath());
  }
  if (args[0] === "--remove") return await removeKernel(platform);
  return help;
}

if (import.meta.main) console.log(await kernel(Deno.args).catch(fail));
