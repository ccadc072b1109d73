/**
 * ZMTP 3.0 with the NULL mechanism over TCP: as much of ZeroMQ as a Jupyter client needs.
 *
 * npm's `zeromq` hangs under Deno in most request/reply runs, so the wire is spoken here.
 * Source: ZeroMQ RFC 23 (ZMTP 3.0).
 */

import { byteSource, command, long, messages, more, view } from "./frames.ts";

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
  const source = byteSource((chunk) => connection.read(chunk));
  let sending = Promise.resolve();
  const write = (bytes: Uint8Array) => {
    sending = sending.then(() => writeAll(connection, bytes));
    return sending;
  };
  try {
    await write(greeting());
    const peer = await source.read(greetingSize);
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
    messages: () => messages(source),
    close() {
      try {
        connection.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    },
  };
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
