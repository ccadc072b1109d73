import assert from "node:assert/strict";
import { block } from "lib/show/render.ts";
import { findChromium } from "../../tools/chromium.ts";
import { findings, packageFolders, parsePins, proveByCell } from "../../tools/doctor.ts";
import { setUp } from "../../tools/setup.ts";
import { environmentOf } from "../../tools/setup/environment.ts";
import { thisPlatform } from "../../tools/setup/platform.ts";
import { type FakeOptions, fakePlatform } from "./fake_platform.ts";
import { inFolder } from "../tools/fixtures.ts";

const options: FakeOptions = {
  os: "linux",
  root: "/course",
  env: { HOME: "/home/a", PATH: "/usr/bin:/bin" },
  pythons: { python3: "3.11.7" },
  answer: (line) =>
    line.includes("importlib.metadata")
      ? { code: 0, stdout: "Jupyterlab==4.6.6\ndeno==2.9.6\n", stderr: "" }
      : line.includes("info --no-config")
      ? { code: 0, stdout: "{}", stderr: "" }
      : undefined,
};

/** What the doctor says, by name: state, and the command that mends. */
async function states(
  platform: ReturnType<typeof fakePlatform>,
  version = "2.9.6",
  notebooks: readonly string[] = [],
) {
  const all = await findings(platform, version, notebooks);
  return Object.fromEntries(all.map(({ name, state, mend }) => [name, mend ? `${state}: ${mend}` : state]));
}

Deno.test("edge: on a new machine everything is missing, and each line says what mends it", async () => {
  const platform = fakePlatform({ ...options, answer: undefined });
  assert.deepEqual(await states(platform, "2.8.0"), {
    "Deno": "missing: npx -y deno@2.9.6 task lab",
    "Folder": "ok",
    "Disk": "ok",
    "Network": "missing: connect, then: deno task setup",
    "Python": "missing: deno task setup",
    "JupyterLab": "missing: deno task setup --again",
    "Kernel for JupyterLab": "missing: deno task setup",
    "Packages for offline use": "missing: deno install --frozen",
    "Notebooks": "ok",
    "Port 8888": "ok",
    "Chromium (tests only)": "optional: sudo apt install chromium",
    "Kernel for VS Code": "optional: deno task kernel",
    "Native products (for your own trainings)": "optional: deno task setup --native",
  });
});

Deno.test("law: after the set-up nothing is missing", async () => {
  const platform = fakePlatform(options);
  await setUp(platform);
  platform.files.set("/usr/bin/chromium", "program");
  const all = await states(platform);
  const optional = ["optional: deno task kernel", "optional: deno task setup --native"];
  assert.deepEqual(Object.values(all).sort(), [...Array(10).fill("ok"), ...optional]);
});

Deno.test("edge: each single fault is found", async () => {
  const broken = async (change: (platform: ReturnType<typeof fakePlatform>) => void) => {
    const platform = fakePlatform(options);
    await setUp(platform);
    change(platform);
    const all = await states(platform);
    return Object.keys(all).filter((name) => all[name].startsWith("missing"));
  };
  const environment = environmentOf(fakePlatform(options));
  assert.deepEqual(await broken(() => {}), []);
  assert.deepEqual(await broken(({ files }) => files.delete(environment.kernelspec)), [
    "Kernel for JupyterLab",
  ]);
  assert.deepEqual(await broken(({ files }) => files.set(environment.kernelspec, "{}")), [
    "Kernel for JupyterLab",
  ]);
  assert.deepEqual(
    await broken(({ files }) => files.set("/course/deno.lock", '{ "npm": { "b@1.0.0": {} } }')),
    [
      "Packages for offline use",
    ],
  );
  assert.deepEqual(
    await broken(({ files }) => files.set("/course/tools/requirements.in", "jupyterlab==5.0.0\ndeno==2.9.6")),
    [
      "JupyterLab",
    ],
  );
});

Deno.test("edge: a full disk, a folder that can't be written to, no network, a port in use are named", async () => {
  const bare = async (more: Partial<FakeOptions>) => await states(fakePlatform({ ...options, ...more }));
  assert.match((await bare({ free: 5e8 })).Disk, /^missing: free some space/);
  assert.match((await bare({ readOnly: true })).Folder, /^missing: copy the folder/);
  assert.equal((await bare({})).Network, "ok");
  assert.match((await bare({ answer: undefined })).Network, /^missing: connect/);
  assert.equal((await bare({ takenPort: 8888 }))["Port 8888"], "optional");
  // what is set up needs little room, no network, and may be shared read-only
  const platform = fakePlatform(options);
  await setUp(platform);
  const shared = {
    ...platform,
    ...fakePlatform({ ...options, readOnly: true, free: 5e8 }),
    read: platform.read,
  };
  const all = await states({ ...shared, exists: platform.exists, run: platform.run });
  assert.deepEqual([all.Folder, all.Disk, all.Network], ["optional", "ok", undefined]);
  const full = await findings({ ...platform, free: () => Promise.resolve(1e6) }, "2.9.6");
  assert.match(full.find(({ name }) => name === "Disk")?.found ?? "", /^0\.00 GB free, expected 0\.05 GB$/);
});

