import assert from "node:assert/strict";
import course from "../../data/course.json" with { type: "json" };
import { root } from "../../tools/command.ts";
import { addressOf, parseLabCommand } from "../../tools/lab.ts";
import { environmentOf } from "../../tools/setup/environment.ts";
import { thisPlatform } from "../../tools/setup/platform.ts";
import { runTool } from "../tools/fixtures.ts";

const program = `${root}/tools/lab.ts`;

Deno.test("edge: a notebook, a port and options of JupyterLab are told apart", () => {
  const first = `notebooks/${Object.values(course.questions)[0].notebook}.ipynb`;
  assert.deepEqual(parseLabCommand([]), { notebook: first, port: null, options: [] });
  assert.deepEqual(parseLabCommand(["--no-browser", "--port=9000"]), {
    notebook: first,
    port: 9000,
    options: ["--no-browser"],
  });
  assert.deepEqual(parseLabCommand(["a b.ipynb", "--port", "80", "--ip=0.0.0.0"]), {
    notebook: "a b.ipynb",
    port: 80,
    options: ["--ip=0.0.0.0"],
  });
  for (const port of ["--port=x", "--port=0", "--port=65536", "--port", "--port="]) {
    assert.throws(
      () => parseLabCommand([port]),
      /Cannot open JupyterLab: expected a port from 1 to 65535, got /,
    );
  }
});

Deno.test("edge: every letter of a notebook's name is part of its address", () => {
  assert.equal(addressOf("notebooks/c # d?%20é.ipynb"), "notebooks/c%20%23%20d%3F%2520%C3%A9.ipynb");
});

Deno.test("edge: a notebook that is not there, or not in the course, is answered in a sentence", async () => {
  const missing = await runTool(program, `${root}/notebooks/no_such.ipynb`);
  assert.deepEqual([missing.code, missing.stderr.includes("expected a notebook, got no such file")], [
    1,
    true,
  ]);
  const outside = await runTool(program, "/tmp");
  assert.match(outside.stderr, /^Cannot open \/tmp: expected a notebook in .*, got one outside$/m);
});

Deno.test("edge: JupyterLab takes another port when its own is in use, serves without a browser, and ends cleanly", async () => {
  const platform = thisPlatform();
  if (!await platform.exists(environmentOf(platform).stamp)) {
    console.log("Skipped: JupyterLab is not set up here (deno task setup does it)");
    return;
  }
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, "--no-browser", `--port=${port}`],
    // a proxy that nobody serves: this machine is asked directly
    env: { NO_COLOR: "1", HTTP_PROXY: "http://127.0.0.1:9", http_proxy: "http://127.0.0.1:9" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  let said = "";
  let kernel = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += chunk;
    if (!said.includes("Ctrl-C ends it.") || kernel !== "") continue;
    const [, origin, token] = /open at (http:\/\/localhost:\d+)\/lab\/tree\/.*\?token=(\w+)/.exec(said) ?? [];
    const headers = { Authorization: `token ${token}` };
    const specs = await (await fetch(`${origin}/api/kernelspecs`, { headers })).json();
    assert.deepEqual([specs.default, Object.keys(specs.kernelspecs)], ["deno", ["deno"]]);
    assert.equal(specs.kernelspecs.deno.spec.argv[0], environmentOf(platform).deno);
    const { sessions } = await (await fetch(`${origin}/lsp/status`, { headers })).json();
    assert.deepEqual(Object.keys(sessions), ["deno"], "the language server");
    const body = JSON.stringify({ name: "deno" });
    const { id } = await (await fetch(`${origin}/api/kernels`, { method: "POST", headers, body })).json();
    kernel = id;
    assert.equal(processesOf(kernel).length, Deno.build.os === "linux" ? 1 : 0);
    child.kill("SIGINT");
  }
  taken.close();
  assert.equal((await child.status).code, 0, await stderr);
  assert.match(await stderr, new RegExp(`Port ${port} is in use: taking \\d+`));
  assert.match(kernel, /^[\w-]{36}$/);
  assert.deepEqual(processesOf(kernel), [], "its kernel is gone with it");
});

/** The processes whose command names this kernel (Linux; elsewhere none is to be seen). */
function processesOf(kernel: string): string[] {
  if (Deno.build.os !== "linux") return [];
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(kernel);
    } catch {
      return false; // it has ended in the meantime
    }
  });
}
