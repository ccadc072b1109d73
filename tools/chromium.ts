import { pathOf, type Platform } from "./setup/platform.ts";

/**
 * The program of a Chromium that tests can drive; null where there is none. `CHROMIUM` in the environment names one.
 */
export async function findChromium(platform: Platform): Promise<string | null> {
  const chosen = platform.env("CHROMIUM");
  for (const path of [...chosen ? [chosen] : [], ...places(platform)]) {
    if (await platform.exists(path)) return path;
  }
  return null;
}

function places(platform: Platform): string[] {
  switch (platform.os) {
    case "linux": {
      const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
      const folders = (platform.env("PATH") ?? "").split(":").filter((folder) => folder !== "");
      return folders.flatMap((folder) => names.map((name) => pathOf(platform, folder, name)));
    }
    case "darwin":
      return ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
    case "windows": {
      const folders = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => platform.env(name));
      const programs = [["Google", "Chrome", "Application", "chrome.exe"], [
        "Microsoft",
        "Edge",
        "Application",
        "msedge.exe",
      ]];
      return folders.flatMap((folder) =>
        folder ? programs.map((program) => pathOf(platform, folder, ...program)) : []
      );
    }
  }
}
