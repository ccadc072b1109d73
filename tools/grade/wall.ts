/**
 * The second wall, around the process that runs a submission: should a hole be found in Deno's permissions, there is
 * nothing behind it. What the machine offers is used, the strongest first.
 */
import { dirname } from "node:path";

/** `bwrap` and `unshare` hide files, network and processes; `limits` bounds processor time; `none` is no wall. */
export type Wall = "bwrap" | "unshare" | "limits" | "none";

export const walls: readonly Wall[] = Deno.build.os === "linux"
  ? ["bwrap", "unshare", "limits", "none"]
  : Deno.build.os === "windows"
  ? ["none"]
  : ["limits", "none"];

export interface Inside {
  /** What there is to be read, beside the system's own libraries. */
  read: readonly string[];
  cwd: string;
  /** Processor seconds after which the kernel ends it, whatever has become of its supervisor. */
  seconds: number;
  /** An empty folder of this run's own. */
  empty: string;
}

const system = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"];

/** A command behind a wall: it ends with the one who started it, and no core is dumped. */
export function behind(wall: Wall, command: readonly string[], inside: Inside): string[] {
  const limited = [
    "sh",
    "-c",
    `ulimit -c 0; ulimit -t ${Math.ceil(inside.seconds)}; exec "$@"`,
    "sh",
    ...command,
  ];
  switch (wall) {
    case "bwrap":
      return [
        ...["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
        // what is mounted later covers what came before: the sandbox may itself lie below /tmp
        ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
        ...readableFor(inside).flatMap((path) => ["--ro-bind", path, path]),
        ...["--chdir", inside.cwd, "--"],
        ...limited,
      ];
    case "unshare":
      return [
        ...[
          ...withParent(["unshare"]),
          "--net",
          "--ipc",
          "--uts",
          "--pid",
          "--fork",
          "--kill-child",
          "--mount",
        ],
        ...["sh", "-c", intoRoot, "sh", inside.empty, inside.cwd, ...limited],
      ];
    case "limits":
      return withParent(limited);
    default:
      return [...command];
  }
}

/** A command that ends when the process that started it does, where the machine can do that. */
const withParent = (command: readonly string[]): string[] =>
  Deno.build.os === "linux" && exists("/usr/bin/setpriv")
    ? ["setpriv", "--pdeathsig", "KILL", ...command]
    : [...command];

/**
 * A command in whose reach the second wall's file system stands: built once for all runs that it starts.
 *
 * @param inside what those runs may see
 */
export function withRoot(wall: Wall, command: readonly string[], inside: Inside): string[] {
  if (wall !== "unshare") return withParent(command);
  const readable = readableFor(inside);
  return [
    ...[...withParent(["unshare"]), "--user", "--map-root-user", "--mount", "sh", "-c", newRoot, "sh"],
    ...[inside.empty, String(readable.length), ...readable, ...command],
  ];
}

/** Builds a file system of its own in $1 that holds the named paths, read-only. */
const newRoot = `set -e; root=$1; n=$2; shift 2
mount -t tmpfs -o size=4m,mode=755 none "$root"
mkdir "$root/proc" "$root/dev" "$root/tmp"
for path in null zero urandom random; do : > "$root/dev/$path"; mount --bind "/dev/$path" "$root/dev/$path"; done
while [ $n -gt 0 ]; do
  if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root\${1%/*}"; : > "$root$1"; fi
  mount --rbind -o ro "$1" "$root$1"
  shift; n=$((n - 1))
done
exec "$@"`;

/** Goes there, and gives up every power over it. */
const intoRoot = `set -e; root=$1; cwd=$2; shift 2
mount -t proc proc "$root/proc"
exec chroot "$root" setpriv --no-new-privs --bounding-set=-all --inh-caps=-all \\
  sh -c 'cd "$1"; shift; exec "$@"' sh "$cwd" "$@"`;

const readableFor = (inside: Inside): string[] => [...system.filter(exists), ...inside.read.filter(exists)];

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Where Deno itself stands, and keeps the packages. */
export async function denoPlaces(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" })
    .output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  const place = await Deno.realPath(Deno.execPath());
  return [...new Set([dirname(Deno.execPath()), dirname(place), denoDir])];
}
