import { unzipSync } from "fflate";
import { basename, join } from "node:path";
import { isRecord } from "../notebook.ts";

/** One cell of a submission: as much of it as is graded. */
export interface SubmittedCell {
  id: string;
  kind: "code" | "markdown";
  source: string;
}

/** A notebook that was handed in, and which one of the course it is. */
export interface SubmittedNotebook {
  file: string;
  notebook?: string;
  cells: SubmittedCell[];
}

/** One entry of the folder to grade. */
export interface Submission {
  entry: string;
  notebooks: SubmittedNotebook[];
  /** What was odd about it, in sentences for its report. */
  remarks: string[];
  /** Changes when the submission does. */
  digest: string;
}

const largestNotebook = 20e6;
const largestZip = 100e6;
const mostFiles = 500;
const deepest = 4;

interface Found {
  file: string;
  text: string;
}

/**
 * The entries of a folder of submissions by the name their results go under: without `.ipynb` or `.zip`.
 *
 * @throws Error when there is no such folder
 */
export async function entriesOf(folder: string): Promise<Map<string, string>> {
  let names: string[];
  try {
    names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch {
    throw new Error(`Cannot grade ${folder}: expected a folder of submissions, got none`);
  }
  const entries = new Map<string, string>();
  for (const name of names.filter((n) => !n.startsWith(".")).sort()) {
    const short = name.replace(/\.(ipynb|zip)$/i, "") || name;
    let own = short;
    for (let n = 1; entries.has(own) || isOurs(own); n++) {
      own = n === 1 && !isOurs(name) ? name : `${name} (${n})`;
    }
    entries.set(own, join(folder, name));
  }
  return entries;
}

/** Whether a name is that of a file which the results of the whole class go into. */
const isOurs = (name: string) => /^(class|prose)\.(csv|html)(\.part)?$/i.test(name);

/** Reads one entry. Whatever it is, this returns: what can't be read is a remark. */
export async function readSubmission(
  entry: string,
  path: string,
  courseNotebooks: readonly string[],
): Promise<Submission> {
  const remarks: string[] = [];
  const found = await filesOf(path, remarks).catch((cause: Error): Found[] => {
    remarks.push(`The submission can't be read: ${cause.message.slice(0, 200)}.`);
    return [];
  });
  found.sort((a, b) => depth(a.file) - depth(b.file) || (a.file < b.file ? -1 : 1));
  const notebooks = found.flatMap(({ file, text }): SubmittedNotebook[] => {
    const cells = cellsOf(text);
    if (typeof cells === "string") {
      remarks.push(`${file} is no notebook: ${cells}.`);
      return [];
    }
    return [{ file, notebook: courseNotebooks.find((name) => file.toLowerCase().includes(name)), cells }];
  });
  const known = notebooks.filter((n) => n.notebook !== undefined);
  const digest = await sha256(
    JSON.stringify(found.map(({ file, text }) => [file, text])) + remarks.join("\n"),
  );
  if (found.length === 0 && remarks.length === 0) remarks.push("There is no notebook in it.");
  return { entry, notebooks: known.length > 0 ? known : notebooks, remarks, digest };
}

const depth = (file: string) => file.split("/").length;

export async function sha256(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

async function filesOf(path: string, remarks: string[]): Promise<Found[]> {
  const { isDirectory, isFile, isSymlink, size } = await Deno.lstat(path);
  if (isDirectory) return await filesInFolder(path, "", remarks);
  if (isSymlink || !isFile) throw new Error("it is neither a file nor a folder");
  if (/\.zip$/i.test(path)) {
    if (size > largestZip) throw new Error(`its zip has ${Math.round(size / 1e6)} MB`);
    return filesInZip(await Deno.readFile(path), remarks);
  }
  if (!/\.ipynb$/i.test(path)) throw new Error("it is no notebook, folder or zip");
  if (size > largestNotebook) throw new Error(`its notebook has ${Math.round(size / 1e6)} MB`);
  return [{ file: basename(path), text: await Deno.readTextFile(path) }];
}

/** Notebooks below a folder; links are not followed, hidden folders not entered. */
async function filesInFolder(folder: string, inner: string, remarks: string[]): Promise<Found[]> {
  const found: Found[] = [];
  const entries = (await Array.fromAsync(Deno.readDir(join(folder, inner)))).sort((a, b) =>
    a.name < b.name ? -1 : 1
  );
  for (const { name, isDirectory, isFile, isSymlink } of entries.slice(0, mostFiles)) {
    const file = inner === "" ? name : `${inner}/${name}`;
    if (isSymlink) remarks.push(`${file} is a link and was not followed.`);
    else if (isDirectory && !isHidden(name) && depth(file) < deepest) {
      found.push(...await filesInFolder(folder, file, remarks));
    } else if (isFile && /\.ipynb$/i.test(name) && !isHidden(name)) {
      const path = join(folder, file);
      if ((await Deno.lstat(path)).size > largestNotebook) remarks.push(`${file} is too large to be read.`);
      else found.push({ file, text: await Deno.readTextFile(path) });
    }
  }
  return found;
}

const isHidden = (name: string) =>
  name.startsWith(".") || name === "__MACOSX" || name === "node_modules" || /checkpoint\.ipynb$/.test(name);

/** Notebooks in a zip, in memory: its paths are names, nothing more. */
function filesInZip(bytes: Uint8Array, remarks: string[]): Found[] {
  let total = 0, number = 0;
  const unpacked = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.ipynb$/i.test(name) || name.split("/").some(isHidden) && !name.includes("..")) return false;
      if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]:/i.test(name)) {
        remarks.push(`“${name.slice(0, 80)}” in the zip leads out of it and was left out.`);
        return false;
      }
      total += originalSize;
      if (originalSize > largestNotebook || total > largestZip || ++number > mostFiles) {
        remarks.push(`“${name.slice(0, 80)}” in the zip is too large to be read.`);
        return false;
      }
      return true;
    },
  });
  return Object.entries(unpacked).map(([file, data]) => ({ file, text: new TextDecoder().decode(data) }));
}

/** The cells of a notebook's text, or why there are none. Nothing is expected of it. */
function cellsOf(text: string): SubmittedCell[] | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text.trim() === "" ? "it is empty" : "it is not JSON";
  }
  if (!isRecord(json) || !Array.isArray(json.cells)) return "it has no cells";
  return json.cells.filter(isRecord).map((cell): SubmittedCell => ({
    id: idOf(cell),
    kind: cell.cell_type === "code" ? "code" : "markdown",
    source: textOf(cell.source),
  }));
}

function textOf(source: unknown): string {
  if (typeof source === "string") return source;
  return Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : "";
}

/** A cell's id; where a front end has lost it, the one that nbgrader keeps in the metadata. */
function idOf({ id, metadata }: Record<string, unknown>): string {
  if (typeof id === "string" && id.startsWith("answer-")) return id;
  const kept = isRecord(metadata) && isRecord(metadata.nbgrader) ? metadata.nbgrader.grade_id : undefined;
  return typeof kept === "string" ? kept : typeof id === "string" ? id : "";
}
