import { kernelEnvironment } from "../kernel/process.ts";
import { pathOf, type Platform } from "./platform.ts";

const course = "show-your-work";

/** Whether a kernel.json was written by this course, for whatever folder. */
export function isOurs(text: string): boolean {
  try {
    return JSON.parse(text).metadata?.course === course;
  } catch {
    return false;
  }
}

/**
 * How Jupyter starts the Deno kernel.
 *
 * @param deno absolute path of the Deno to start: the environment's own, for a cache of npx can vanish
 */
export function kernelspec(deno: string): string {
  const spec = {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    env: kernelEnvironment,
    interrupt_mode: "signal",
    language: "typescript",
    metadata: { course },
  };
  return JSON.stringify(spec, null, 2) + "\n";
}

/**
 * The folder of kernels in the user's home, where VS Code looks for them.
 *
 * @throws Error when the user has no home folder
 */
export function userKernels(platform: Platform): string {
  const chosen = platform.env("JUPYTER_DATA_DIR");
  if (chosen) return pathOf(platform, chosen, "kernels");
  const home = platform.env(platform.os === "windows" ? "APPDATA" : "HOME");
  if (!home) throw new Error("Cannot find the folder of kernels: expected a home folder, got none");
  switch (platform.os) {
    case "windows":
      return pathOf(platform, home, "jupyter", "kernels");
    case "darwin":
      return pathOf(platform, home, "Library", "Jupyter", "kernels");
    case "linux":
      return pathOf(
        platform,
        platform.env("XDG_DATA_HOME") || pathOf(platform, home, ".local", "share"),
        "jupyter",
        "kernels",
      );
  }
}
