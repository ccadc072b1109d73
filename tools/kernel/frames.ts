/** Frames and messages of ZMTP off the wire, also where Deno's kernel writes one message into another. */

export const more = 1, long = 2, command = 4;

/** Bytes as they come, with the possibility to put some back. */
type ByteSource = {
  /** Exactly so many bytes; null when the stream ends before. */
  read(size: number): Promise<Uint8Array | null>;
  /** What is there, at least one byte and at most so many; null at the end. */
  some(most: number): Promise<Uint8Array | null>;
  unread(bytes: Uint8Array): void;
};

export function byteSource(fill: (chunk: Uint8Array) => Promise<number | null>): ByteSource {
  let rest: Uint8Array = new Uint8Array(0);
  const source: ByteSource = {
    async some(most) {
      if (rest.length === 0) {
        const chunk = new Uint8Array(65536);
        const count = await fill(chunk).catch(() => null);
        if (count === null) return null;
        rest = chunk.subarray(0, count);
      }
      const part = rest.subarray(0, most);
      rest = rest.subarray(part.length);
      return part;
    },
    async read(size) {
      const bytes = new Uint8Array(size);
      for (let filled = 0; filled < size;) {
        const part = await source.some(size - filled);
        if (part === null) return null;
        bytes.set(part, filled);
        filled += part.length;
      }
      return bytes;
    },
    unread(bytes) {
      const joined = new Uint8Array(bytes.length + rest.length);
      joined.set(bytes);
      joined.set(rest, bytes.length);
      rest = joined;
    },
  };
  return source;
}

const delimiter = "<IDS|MSG>";

/** Frames of a Jupyter message up to its content; what follows are buffers, which may hold any byte. */
const textFrames = 6;

/**
 * The messages of a stream, until it ends.
 *
 * Deno's kernel sends outputs and its own state to the same socket without waiting for each other. When a large
 * output does not fit the socket's buffer, a whole small message can stand in the middle of it. Jupyter's messages
 * begin with a byte 1 that JSON never holds, so the small one is found, taken out, and given first.
 *
 * @throws RangeError when the stream holds no frames of ZMTP
 */
export async function* messages(source: ByteSource): AsyncGenerator<Uint8Array[]> {
  const within: Uint8Array[][] = [];
  while (true) {
    const message = await readMessage(source, within);
    yield* within.splice(0);
    if (message === null) return;
    yield message;
  }
}

/** One message; those found within it are added to a list. Commands (READY, PING) are passed over. */
async function readMessage(source: ByteSource, within: Uint8Array[][]): Promise<Uint8Array[] | null> {
  const frames: Uint8Array[] = [];
  while (true) {
    const head = await readHead(source);
    if (head === null) return null;
    if (frames.length > 0 && head.size === delimiter.length && head.flags === more) {
      const body = await source.read(head.size);
      if (body === null) return null;
      source.unread(body);
      if (new TextDecoder().decode(body) === delimiter) {
        source.unread(Uint8Array.of(head.flags, head.size));
        if (!await readWithin(source, within)) return null;
        continue;
      }
    }
    const plain = head.flags & command || frames.length >= textFrames;
    const body = plain ? await source.read(head.size) : await readText(source, head.size, within);
    if (body === null) return null;
    if (head.flags & command) continue;
    frames.push(body);
    if (!(head.flags & more)) return frames;
  }
}

async function readWithin(source: ByteSource, within: Uint8Array[][]): Promise<boolean> {
  const message = await readMessage(source, within);
  if (message !== null) within.push(message);
  return message !== null;
}

async function readHead(source: ByteSource): Promise<{ flags: number; size: number } | null> {
  const first = await source.read(1);
  if (first === null) return null;
  const [flags] = first;
  const length = await source.read(flags & long ? 8 : 1);
  if (length === null) return null;
  const size = flags & long ? Number(view(length).getBigUint64(0)) : length[0];
  if (flags > (more | long | command) || size > 2 ** 31) {
    throw new RangeError(
      `Cannot read a message: expected a frame of ZMTP, got flags ${flags} and size ${size}`,
    );
  }
  return { flags, size };
}

/** The body of a frame that holds text; a byte 1 in it is the beginning of another message. */
async function readText(
  source: ByteSource,
  size: number,
  within: Uint8Array[][],
): Promise<Uint8Array | null> {
  const body = new Uint8Array(size);
  for (let filled = 0; filled < size;) {
    const part = await source.some(size - filled);
    if (part === null) return null;
    const cut = part.indexOf(1);
    const own = cut < 0 ? part : part.subarray(0, cut);
    body.set(own, filled);
    filled += own.length;
    if (cut < 0) continue;
    source.unread(part.subarray(cut));
    if (!await readWithin(source, within)) return null;
  }
  return body;
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
