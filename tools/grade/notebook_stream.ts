/** One cell of a notebook, as much of it as is graded. */
export interface StreamedCell {
  id: string;
  kind: "code" | "markdown";
  source: string;
  /** The source was longer than anything a person writes, and was not kept. */
  long?: true;
}

const wanted = ["id", "cell_type", "source", "metadata"];
const longestValue = 2_000_000;
const [QUOTE, SLASH, COLON, COMMA] = [34, 92, 58, 44];
const LESS = 60;
const OPEN = [123, 91], CLOSE = [125, 93];

/**
 * Reads a notebook's JSON as it comes, byte by byte, and keeps of each cell its id, kind and source: outputs of any
 * size and nesting of any depth pass by. Nothing is expected of it.
 */
export class NotebookStream {
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** At depth 1 or in a cell: whether a string would be a key; the key read last. */
  #keyNext = false;
  #key = "";
  #inCells = false;
  #sawCells = false;
  #sawAnything = false;
  #broken = false;
  /** Signs that no JSON has outside of its strings, as a merge leaves them. */
  #merged = false;
  #worksheets = false;
  #kept: Uint8Array[] | undefined;
  #size = 0;
  #cell: Record<string, unknown> = {};
  /** The seed that the notebook's numbers were drawn from, where it has numbers of its own. */
  seed: number | undefined;
  #decoder: TextDecoder | undefined;
  #start: Uint8Array = new Uint8Array();
  #started = false;
  readonly #onCell: (cell: StreamedCell) => void;

  constructor(onCell: (cell: StreamedCell) => void) {
    this.#onCell = onCell;
  }