Deno.test("edge: a notebook that was moved, saved with another kernel, or holds old outputs is named", async () => {
  const notebook = (kernel: string, html?: string) =>
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: kernel } },
      cells: [{
        cell_type: "code",
        id: "a",
        source: "",
        metadata: {},
        execution_count: 1,
        outputs: html ? [{ output_type: "display_data", metadata: {}, data: { "text/html": html } }] : [],
      }],
    });
  const platform = fakePlatform(options);
  const put = (path: string, text: string) => platform.files.set(path, text);
  put("/course/notebooks/good.ipynb", notebook("deno", block("<p>now</p>")));
  assert.equal((await states(platform)).Notebooks, "ok");
  put("/course/notebooks/python.ipynb", notebook("python3"));
  put("/course/notebooks/old.ipynb", notebook("deno", block("<p>then</p>").replace("--syw-ink", "--ink")));
  put("/course/notebooks/torn.ipynb", notebook("deno").slice(0, 100));
  put("/home/a/Downloads/moved.ipynb", notebook("deno"));
  put("/home/a/other/deno.json", "{}");
  put("/home/a/other/moved.ipynb", notebook("deno"));
  const all = await findings(platform, "2.9.6");
  const said = (name: string) => all.find((one) => one.name === `Notebook ${name}.ipynb`)?.found ?? "";
  assert.match(said("python"), /^saved with another kernel \(python3\)/);
  assert.match(said("old"), /outputs of another version/);
  assert.match(said("torn"), /^Cannot read .*torn\.ipynb: expected a notebook, got /);
  assert.equal(said("good"), "");
  const named = ["/home/a/Downloads/moved.ipynb", "/home/a/other/moved.ipynb", "/home/a/none.ipynb"];
  const strayed = (await findings(platform, "2.9.6", named)).filter(({ name }) =>
    name.startsWith("Notebook ")
  );
  assert.deepEqual(strayed.map(({ found, mend }) => [found.split(":")[0], mend]), [
    ["it lies outside the course", "move it into /course/notebooks"],
    ["it lies in another project, /home/a/other", "move it into /course/notebooks"],
    ["no such file", undefined],
  ]);
});

Deno.test("edge: a kernel of another Deno in the home is not taken for the course's", async () => {
  const platform = fakePlatform(options);
  await setUp(platform);
  platform.files.set("/usr/local/bin/deno", "program");
  platform.files.set(
    "/home/a/.local/share/jupyter/kernels/deno/kernel.json",
    '{ "argv": ["/usr/local/bin/deno", "jupyter", "--kernel"] }',
  );
  const found = (await findings(platform, "2.9.6")).find(({ name }) => name === "Kernel for VS Code");
  assert.deepEqual([found?.state, found?.mend], ["optional", "deno task kernel"]);
  assert.match(found?.found ?? "", /^another one, with a Deno of its own: \/usr\/local\/bin\/deno$/);
});

Deno.test("edge: a kernel in the home whose program is gone is named", async () => {
  const platform = fakePlatform(options);
  platform.files.set("/home/a/.local/share/jupyter/kernels/deno/kernel.json", '{ "argv": ["/gone/deno"] }');
  const found = (await findings(platform, "2.9.6")).find(({ name }) => name === "Kernel for VS Code");
  assert.match(found?.found ?? "", /one whose program is gone: \/gone\/deno/);
});

Deno.test("edge: folders of packages with scopes and peers; packages for other systems do not count", () => {
  assert.deepEqual(
    packageFolders({
      "@a/b@1.0.0_@c+d@2.0.0": {},
      "e_f@1.2.3": {},
      "g@1.0.0": { os: ["win32"] },
      "h@1.0.0": { cpu: ["arm"] },
    }),
    ["@a+b@1.0.0", "e_f@1.2.3"],
  );
  assert.deepEqual([...parsePins("# words\na-b==1.0\nc==2 ; x\n\n")], [["a-b", "1.0"], ["c", "2"]]);
});

Deno.test("edge: where Chromium lies, by system", async () => {
  const found = (options: FakeOptions, path: string) => {
    const platform = fakePlatform(options);
    platform.files.set(path, "program");
    return findChromium(platform);
  };
  const windows: FakeOptions = { os: "windows", root: "C:\\c", env: { PROGRAMFILES: "C:\\Program Files" } };
  const edge = "C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe";
  assert.equal(await found(windows, edge), edge);
  const app = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  assert.equal(await found({ os: "darwin", root: "/c" }, app), app);
  assert.equal(await found(options, "/bin/google-chrome"), "/bin/google-chrome");
  assert.equal(await found({ ...options, env: { CHROMIUM: "/opt/c" } }, "/opt/c"), "/opt/c");
  assert.equal(await found(options, "/elsewhere/chromium"), null);
});

Deno.test("edge: one cell in a real kernel proves the rest, and its failure is told", async () => {
  assert.deepEqual(await proveByCell(thisPlatform()), {
    name: "A cell in a kernel",
    state: "ok",
    found: "1/3 + 1/6 = 1/2",
  });
  await inFolder(async (folder) => {
    const { state, found, mend } = await proveByCell({ ...thisPlatform(), root: folder });
    assert.equal(state, "missing");
    assert.match(found, /lib\/math\/exact.ts/);
    assert.equal(mend, "deno install --frozen");
  });
});
