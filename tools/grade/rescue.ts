/** Files whose names are no text in UTF-8: Deno shows them and can't open them. */
import { join } from "node:path";

interface Rescued extends AsyncDisposable {
  /** Copies under names that can be opened, with the name that can be shown. */
  files: { path: string; name: string }[];
}

const script = `cd -- "$1" && n=0 && for f in *; do
  if ! printf %s "$f" | iconv -f UTF-8 -t UTF-8 > /dev/null 2>&1; then
    n=$((n + 1)); [ $n -le 50 ] || break
    mkdir -p "$2/$n" && (ulimit -f 800000; cp -RP -- "$f" "$2/$n/copy")
    printf %s "$f" | iconv -f LATIN1 -t UTF-8 > "$2/$n/name" 2> /dev/null
  fi
done`;

/** Copies what stands in `folder` under a name that is not UTF-8; read as Latin-1 such a name can be shown. */
export async function rescued(folder: string): Promise<Rescued> {
  const temporary = await Deno.makeTempDir({ prefix: "show-your-work-names-" });
  const files: Rescued["files"] = [];
  await new Deno.Command("sh", {
    args: ["-c", script, "sh", folder, temporary],
    stdout: "null",
    stderr: "null",
  })
    .output().catch(() => {});
  for await (const { name } of Deno.readDir(temporary)) {
    const shown = await Deno.readTextFile(join(temporary, name, "name")).catch(() => "");
    files.push({ path: join(temporary, name, "copy"), name: shown || `file ${name}` });
  }
  files.sort((a, b) => a.name < b.name ? -1 : 1);
  return { files, [Symbol.asyncDispose]: () => Deno.remove(temporary, { recursive: true }).catch(() => {}) };
}
