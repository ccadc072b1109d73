/** `deno lsp`, spoken to as VS Code does: a client for tests. */

/** What an editor underlines. */
export interface Squiggle {
  code?: string | number;
  message: string;
  severity?: number;
  range: { start: Position; end: Position };
}

export interface Position {
  line: number;
  character: number;
}

interface Message {
  id?: number;
  method?: string;
  params?: { items?: unknown[]; uri?: string; version?: number; diagnostics?: Squiggle[] };
  result?: unknown;
}

/** A notebook's cell, as an editor opens it. */
export interface OpenCell {
  id: string;
  source: string;
}

/** A language server for one project, with the settings that its `.vscode/settings.json` gives. */
export class LanguageServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  /** What the server said of a document without being asked, and who waits for it. */
  readonly #published = new Map<string, PromiseWithResolvers<Squiggle[]>>();
  readonly #reading: Promise<void>;
  #last = 0;

  private constructor(
    private readonly root: string,
    private readonly settings: Record<string, unknown>,
    args: readonly string[],
  ) {
    this.#child = new Deno.Command(Deno.execPath(), {
      ...{ args: [...args], cwd: root, stdin: "piped", stdout: "piped", stderr: "piped" },
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    const said = new Response(this.#child.stderr).text();
    this.#reading = this.#read().finally(async () => {
      const end = new Error(`the language server has ended: ${(await said).trim().slice(-2000)}`);
      for (const { reject } of [...this.#waiting.values(), ...this.#published.values()]) reject(end);
    });
  }

  /** A server that has answered; one that ends before it does, as seen once on a busy machine, is started again, twice. */
  static async #greeted(
    root: string,
    settings: Record<string, unknown>,
    args: readonly string[],
    greeting: object,
  ): Promise<LanguageServer> {
    for (let again = 2;; again--) {
      const server = new LanguageServer(root, settings, args);
      try {
        await server.request("initialize", greeting);
        return server;
      } catch (cause) {
        await server[Symbol.asyncDispose]();
        if (again === 0) throw cause;
      }
    }
  }

  /** @param root the project's folder */
  static async start(root: string): Promise<LanguageServer> {
    const text = await Deno.readTextFile(`${root}/.vscode/settings.json`);
    const settings = Object.fromEntries(
      Object.entries(JSON.parse(text)).flatMap(([key, value]) =>
        key.startsWith("deno.") ? [[key.slice("deno.".length), value]] : []
      ),
    );
    const uri = `file://${root}`;
    const server = await LanguageServer.#greeted(root, settings, ["lsp"], {
      ...{ processId: Deno.pid, rootUri: uri, workspaceFolders: [{ uri, name: "course" }] },
      initializationOptions: settings,
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: { diagnostic: {}, hover: { contentFormat: ["markdown"] }, completion: {} },
        notebookDocument: { synchronization: { dynamicRegistration: true } },
      },
    });
    await server.#notify("initialized", {});
    return server;
  }

  /**
   * The server that JupyterLab starts, greeted as JupyterLab does.
   *
   * @param root the project's folder
   */
  static async startForLab(root: string): Promise<LanguageServer> {
    const program = `${root}/tools/lab/language_server.ts`, rootUri = `file://${root}`;
    const server = await LanguageServer.#greeted(root, {}, ["run", "-A", "--no-config", program], {
      ...{ processId: null, rootUri },
      capabilities: {
        textDocument: { publishDiagnostics: { tagSupport: { valueSet: [1, 2] } } },
        workspace: { didChangeConfiguration: { dynamicRegistration: true } },
      },
    });
    await server.#notify("initialized", {});
    await server.#notify("workspace/didChangeConfiguration", { settings: {} });
    return server;
  }

  /** A notebook as JupyterLab shows it to a server: one document of all its cells, in the kernel's language. */
  joined(notebook: string): string {
    return `file://${this.root}/notebooks/${notebook}.ipynb`;
  }

  /** Opens such a document, or gives it another text; what is underlined in it. */
  async show(uri: string, text: string, version: number): Promise<Squiggle[]> {
    const said = Promise.withResolvers<Squiggle[]>();
    said.promise.catch(() => {});
    this.#published.set(`${uri} ${version}`, said);
    await (version === 1
      ? this.#notify("textDocument/didOpen", {
        textDocument: { uri, languageId: "x.typescript", version, text },
      })
      : this.#notify("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }));
    return await said.promise;
  }

  /** The address of a cell. */
  uri(notebook: string, id: string): string {
    return `vscode-notebook-cell:${this.root}/notebooks/${notebook}.ipynb#${id}`;
  }

  /** Opens the code cells of a notebook. */
  async open(notebook: string, cells: readonly OpenCell[]): Promise<void> {
    await this.#notify("notebookDocument/didOpen", {
      notebookDocument: {
        ...{
          uri: `file://${this.root}/notebooks/${notebook}.ipynb`,
          notebookType: "jupyter-notebook",
          version: 1,
        },
        cells: cells.map(({ id }) => ({ kind: 2, document: this.uri(notebook, id) })),
      },
      cellTextDocuments: cells.map(({ id, source }) => ({
        ...{ uri: this.uri(notebook, id), languageId: "typescript", version: 1, text: source },
      })),
    });
  }

  /** Gives a cell another text. */
  async change(notebook: string, id: string, text: string, version: number): Promise<void> {
    await this.#notify("notebookDocument/didChange", {
      notebookDocument: { uri: `file://${this.root}/notebooks/${notebook}.ipynb`, version },
      change: {
        cells: { textContent: [{ document: { uri: this.uri(notebook, id), version }, changes: [{ text }] }] },
      },
    });
  }

  async squiggles(notebook: string, id: string): Promise<Squiggle[]> {
    const found = await this.request("textDocument/diagnostic", {
      textDocument: { uri: this.uri(notebook, id) },
    }) as { items?: Squiggle[] };
    return found.items ?? [];
  }

  /** @param uri of a cell, or of cells that are joined */
  async hover(uri: string, position: Position): Promise<string> {
    const found = await this.request("textDocument/hover", { textDocument: { uri }, position });
    return JSON.stringify(found ?? "");
  }

  async completions(uri: string, position: Position): Promise<string[]> {
    const found = await this.request("textDocument/completion", { textDocument: { uri }, position }) as
      | { items?: { label: string }[] }
      | { label: string }[]
      | null;
    return (Array.isArray(found) ? found : found?.items ?? []).map(({ label }) => label);
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#last;
    const answer = Promise.withResolvers<unknown>();
    // who waits hears of it; where nobody does any more it is no fault
    answer.promise.catch(() => {});
    this.#waiting.set(id, answer);
    return this.#send({ id, method, params }).then(() => answer.promise);
  }

  #notify(method: string, params: unknown): Promise<void> {
    return this.#send({ method, params });
  }

  async #send(message: object): Promise<void> {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message }),
      length = new TextEncoder().encode(body).length;
    // in one piece: an answer to the server may be sent while a question is
    await this.#writer.write(new TextEncoder().encode(`Content-Length: ${length}\r\n\r\n${body}`));
  }

  async #read(): Promise<void> {
    let rest = new Uint8Array();
    for await (const chunk of this.#child.stdout) {
      const all = new Uint8Array(rest.length + chunk.length);
      all.set(rest);
      all.set(chunk, rest.length);
      rest = all;
      for (let head = headOf(rest); head && rest.length >= head.end; head = headOf(rest)) {
        const message = JSON.parse(new TextDecoder().decode(rest.subarray(head.start, head.end)));
        rest = rest.slice(head.end);
        await this.#take(message);
      }
    }
  }

  async #take({ id, method, params, result }: Message): Promise<void> {
    if (method === "textDocument/publishDiagnostics") {
      const { uri, version, diagnostics } = params!;
      return this.#published.get(`${uri} ${version}`)?.resolve(diagnostics!);
    }
    if (id === undefined) return;
    if (method === undefined) this.#waiting.get(id)?.resolve(result);
    else {
      const settings = method === "workspace/configuration" ? params!.items!.map(() => this.settings) : null;
      await this.#send({ id, result: settings });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
    await this.#child.status;
    await this.#reading;
    await this.#writer.close().catch(() => {});
  }
}

/** Where a message's body stands, from its head. */
function headOf(bytes: Uint8Array): { start: number; end: number } | undefined {
  const head = /^[^]*?\r\n\r\n/.exec(new TextDecoder().decode(bytes.subarray(0, 400)))?.[0];
  const length = /Content-Length: (\d+)/i.exec(head ?? "")?.[1];
  return head && length ? { start: head.length, end: head.length + Number(length) } : undefined;
}
