import { delimiter, dirname } from "node:path";
import type { Browser, Page } from "playwright-core";
import { root } from "../../tools/command.ts";
import { type MimeBundle } from "../../tools/kernel/mod.ts";
import { environment } from "./browser.ts";

/** A real JupyterLab, and one page of a browser in it. */
export type Lab = {
  page: Page;
  /** http://127.0.0.1:PORT, and the token that it asks for. */
  address: string;
  token: string;
  open(notebook: string): Promise<void>;
};

export type LabOptions = {
  /** Notebooks whose outputs are trusted, as those are that a reader ran here. */
  trusted?: readonly string[];
  /** JupyterLab's own settings, by plugin. */
  settings?: Readonly<Record<string, unknown>>;
  /** Whether the environment's own configuration counts, with the language server in it. */
  configured?: boolean;
};

/** What one code cell holds after a run. */
export type Shown = {
  id: string;
  source: string;
  outputs: ({ output_type: string; data?: MimeBundle; text?: string } & Record<string, unknown>)[];
};

const freePort = () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
};

/** JupyterLab over the course's folder, ended behind `use`; its settings are those of a first start. */
export async function withLab(
  browser: Browser,
  use: (lab: Lab) => Promise<void>,
  { trusted = [], settings = {}, configured = false }: LabOptions = {},
): Promise<void> {
  const { python, scripts } = environment;
  const own = await Deno.makeTempDir({ prefix: "show-your-work-lab-" });
  const port = freePort(), token = crypto.randomUUID();
  const env = {
    JUPYTER_PREFER_ENV_PATH: "1",
    ...configured ? { JUPYTER_CONFIG_DIR: own } : { JUPYTER_NO_CONFIG: "1" },
    // signatures of trusted notebooks, not in the reader's home
    JUPYTER_DATA_DIR: own,
    PATH: `${scripts}${delimiter}${Deno.env.get("PATH") ?? ""}`,
  };
  for (const [plugin, value] of Object.entries(settings)) {
    const file = `${own}/${plugin.replace(":", "/")}.jupyterlab-settings`;
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, JSON.stringify(value));
  }
  if (trusted.length > 0) {
    const code = "from nbformat.sign import TrustNotebookApp as App; App.launch_instance()";
    const { success } = await new Deno.Command(python, {
      args: ["-c", code, ...trusted],
      env,
      stdout: "null",
    }).output();
    if (!success) throw new Error(`expected nbformat to trust ${trusted.join(", ")}, got a failure`);
  }
  const admin = Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--allow-root"] : [];
  const server = new Deno.Command(python, {
    args: [
      ...["-m", "jupyterlab", "--no-browser", `--port=${port}`, "--ServerApp.port_retries=0", ...admin],
      ...[`--ServerApp.root_dir=${root}`, `--IdentityProvider.token=${token}`],
      ...["--LabApp.expose_app_in_browser=True", "--MultiKernelManager.default_kernel_name=deno"],
      ...[`--LabServerApp.workspaces_dir=${own}`, `--LabServerApp.user_settings_dir=${own}`],
    ],
    env,
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    const address = `http://127.0.0.1:${port}`;
    await answering(`${address}/api/status?token=${token}`);
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 1000 } })).newPage();
    await use({
      page,
      address,
      token,
      async open(notebook) {
        await page.goto(`${address}/lab/tree/${notebook}?reset&token=${token}`);
        await page.waitForFunction(() =>
          (globalThis as unknown as Window & Application).jupyterapp?.shell.currentWidget?.content?.widgets
            ?.length > 1
        );
        await page.waitForSelector(".jp-NotebookPanel .jp-Cell");
      },
    });
  } finally {
    server.kill("SIGTERM");
    const timer = setTimeout(() => server.kill("SIGKILL"), 5000);
    await server.status;
    clearTimeout(timer);
    await Deno.remove(own, { recursive: true });
  }
}

async function answering(address: string): Promise<void> {
  for (let k = 0; k < 300; k++) {
    const status = await fetch(address).then((r) => r.body?.cancel().then(() => r.ok), () => false);
    if (status) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("expected an answer of JupyterLab within 30 s, got none");
}

/** As much of JupyterLab's own application as the tests speak to. */
export type Application = {
  jupyterapp: {
    commands: { execute(command: string, args?: Record<string, unknown>): Promise<unknown> };
    shell: {
      currentWidget: {
        title?: { label: string };
        sessionContext?: { session?: { kernel?: { status: string } } };
        content: {
          activeCellIndex: number;
          deselectAll(): void;
          scrollToItem(index: number, align: string): Promise<void>;
          widgets: {
            model: {
              type: string;
              id: string;
              sharedModel: { getSource(): string };
              outputs?: { toJSON(): Shown["outputs"] };
              executionState?: string;
              executionCount: number | null;
            };
          }[];
        };
      };
    };
  };
};

/** Run All, until every code cell has its number and outputs have stopped coming. */
export async function runAll(page: Page, timeout = 60_000): Promise<Shown[]> {
  await page.waitForFunction(() => {
    const { jupyterapp } = globalThis as unknown as Application;
    return jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === "idle";
  });
  await page.evaluate(async () => {
    await (globalThis as unknown as Application).jupyterapp.commands.execute("notebook:run-all-cells");
  });
  await page.waitForFunction(
    () => {
      const { widgets } = (globalThis as unknown as Application).jupyterapp.shell.currentWidget.content;
      return widgets.every(({ model }) =>
        model.type !== "code" || model.executionCount !== null && model.executionState !== "running"
      );
    },
    undefined,
    { timeout },
  );
  let before = -1;
  for (let shown = await outputsOf(page);; shown = await outputsOf(page)) {
    const count = shown.reduce((sum, { outputs }) => sum + outputs.length, 0);
    if (count === before) return shown;
    before = count;
    await page.waitForTimeout(500);
  }
}

/** Every code cell with its outputs, from JupyterLab's own model. */
function outputsOf(page: Page): Promise<Shown[]> {
  return page.evaluate(() => {
    const { widgets } = (globalThis as unknown as Application).jupyterapp.shell.currentWidget.content;
    return widgets.filter(({ model }) => model.type === "code").map(({ model }) => ({
      id: model.id,
      source: model.sharedModel.getSource(),
      outputs: model.outputs?.toJSON() ?? [],
    }));
  });
}

/** Brings a cell on the screen (JupyterLab draws only those) and returns its place in the list. */
export async function scrollTo(page: Page, id: string): Promise<number> {
  const index = await page.evaluate(async (id) => {
    const { content } = (globalThis as unknown as Application).jupyterapp.shell.currentWidget;
    const index = content.widgets.findIndex(({ model }) => model.id === id);
    await content.scrollToItem(index, "start");
    return index;
  }, id);
  await page.waitForSelector(`.jp-Cell[data-windowed-list-index="${index}"]`);
  return index;
}
