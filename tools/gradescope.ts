/** `deno task gradescope`: the autograder that Gradescope takes, as a zip. */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { fail, readersPath, root, shortPath } from "./command.ts";
import { type Files, wholeProject } from "./editions/project.ts";
import { archive } from "./editions/zip.ts";

const help = `deno task gradescope [--out FILE]

Writes build/gradescope.zip (or FILE): setup.sh, run_autograder and the course with its solutions. Upload it
under “Configure Autograder”; each submission is then graded as by deno task grade.`;

const programs = ["setup.sh", "run_autograder"];

/** The autograder as a zip: its two programs, executable, and the course beside them. */
export async function autograder(): Promise<Uint8Array<ArrayBuffer>> {
  const files: Files = new Map();
  for (const name of programs) files.set(name, await Deno.readTextFile(`${root}/data/gradescope/${name}`));
  for (const [path, text] of await wholeProject(root)) files.set(`course/${path}`, text);
  return archive(files, undefined, programs);
}

async function gradescope(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { out: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) return console.log(help);
  const out = values.out === undefined ? join(root, "build", "gradescope.zip") : readersPath(values.out);
  await Deno.mkdir(dirname(out), { recursive: true });
  const zip = await autograder();
  await Deno.writeFile(out, zip);
  console.log(`${shortPath(out)}: ${(zip.length / 1e6).toFixed(1)} MB`);
}

if (import.meta.main) await gradescope(Deno.args).catch(fail);