  push(chunk: Uint8Array): void {
    if (this.#broken) return;
    if (!this.#started) {
      this.#start = joined([this.#start, chunk]);
      if (this.#start.length < 4) return;
      chunk = this.#begin();
    }
    this.#read(this.#decoder ? utf8(this.#decoder.decode(chunk, { stream: true })) : chunk);
  }

  /** @returns why there are no cells, or that they end too early; undefined when all is well */
  end(): string | undefined {
    if (!this.#started) this.#read(this.#begin());
    if (!this.#sawAnything) return "it is empty";
    if (this.#broken) return "it is not JSON";
    if (this.#depth > 0) return this.#sawCells ? "it ends in the middle" : "it is not JSON";
    if (this.#merged) return "a merge left its marks (<<<<<<<, >>>>>>>) in it";
    if (this.#worksheets) return "it is of an old format (nbformat 3): open and save it in JupyterLab";
    return this.#sawCells ? undefined : "it has no cells";
  }

  /** Byte order marks, and UTF-16 with or without one. */
  #begin(): Uint8Array {
    this.#started = true;
    const [a, b, c] = this.#start;
    if (a === 0xff && b === 0xfe || a !== 0 && b === 0) this.#decoder = new TextDecoder("utf-16le");
    else if (a === 0xfe && b === 0xff || a === 0 && b !== 0) this.#decoder = new TextDecoder("utf-16be");
    return a === 0xef && b === 0xbb && c === 0xbf ? this.#start.subarray(3) : this.#start;
  }

  #read(bytes: Uint8Array): void {
    let from = 0, slash = -1, quote = -1;
    const keep = (end: number) => {
      if (!this.#kept) return;
      this.#size += end - from;
      if (this.#size <= longestValue && end > from) this.#kept.push(bytes.slice(from, end));
      from = end;
    };
    for (let i = 0; i < bytes.length; i++) {
      if (this.#inString) {
        if (this.#escaped) {
          this.#escaped = false;
          continue;
        }
        if (quote < i) quote = found(bytes, QUOTE, i);
        if (slash < i) slash = found(bytes, SLASH, i);
        if (slash < quote) {
          i = slash;
          this.#escaped = true;
          continue;
        }
        i = quote;
        if (quote === bytes.length) break;
        this.#inString = false;
        if (this.#keyNext && this.#kept && this.#key === "") {
          keep(i + 1);
          this.#key = String(parsed(this.#kept) ?? "");
          this.#kept = undefined;
        }
        continue;
      }
      const byte = bytes[i];
      if (byte <= 32) continue;
      if (!this.#sawAnything) {
        this.#sawAnything = true;
        if (byte !== OPEN[0]) {
          this.#broken = true;
          return;
        }
      }
      this.#merged ||= byte === LESS;
      const here = this.#depth === 1 || this.#depth === 3 && this.#inCells;
      if (byte === QUOTE) {
        this.#inString = true;
        if (here && this.#keyNext) {
          this.#kept = [];
          this.#size = 0;
          this.#key = "";
          from = i;
        }
      } else if (byte === COLON && here && this.#keyNext) {
        this.#keyNext = false;
        if (this.#depth === 3 ? wanted.includes(this.#key) : this.#key === "metadata") {
          this.#kept = [];
          this.#size = 0;
          from = i + 1;
        }
      } else if (byte === COMMA && here) {
        keep(i);
        this.#finishValue();
        this.#keyNext = true;
        this.#key = "";
      } else if (byte === OPEN[0] || byte === OPEN[1]) {
        if (this.#depth === 1 && byte === OPEN[1] && !this.#keyNext && this.#key === "cells") {
          this.#inCells = this.#sawCells = true;
        }
        this.#worksheets ||= this.#depth === 1 && !this.#keyNext && this.#key === "worksheets";
        this.#depth++;
        if (this.#depth === 1 || this.#depth === 3 && this.#inCells && byte === OPEN[0]) {
          this.#keyNext = true;
          this.#key = "";
          if (this.#depth === 3) this.#cell = {};
        } else if (this.#depth === 3) this.#keyNext = false;
      } else if (byte === CLOSE[0] || byte === CLOSE[1]) {
        if (here) {
          keep(i);
          this.#finishValue();
          if (this.#depth === 3 && byte === CLOSE[0]) this.#finishCell();
        }
        this.#depth--;
        if (this.#depth < 0) {
          this.#broken = true;
          return;
        }
        if (this.#depth === 1) {
          this.#inCells = false;
          this.#keyNext = false;
        }
      }
    }
    keep(bytes.length);
  }

  #finishValue(): void {
    if (!this.#kept) return;
    const value = this.#size > longestValue ? tooLong : parsed(this.#kept);
    if (this.#depth === 3) this.#cell[this.#key] = value;
    else this.seed ??= seedOf(value);
    this.#kept = undefined;
  }

  #finishCell(): void {
    const { cell_type, source } = this.#cell;
    const long = source === tooLong;
    this.#onCell({
      id: idOf(this.#cell),
      kind: cell_type === "code" ? "code" : "markdown",
      source: long ? "" : textOf(source),
      ...(long ? { long } : {}),
    });
    this.#cell = {};
  }
}

/** Where a byte comes next; the end where it does not. */
function found(bytes: Uint8Array, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}

const tooLong = Symbol("too long");
const utf8 = (text: string) => new TextEncoder().encode(text);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function parsed(parts: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(joined(parts)));
  } catch {
    return undefined;
  }
}

function textOf(source: unknown): string {
  if (typeof source === "string") return source;
  return Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : "";
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What `deno task editions --seed` has written into a notebook's metadata. */
function seedOf(metadata: unknown): number | undefined {
  const { show_your_work: own } = isRecord(metadata) ? metadata : {};
  const { seed } = isRecord(own) ? own : {};
  return Number.isSafeInteger(seed) && Number(seed) > 0 && Number(seed) < 1e9 ? Number(seed) : undefined;
}

/** A cell's id; where a front end has lost it, the one in the metadata, nbgrader's or its own. */
function idOf({ id, metadata }: Record<string, unknown>): string {
  const { nbgrader, id: own } = isRecord(metadata) ? metadata : {};
  const all = [id, isRecord(nbgrader) ? nbgrader.grade_id : undefined, own].filter((x) =>
    typeof x === "string"
  );
  return all.find((x) => x.startsWith("answer-")) ?? all[0] ?? "";
}
