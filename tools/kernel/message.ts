/** Jupyter's messages (protocol 5.3): four JSON parts behind a signature, one ZeroMQ frame each. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Message = {
  header: { msg_id: string; msg_type: string };
  parent: { msg_id?: string };
  content: Record<string, unknown>;
};

/** Turns messages into frames and back, signed with one kernel's key. */
export type Codec = {
  /** A new request, with the id by which its replies are known. */
  encode(type: string, content: Json): Promise<{ id: string; frames: Uint8Array[] }>;
  /** The message in these frames; null when the signature is not the kernel's. */
  decode(frames: readonly Uint8Array[]): Promise<Message | null>;
};

const delimiter = "<IDS|MSG>";
const text = new TextEncoder();

/**
 * @param key the secret that the connection file shares with the kernel
 */
export async function codec(key: string): Promise<Codec> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", text.encode(key), algorithm, false, ["sign"]);
  const session = crypto.randomUUID();
  const sign = async (parts: readonly Uint8Array[]) => {
    const signature = await crypto.subtle.sign("HMAC", secret, await new Blob(parts.map(copy)).arrayBuffer());
    return new Uint8Array(signature).toHex();
  };
  return {
    async encode(type, content) {
      const id = crypto.randomUUID();
      const header = {
        msg_id: id,
        msg_type: type,
        username: "show-your-work",
        session,
        date: new Date().toISOString(),
        version: "5.3",
      };
      const parts = [header, {}, {}, content].map((part) => text.encode(JSON.stringify(part)));
      return { id, frames: [text.encode(delimiter), text.encode(await sign(parts)), ...parts] };
    },
    async decode(frames) {
      const words = new TextDecoder();
      const start = frames.findIndex((frame) => words.decode(frame.subarray(0, 16)) === delimiter);
      const parts = frames.slice(start + 2, start + 6);
      if (start < 0 || parts.length < 4 || words.decode(frames[start + 1]) !== await sign(parts)) return null;
      const [header, parent, , content] = parts.map((part) => JSON.parse(words.decode(part)));
      return { header, parent, content };
    },
  };
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
