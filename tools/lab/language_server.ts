/**
 * `deno lsp` as JupyterLab can speak to it. JupyterLab joins the code cells of a notebook into one document; it names
 * the document after the notebook, and its language as Deno's kernel does, and `deno lsp` knows neither name.
 */

/** Lint has rules for files, not for cells: it would ask for `const` where an answer's `let` must stay. */
const settings = { enable: true, lint: false };

/** What the client says, as `deno lsp` understands it. */
function toServer(text: string): string {
  const message = JSON.parse(text), { method, params } = message;
  if (method === "initialize") params.initializationOptions = settings;
  // JupyterLab's own idea of the settings holds nothing of Deno's, and would turn them off
  if (method === "workspace/didChangeConfiguration") params.settings = { deno: settings };
  if (params?.textDocument?.languageId) params.textDocument.languageId = "typescript";
  return JSON.stringify(message).replaceAll(/(file:[^"]*?\.ipynb)"/g, '$1.ts"');
}

interface Diagnostic {
  code?: number | string;
  tags?: number[];
}

/**
 * What is no mistake in a notebook: an answer that nobody has written yet ("used before being assigned"), and a helper
 * that is not used yet.
 */
const isHarmless = ({ code, tags }: Diagnostic) => code === 2454 || tags?.includes(1);

/** What `deno lsp` says, with the names that JupyterLab has given. */
function toClient(text: string): string {
  const message = JSON.parse(text), { method, params } = message;
  if (method === "textDocument/publishDiagnostics") {
    params.diagnostics = params.diagnostics.filter((one: Diagnostic) => !isHarmless(one));
  }
  return JSON.stringify(message).replaceAll(/(file:[^"]*?\.ipynb)\.ts"/g, '$1"');
}

/** The messages of a language server's stream, each changed, with their lengths. */
export function messages(change: (text: string) => string): TransformStream<Uint8Array, Uint8Array> {
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  let rest = new Uint8Array();
  return new TransformStream({
    transform(chunk, controller) {
      const all = new Uint8Array(rest.length + chunk.length);
      all.set(rest);
      all.set(chunk, rest.length);
      rest = all;
      while (true) {
        const head = /^[^]*?\r\n\r\n/.exec(decoder.decode(rest.subarray(0, 400)))?.[0];
        const length = Number(/Content-Length: (\d+)/i.exec(head ?? "")?.[1]);
        if (head === undefined || !(rest.length >= head.length + length)) return;
        const body = encoder.encode(change(decoder.decode(rest.subarray(head.length, head.length + length))));
        controller.enqueue(encoder.encode(`Content-Length: ${body.length}\r\n\r\n`));
        controller.enqueue(body);
        rest = rest.slice(head.length + length);
      }
    },
  });
}

if (import.meta.main) {
  const server = new Deno.Command(Deno.execPath(), {
    ...{ args: ["lsp"], stdin: "piped", stdout: "piped", stderr: "inherit" },
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
  }).spawn();
  Deno.stdin.readable.pipeThrough(messages(toServer)).pipeTo(server.stdin).catch(() => {});
  await server.stdout.pipeThrough(messages(toClient)).pipeTo(Deno.stdout.writable).catch(() => {});
  Deno.exit((await server.status).code);
}
