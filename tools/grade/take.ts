import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { Unzip, UnzipInflate } from "fflate";
import { clean } from "./clean.ts";
import { NotebookStream, type StreamedCell } from "./notebook_stream.ts";
import { rescued } from "./rescue.ts";

/** A notebook that was handed in: the cells that may hold an answer. */
export interface TakenFile {
  file: string;
  /** When it was last changed, in seconds. */
  time: number;
  cells: StreamedCell[];
  /** The seed of its numbers, where it has numbers of its own. */
  seed?: number;
}

/** One file of an entry, and what was made of it. */
export interface Intake {
  file: string;
  made: string;
}

/** One entry of the folder to grade, read. */
export interface Taken {
  entry: string;
  files: TakenFile[];
  /** What was odd about it, in sentences for its report. */
  remarks: string[];
  intake: Intake[];
  /** Changes when the submission does. */
  digest: string;
}

/** What is read of one entry, all that is unpacked included. */
const most = { bytes: 400e6, files: 5000, notebooks: 60, cells: 20_000, depth: 6, remarks: 30 };
const piece = 1 << 18, zippedPiece = 1 << 12;

/** Asks before each step whether it may be taken: what ended this process before is left out. */
export type Ask = (step: string) => boolean;

class TooMuch extends Error {}

/**
 * Reads one entry, piece by piece, with limits on what all of it comes to. Whatever it is, this returns; what can't
 * be read is a remark.
 *
 * @param keep which cells may hold an answer
 */
export async function take(
  entry: string,
  paths: readonly string[],
  keep: () => (cell: StreamedCell) => StreamedCell | undefined,
  ask: Ask,
): Promise<Taken> {
  const reading = new Reading(keep, ask);
  for (const path of paths) {
    try {
      await reading.path(path, clean(basename(path), 120));
    } catch (cause) {
      const words = clean(cause instanceof Error ? cause.message : String(cause), 200);
      reading.remark(cause instanceof TooMuch ? words : `The submission can't be read: ${words}.`);
    }
  }
  return reading.taken(entry);
}

class Reading {
  readonly #files: TakenFile[] = [];
  readonly #remarks: string[] = [];
  readonly #intake: Intake[] = [];
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #seen = 0;
  #more = 0;

  constructor(
    private readonly keep: () => (cell: StreamedCell) => StreamedCell | undefined,
    private readonly ask: Ask,
  ) {}

