import type { Platform } from "./platform.ts";

export type Python = { command: string; args: string[]; version: string; ensurepip: boolean };

const oldest = [3, 10];

/** Asks a Python for its version and for what `venv` needs; prints one line that no other program would print. */
const question = "import importlib.util as u, sys; " +
  "print('python', '.'.join(map(str, sys.version_info[:3])), bool(u.find_spec('ensurepip') and u.find_spec('venv')))";

/** Programs that may be Python, the likeliest first. `PYTHON` in the environment comes before all. */
function pythonCandidates(platform: Platform): [command: string, ...args: string[]][] {
  const chosen = platform.env("PYTHON");
  const versions = [14, 13, 12, 11, 10].map((minor) => `3.${minor}`);
  const usual: [string, ...string[]][] = platform.os === "windows"
    ? [["py", "-3"], ["python"], ["python3"]]
    : [["python3"], ["python"], ...versions.map((version): [string] => [`python${version}`])];
  return chosen ? [[chosen], ...usual] : usual;
}

/**
 * The first Python that can make an environment.
 *
 * @throws Error with the command that installs what is missing
 */
export async function findPython(platform: Platform): Promise<Python> {
  const found: Python[] = [];
  for (const [command, ...args] of pythonCandidates(platform)) {
    const python = await probe(platform, command, args);
    if (python === null) continue;
    if (isRecent(python.version) && python.ensurepip) return python;
    found.push(python);
  }
  const bare = found.find(({ version }) => isRecent(version));
  if (bare) {
    throw new Error(
      `Cannot make a Python environment: expected Python with ensurepip, got ${bare.version} without it\n` +
        `On Debian and Ubuntu: sudo apt install python3-venv`,
    );
  }
  const got = found.length > 0 ? `only ${found.map(({ version }) => version).join(", ")}` : "none";
  throw new Error(
    `Cannot set up JupyterLab: expected Python ${oldest.join(".")} or newer, got ${got}\n${advice(platform)}`,
  );
}

async function probe(platform: Platform, command: string, args: string[]): Promise<Python | null> {
  const result = await platform.run(command, [...args, "-c", question]);
  const [, version, ensurepip] = /^python (\d+\.\d+\.\d+) (True|False)\s*$/.exec(result?.stdout ?? "") ?? [];
  if (result?.code !== 0 || version === undefined) return null;
  return { command, args, version, ensurepip: ensurepip === "True" };
}

function isRecent(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === oldest[0] && minor >= oldest[1];
}

function advice({ os }: Platform): string {
  switch (os) {
    case "windows":
      return "Install it from the Microsoft Store, or with: winget install Python.Python.3.13";
    case "darwin":
      return "Install it with: brew install python3";
    case "linux":
      return "On Debian and Ubuntu: sudo apt install python3 python3-venv; on Fedora: sudo dnf install python3";
  }
}
