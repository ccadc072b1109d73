/**
 * ZMTP 3.0 with the NULL mechanism over TCP: as much of ZeroMQ as a Jupyter client needs.
 *
 * npm's `zeromq` hangs under Deno in most request/reply runs, so the wire is spoken here.
 * Source: ZeroMQ RFC 23 (ZMTP 3.0).
 */

const more = 1, long = 2, command = 4;
const greetingSize = 64;

/** A connected socket: a message is a list of frames. */
export type Socket = {
  /** Sends one message; several sends at once keep their order. */
  send(frames: readonly Uint8Array[]): Promise<void>;
  /** The messages that arrive, until the peer or `close` ends the connection. */
  messages(): AsyncGenerator<Uint8Array[]>;
  close(): void;
};

/**
 * Connects to a ZeroMQ socket on this machine.
 *
 * @param type DEALER (asks and is answered) or SUB (listens to everything that is published)
 * @param port 1 … 65535
 * @throws Deno.errors.ConnectionRefused while nobody listens; Error when the peer does not speak ZMTP 3
 */
export async function connect(type: "DEALER" | "SUB", port: number): Promise<Socket> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  const read = reader(connection);
  let sending = Promise.resolve();
  const write = (bytes: Uint8Array) => {
    sending = sending.then(() => writeAll(connection, bytes));
    return sending;
  };
  try {
    await write(greeting());
    const peer = await read(greetingSize);
    if (peer === null || peer[0] !== 0xff || peer[10] < 3) {
      throw new Error(`Cannot connect to port ${port}: expected a ZMTP 3 peer, got another program`);
    }
    await write(frame(ready(type), command));
    if (type === "SUB") await write(frame(Uint8Array.of(1), 0));
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    send: (frames) => write(concat(frames.map((body, i) => frame(body, i < frames.length - 1 ? more : 0)))),
    messages: () => messages(read),
    close() {
      try {
        connection.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    },
  };
}

/** Reads messages off the wire; commands (READY, PING) are passed over. */
async function* messages(read: (size: number) => Promise<Uint8Array | null>): AsyncGenerator<Uint8Array[]> {
  let frames: Uint8Array[] = [];
  while (true) {
    const flags = await read(1);
    if (flags === null) return;
    const size = await read(flags[0] & long ? 8 : 1);
    if (size === null) return;
    const body = await read(flags[0] & long ? Number(view(size).getBigUint64(0)) : size[0]);
    if (body === null) return;
    if (flags[0] & command) continue;
    frames.push(body);
    if (flags[0] & more) continue;
    yield frames;
    frames = [];
  }
}

function greeting(): Uint8Array {
  const bytes = new Uint8Array(greetingSize);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
  bytes.set(new TextEncoder().encode("NULL"), 12);
  return bytes;
}

/** The READY command: its name, then the property Socket-Type. */
function ready(type: string): Uint8Array {
  const text = new TextEncoder();
  const name = text.encode("Socket-Type"), value = text.encode(type);
  const length = new Uint8Array(4);
  view(length).setUint32(0, value.length);
  return concat([Uint8Array.of(5), text.encode("READY"), Uint8Array.of(name.length), name, length, value]);
}

function frame(body: Uint8Array, flags: number): Uint8Array {
  if (body.length < 256) return concat([Uint8Array.of(flags, body.length), body]);
  const head = new Uint8Array(9);
  head[0] = flags | long;
  view(head).setBigUint64(1, BigInt(body.length));
  return concat([head, body]);
}

/** Reads exactly `size` bytes at a time; null when the connection has ended. */
function reader(connection: Deno.TcpConn): (size: number) => Promise<Uint8Array | null> {
  const chunk = new Uint8Array(65536);
  let rest: Uint8Array = new Uint8Array(0);
  return async (size) => {
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (rest.length === 0) {
        const count = await connection.read(chunk).catch(() => null);
        if (count === null) return null;
        rest = chunk.subarray(0, count);
      }
      const part = rest.subarray(0, size - filled);
      bytes.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
    return bytes;
  };
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