  remark(sentence: string): void {
    if (this.#remarks.length < most.remarks) this.#remarks.push(sentence);
    else this.#more++;
  }

  taken(entry: string): Taken {
    const remarks = [...this.#remarks];
    if (this.#more > 0) remarks.push(`And ${this.#more} more remarks of this kind.`);
    if (this.#files.length === 0) {
      const other = this.#intake.filter(({ made }) => /^(not graded|left out)/.test(made)).map(({ file }) =>
        file
      );
      const list = other.slice(0, 3).join(", ") + (other.length > 3 ? ` and ${other.length - 3} more` : "");
      remarks.push(
        other.length > 0
          ? `There is no notebook in it: what was handed in is ${list}. Hand in the .ipynb itself.`
          : "There is no notebook in it.",
      );
    }
    const digest = this.#hash.update(JSON.stringify([this.#remarks, this.#intake])).digest("hex");
    return { entry, files: this.#files, remarks, intake: this.#intake, digest };
  }

  /** A file or folder of the disk; links are not followed. */
  async path(path: string, file: string, depth = 0): Promise<void> {
    const { isDirectory, isFile, mtime } = await Deno.lstat(path);
    if (isDirectory) return await this.#folder(path, depth === 0 ? "" : `${file}/`, depth);
    if (!isFile) return this.#odd(file, "is neither a file nor a folder, and was not followed");
    if (!this.#begin(file)) return;
    using opened = await Deno.open(path);
    const sink = this.#sink(file, (mtime?.getTime() ?? 0) / 1000, 0);
    const buffer = new Uint8Array(piece);
    for (let n = await opened.read(buffer); n !== null; n = await opened.read(buffer)) {
      this.#hash.update(buffer.subarray(0, n));
      if (!sink.push(buffer.subarray(0, n))) break;
    }
    sink.end();
  }

  async #folder(folder: string, inner: string, depth: number): Promise<void> {
    if (depth > most.depth) return this.#odd(inner, "lies too deep and was not entered");
    const names = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
    for (const name of names.slice(0, most.files)) {
      const file = `${inner}${clean(name, 120)}`;
      if (isJunk(name)) this.#intake.push({ file, made: "left out: programs put it there" });
      else {
        try {
          await this.path(join(folder, name), file, depth + 1);
        } catch (cause) {
          if (cause instanceof TooMuch) throw cause;
          if (!name.includes("\ufffd")) this.#odd(file, "can't be opened");
        }
      }
    }
    if (names.length > most.files) this.remark(`Only ${most.files} of ${names.length} files were looked at.`);
    if (!names.some((name) => name.includes("\ufffd"))) return;
    // names that are no text in UTF-8 can't be opened by name
    await using copies = await rescued(folder);
    for (const { path, name } of copies.files) {
      await this.path(path, `${inner}${clean(name, 120)}`, depth + 1);
    }
  }

  #odd(file: string, what: string): void {
    this.#intake.push({ file, made: what });
    this.remark(`${file} ${what}.`);
  }

  #begin(file: string): boolean {
    this.#hash.update(`\n${file}\n`);
    if (++this.#seen > most.files) {
      if (this.#seen === most.files + 1) this.remark(`Only ${most.files} files were looked at.`);
      return false;
    }
    if (this.ask(`read ${this.#seen}`)) return true;
    this.#odd(file, "could not be read: it takes more time or memory than there is");
    return false;
  }

  /** Where the bytes of one file go; `push` says whether more are wanted. What they are decides, not the name. */
  #sink(file: string, time: number, zips: number): { push(bytes: Uint8Array): boolean; end(): void } {
    let start: Uint8Array | undefined = new Uint8Array();
    let inner: { push(bytes: Uint8Array): boolean; end(): void } | undefined;
    const begin = () => {
      const first = start!;
      start = undefined;
      const [a, b] = first.filter((byte) => byte > 32 && byte < 128);
      const isZip = a === 0x50 && b === 0x4b && first[2] < 9;
      if (isZip && !isOffice(file)) inner = this.#zip(file, time, zips + 1);
      else if (isPacked(file, first)) this.#odd(file, "is an archive that can't be read here: hand in a zip");
      else if (a !== 0x7b && /\.ipynb\b/i.test(file) && isPointer(first)) {
        this.#odd(file, "is a pointer that Git keeps in a notebook's place: fetch the notebook itself");
      } else if (a === 0x7b || /\.ipynb$/i.test(file) && first.length > 0) inner = this.#notebook(file, time);
      else if (/\.ipynb$/i.test(file)) this.#odd(file, "is no notebook: it is empty");
      else this.#intake.push({ file, made: "not graded: no notebook" });
      return inner?.push(first) ?? false;
    };
    return {
      push: (bytes) => {
        this.#bytes += bytes.length;
        if (this.#bytes > most.bytes) {
          throw new TooMuch(`It is too large: more than ${most.bytes / 1e6} MB were not read.`);
        }
        if (!start) return inner?.push(bytes) ?? false;
        const both = new Uint8Array(start.length + bytes.length);
        both.set(start);
        both.set(bytes, start.length);
        start = both;
        return start.length < 8 || begin();
      },
      end: () => {
        if (start) begin();
        inner?.end();
      },
    };
  }

  #notebook(file: string, time: number) {
    const cells: StreamedCell[] = [], keep = this.keep();
    let count = 0;
    const stream = new NotebookStream((cell) => {
      if (++count > most.cells) return;
      const kept = keep(cell);
      if (kept) cells.push(kept);
    });
    return {
      push: (bytes: Uint8Array) => {
        stream.push(bytes);
        return count <= most.cells;
      },
      end: () => {
        const fault = count > most.cells ? `it has more than ${most.cells} cells` : stream.end();
        if (fault && cells.length === 0) {
          // settings and packages are JSON, too: only what is named a notebook should have been one
          if (/\.ipynb\b/i.test(file)) return this.#odd(file, `is no notebook: ${fault}`);
          return void this.#intake.push({ file, made: `not graded: no notebook, ${fault}` });
        }
        if (fault) this.#odd(file, `is not whole: ${fault}`);
        if (this.#files.length >= most.notebooks) return this.#odd(file, "is one notebook too many");
        this.#files.push({ file, time, cells, ...(stream.seed ? { seed: stream.seed } : {}) });
      },
    };
  }

  /** A zip as a stream: its paths are names, nothing more, and what it says of sizes is not believed. */
  #zip(zip: string, time: number, zips: number) {
    let broken: string | undefined, empty = false, begun = false;
    const open: (() => void)[] = [];
    const unzip = new Unzip((entry) => {
      const name = clean(entry.name, 120), file = `${zip}/${name}`;
      if (name.endsWith("/")) return;
      if (/(^|[\\/])\.\.([\\/]|$)/.test(entry.name)) {
        return this.#odd(file, "leads out of it and was left out");
      }
      if (name.split(/[\\/]/).some(isJunk)) {
        return void this.#intake.push({ file, made: "left out: programs put it there" });
      }
      if (![0, 8].includes(entry.compression)) {
        return this.#odd(file, "is packed in a way that can't be read here: hand in an ordinary zip");
      }
      if (zips > 2) return this.#odd(file, "lies in a zip in a zip in a zip and was not read");
      if (!this.#begin(file)) return;
      const sink = this.#sink(file, time, zips);
      let wanted = true, ended = false, begun = false;
      const end = () => {
        if (!ended) sink.end();
        ended = true;
      };
      open.push(end);
      entry.ondata = (error, bytes, final) => {
        if (error instanceof TooMuch) throw error;
        if (error && !ended) {
          this.#odd(file, "can't be unpacked: it is damaged, or protected by a password");
          wanted = false;
          ended = !begun;
        }
        begun ||= Boolean(bytes?.length);
        if (wanted && bytes) wanted = sink.push(bytes);
        if (error || final) end();
      };
      entry.start();
    });
    unzip.register(UnzipInflate);
    const feed = (bytes: Uint8Array, final: boolean) => {
      try {
        unzip.push(bytes, final);
      } catch (cause) {
        if (cause instanceof TooMuch) throw cause;
        broken = clean(cause instanceof Error ? cause.message : String(cause), 100);
      }
    };
    return {
      push: (bytes: Uint8Array) => {
        // a zip that begins with its end holds nothing
        if (!begun) empty = bytes[2] === 5;
        begun = true;
        for (let at = 0; at < bytes.length && !broken; at += zippedPiece) {
          feed(bytes.slice(at, at + zippedPiece), false);
        }
        return !broken;
      },
      end: () => {
        if (!broken) feed(new Uint8Array(), true);
        for (const end of open) end();
        if (broken || open.length === 0 && this.#intake.every(({ file }) => !file.startsWith(zip))) {
          this.#odd(
            zip,
            empty ? "is an empty zip" : `can't be read as a zip${broken ? `: ${broken}` : ""}`,
          );
        }
      },
    };
  }
}

