import assert from "node:assert/strict";
import fc from "fast-check";
import { byteSource, messages } from "../../tools/kernel/frames.ts";

const text = new TextEncoder();

function encode(frames: readonly Uint8Array[]): number[] {
  return frames.flatMap((body, i) => {
    const more = i < frames.length - 1 ? 1 : 0;
    if (body.length < 256) return [more, body.length, ...body];
    return [more | 2, 0, 0, 0, 0, 0, 0, body.length >> 8, body.length & 255, ...body];
  });
}

/** A message of Jupyter: delimiter, signature, header, parent, metadata, content. */
function message(content: string): Uint8Array[] {
  return ["<IDS|MSG>", "a".repeat(64), '{"msg_id":"1"}', "{}", "{}", JSON.stringify(content)].map((part) =>
    text.encode(part)
  );
}

/** All messages in these bytes, which come in pieces of the given size. */
async function read(bytes: number[], piece: number): Promise<string[]> {
  let at = 0;
  const source = byteSource((chunk) => {
    const part = bytes.slice(at, at + Math.min(piece, chunk.length));
    at += part.length;
    chunk.set(part);
    return Promise.resolve(part.length === 0 ? null : part.length);
  });
  const found = await Array.fromAsync(messages(source));
  return found.map((frames) => {
    assert.equal(frames.length, 6);
    return JSON.parse(new TextDecoder().decode(frames[5]));
  });
}

Deno.test("law: messages of any size come whole, in pieces of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 600 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 1000 }),
      async (contents, piece) => {
        assert.deepEqual(
          await read(contents.flatMap((content) => encode(message(content))), piece),
          contents,
        );
      },
    ),
  );
});

Deno.test("law: a message written into another one is taken out, wherever it stands in a frame's text or between frames", async () => {
  const outer = encode(message("outer".repeat(100))), inner = encode(message("inner \u0001"));
  const header = new Set<number>();
  for (let at = 0; at < outer.length;) {
    const long = outer[at] & 2, size = long ? outer[at + 7] * 256 + outer[at + 8] : outer[at + 1];
    for (let i = 1; i < (long ? 9 : 2); i++) header.add(at + i);
    at += (long ? 9 : 2) + size;
  }
  for (let cut = 11; cut < outer.length; cut += 7) {
    if (header.has(cut)) continue;
    const bytes = [...outer.slice(0, cut), ...inner, ...inner, ...outer.slice(cut)];
    for (const piece of [3, 64, 5000]) {
      assert.deepEqual(
        await read(bytes, piece),
        ["inner \u0001", "inner \u0001", "outer".repeat(100)],
        `${cut}`,
      );
    }
  }
});

Deno.test("edge: what is no frame is an error, not a wait for petabytes", async () => {
  await assert.rejects(
    read([0x7b, ...text.encode('"trans":{}}')], 5),
    /Cannot read a message: expected a frame of ZMTP, got flags 123/,
  );
  await assert.rejects(read([2, 0, 0, 1, 0, 0, 0, 0, 0], 5), /got flags 2 and size 1099511627776/);
});

Deno.test("edge: a stream that ends within a message gives what was whole", async () => {
  const bytes = [...encode(message("whole")), ...encode(message("cut"))];
  assert.deepEqual(await read(bytes.slice(0, -3), 100), ["whole"]);
});