/** What editors and systems leave behind; nobody hands it in. A notebook may be hidden all the same. */
export const isJunk = (name: string): boolean =>
  name.startsWith(".") && !/^\.[^_~].*\.ipynb$/i.test(name) ||
  /^(__MACOSX|node_modules|Thumbs\.db|desktop\.ini)$/i.test(name);

/** Documents of an office are zips that hold no work of ours. */
export const isOffice = (name: string): boolean => /\.(docx|xlsx|pptx|od[tsp]|epub)$/i.test(name);

/** What Git LFS and git-annex leave where a file has not been fetched. */
const isPointer = (start: Uint8Array): boolean =>
  /^version https:\/\/git-lfs|annex\/objects\//.test(new TextDecoder().decode(start.subarray(0, 300)));

/** Signs at the beginning of what programs pack: gzip, bzip2, xz, zstd, 7-Zip, RAR. */
const signs = ["1f8b", "425a68", "fd377a58", "28b52ffd", "377abcaf", "52617221"];

/** Whether a file is an archive other than a zip, by its name or by what it begins with. */
export const isPacked = (name: string, start: Uint8Array): boolean => {
  const hex = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return /\.(rar|7z|tar|gz|tgz|bz2|tbz2?|xz|txz|zst)$/i.test(name) ||
    signs.some((sign) => hex.startsWith(sign));
};
