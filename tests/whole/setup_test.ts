import assert from "node:assert/strict";
import { installFailure, setUp, setUpPackages } from "../../tools/setup.ts";
import { environmentOf, movedScript, parseStamp } from "../../tools/setup/environment.ts";
import { kernelspec, userKernels } from "../../tools/setup/kernelspec.ts";
import { installKernel, removeKernel } from "../../tools/kernelspec.ts";
import { type Fake, type FakeOptions, fakePlatform } from "./fake_platform.ts";

const linux: FakeOptions = {
  os: "linux",
  root: "/home/zoë/my course",
  env: { HOME: "/home/zoë" },
  pythons: { python3: "3.11.7" },
};
const windows: FakeOptions = {
  os: "windows",
  root: "C:\\Users\\Zoë\\my course",
  env: { APPDATA: "C:\\Users\\Zoë\\AppData\\Roaming" },
  pythons: { "py -3": "3.12.1" },
};
const mac: FakeOptions = {
  os: "darwin",
  root: "/Users/zoe/course",
  env: { HOME: "/Users/zoe" },
  pythons: { python3: "3.13.0" },
};

/** What was run, in short: `probe`, `venv`, `pip`, `npm`. */
function steps({ ran }: Fake): string[] {
  return ran.map((line) => {
    if (line.includes("find_spec")) return "probe";
    if (line.includes("-m venv")) return "venv";
    return line.includes("-m pip install") ? "pip" : line.endsWith("install --frozen") ? "npm" : line;
  });
}

for (const options of [linux, mac, windows]) {
  Deno.test(`law: ${options.os}: the first set-up does all, the second nothing`, async () => {
    const platform = fakePlatform(options);
    const environment = await setUp(platform);
    assert.deepEqual(steps(platform), ["probe", "venv", "pip", "npm"]);
    assert.equal(JSON.parse(platform.files.get(environment.kernelspec) ?? "").argv[0], environment.deno);
    assert.match(platform.files.get(environment.overrides) ?? "", /"fetchNews": "false"/);
    // no part of an address opens the start page as it reads: JupyterLab's settings do
    assert.match(platform.files.get(environment.overrides) ?? "", /"markdown": "Markdown Preview"/);
    const { LanguageServerManager } = JSON.parse(platform.files.get(environment.languageServer) ?? "");
    assert.equal(LanguageServerManager.language_servers.deno.argv[0], environment.deno);
    platform.ran.length = platform.said.length = 0;
    await setUp(platform);
    assert.deepEqual([platform.ran, platform.said], [[], []]);
  });

  Deno.test(`edge: ${options.os}: changed parts, and only they, are done again`, async () => {
    const platform = fakePlatform(options);
    const { kernelspec, stamp } = await setUp(platform);
    const after = async (change: () => void) => {
      change();
      platform.ran.length = 0;
      await setUp(platform);
      return steps(platform);
    };
    const slash = options.os === "windows" ? "\\" : "/";
    const file = (...parts: string[]) => [options.root, ...parts].join(slash);
    assert.deepEqual(await after(() => platform.files.set(file("tools", "requirements.txt"), "a==1")), [
      "pip",
    ]);
    assert.deepEqual(await after(() => platform.files.set(file("deno.lock"), "{}")), ["npm"]);
    assert.deepEqual(
      await after(() => platform.files.set(file("deno.json"), '{ "imports": {}, "tasks": {} }')),
      ["npm"],
    );
    assert.deepEqual(
      await after(() => platform.files.set(file("deno.json"), '{ "imports": {}, "tasks": { "a": "b" } }')),
      [],
    );
    assert.deepEqual(await after(() => platform.files.delete(kernelspec)), []);
    assert.ok(platform.files.has(kernelspec));
    assert.deepEqual(await after(() => platform.remove(file("node_modules"))), ["npm"]);
    for (const broken of ["", "{", "[]", "null", '{"root":1}']) {
      assert.deepEqual(await after(() => platform.files.set(stamp, broken)), ["probe", "venv", "pip"]);
    }
    assert.deepEqual(await after(() => platform.files.delete(environmentOf(platform).python)), [
      "probe",
      "venv",
      "pip",
    ]);
    assert.deepEqual(await after(() => platform.files.delete(environmentOf(platform).deno)), [
      "probe",
      "venv",
      "pip",
    ]);
  });
}

Deno.test("edge: programs lie in Scripts on Windows, in bin elsewhere", () => {
  const { python, deno, kernelspec } = environmentOf(fakePlatform(windows));
  assert.equal(python, "C:\\Users\\Zoë\\my course\\.venv\\Scripts\\python.exe");
  assert.equal(deno, "C:\\Users\\Zoë\\my course\\.venv\\Scripts\\deno.exe");
  assert.equal(kernelspec, "C:\\Users\\Zoë\\my course\\.venv\\share\\jupyter\\kernels\\deno\\kernel.json");
  assert.equal(environmentOf(fakePlatform(linux)).python, "/home/zoë/my course/.venv/bin/python");
});

Deno.test("edge: which Python is taken", async () => {
  const chosen = async (options: Partial<FakeOptions>) => {
    const platform = fakePlatform({ ...linux, ...options });
    await setUp(platform);
    return platform.ran.find((line) => line.includes("-m venv"))?.split(" -m ")[0];
  };
  assert.equal(await chosen({ pythons: { python: "3.10.0" } }), "python");
  assert.equal(
    await chosen({ pythons: { python3: "3.9.6", "python3.12": "3.12.0", "python3.11": "3.11.0" } }),
    "python3.12",
  );
  assert.equal(await chosen({ pythons: { python3: "2.7.18", python: "3.14.0" } }), "python");
  assert.equal(
    await chosen({ env: { PYTHON: "/opt/py" }, pythons: { "/opt/py": "3.13.1", python3: "3.11.0" } }),
    "/opt/py",
  );
  assert.equal(await chosen({ ...windows, pythons: { python: "3.12.1" } }), "python");
});

Deno.test("edge: no Python, an old one, a stub of the Microsoft Store: a sentence with the mend", async () => {
  const stub = (line: string) =>
    line.startsWith("python")
      ? { code: 9009, stdout: "", stderr: "Python was not found; run without arguments to install" }
      : undefined;
  const cases: [FakeOptions, RegExp][] = [
    [
      { ...linux, pythons: {} },
      /^Error: Cannot set up JupyterLab: expected Python 3.10 or newer, got none\nOn Debian and Ubuntu: sudo apt install python3 python3-venv/,
    ],
    [{ ...linux, pythons: { python3: "3.9.6" } }, /expected Python 3.10 or newer, got only 3.9.6\n/],
    [{ ...mac, pythons: {} }, /got none\nInstall it with: brew install python3$/],
    [
      { ...windows, pythons: {}, answer: stub },
      /got none\nInstall it from the Microsoft Store, or with: winget install/,
    ],
    [
      { ...linux, ensurepip: false },
      /^Error: Cannot make a Python environment: expected Python with ensurepip, got 3.11.7 without it\nOn Debian and Ubuntu: sudo apt install python3-venv$/,
    ],
  ];
  for (const [options, expected] of cases) {
    const platform = fakePlatform(options);
    await assert.rejects(setUp(platform), expected);
    assert.equal(platform.files.has(environmentOf(platform).stamp), false);
  }
});

Deno.test("edge: no network at the first start: a sentence, and the next start begins afresh", async () => {
  let online = false;
  const offline =
    "WARNING: Retrying …\nERROR: Could not find a version … NewConnectionError(': Failed to establish a new connection')";
  const platform = fakePlatform({
    ...linux,
    answer: (line) =>
      !online && line.includes("-m pip") ? { code: 1, stdout: "", stderr: offline } : undefined,
  });
  await assert.rejects(
    setUp(platform),
    /^Error: Cannot install JupyterLab: expected a network connection at the first start, got none\n/,
  );
  online = true;
  platform.ran.length = 0;
  await setUp(platform);
  assert.deepEqual(steps(platform), ["probe", "venv", "pip", "npm"]);
});

Deno.test("edge: tests and runs need the packages only", async () => {
  const platform = fakePlatform(linux);
  await setUpPackages(platform);
  await setUpPackages(platform);
  assert.deepEqual(steps(platform), ["npm"]);
  const words = "error: Failed caching npm package\nCaused by:\n 0: client error (Connect): dns error";
  const offline = fakePlatform({ ...linux, answer: () => ({ code: 1, stdout: "", stderr: words }) });
  await assert.rejects(
    setUpPackages(offline),
    /^Error: Cannot install the packages of deno.json: expected a network connection at the first start, got none\n/,
  );
});

Deno.test("edge: why an installation failed, in one sentence", () => {
  const cases: [string, RegExp][] = [
    ["OSError: [Errno 28] No space left on device", /expected about 1 GB of free disk, got a full disk$/],
    [
      "error: dns error: failed to lookup address information",
      /expected a network connection at the first start/,
    ],
    [
      "[Errno 13] Permission denied: '/x'",
      /expected a folder that can be written to, got: .*Permission denied: '\/x'$/,
    ],
    [
      "WARNING: a\nERROR: No matching distribution found for x==1\n[notice] b",
      /^Cannot install x: ERROR: No matching distribution found for x==1$/,
    ],
    [
      "ERROR: Could not install packages due to an OSError\nHINT: This error might have occurred since this system does not have Windows Long Path support enabled.",
      /^Cannot install x: expected a folder with a shorter path.*\nMove the course nearer/,
    ],
    ["", /^Cannot install x: no reason given$/],
  ];
  for (const [words, expected] of cases) assert.match(installFailure("x", words), expected);
});

Deno.test("edge: a folder that cannot be written to: a sentence; a finished set-up there still works", async () => {
  const platform = fakePlatform({ ...linux, readOnly: true });
  await assert.rejects(
    setUp(platform),
    /^Error: Cannot set up the course: expected a folder that can be written to, got \/home\/zoë\/my course/,
  );
  const done = fakePlatform(linux);
  await setUp(done);
  await setUp({ ...platform, read: done.read, exists: done.exists });
});

Deno.test("edge: windows: files that a running kernel holds are named, with what to close", async () => {
  const first = fakePlatform(windows);
  const { folder } = await setUp(first);
  const held = fakePlatform({ ...windows, held: folder });
  for (const [path, text] of first.files) held.files.set(path, text);
  await assert.rejects(
    setUp(held, { again: true }),
    /^Error: Cannot make the Python environment anew: expected to remove C:.*, got: Access is denied.*\nClose JupyterLab/,
  );
});

Deno.test("edge: a lock that is there is not written again: on Windows its owner forbids it", async () => {
  const platform = fakePlatform(windows);
  const lock = "C:\\Users\\Zoë\\my course\\build\\setup.lock";
  await setUp(platform);
  assert.ok(platform.files.has(lock));
  platform.files.set(lock, "locked");
  platform.files.delete(environmentOf(platform).python);
  await setUp(platform);
  assert.equal(platform.files.get(lock), "locked");
});

Deno.test("edge: after a move the environment's scripts are mended, on Windows it is made anew", async () => {
  const move = async (options: FakeOptions, root: string) => {
    const before = fakePlatform(options);
    await setUp(before);
    const after = fakePlatform({ ...options, root });
    for (const [path, text] of before.files) after.files.set(path.replace(options.root, root), text);
    const environment = await setUp(after);
    assert.equal(parseStamp(after.files.get(environment.stamp) ?? "")?.root, root);
    assert.equal(JSON.parse(after.files.get(environment.kernelspec) ?? "").argv[0], environment.deno);
    return after;
  };
  const moved = await move(linux, "/srv/course");
  assert.deepEqual(steps(moved), []);
  assert.equal(
    moved.files.get("/srv/course/.venv/bin/jupyter"),
    '#!/srv/course/.venv/bin/python\nrun("/srv/course/.venv")\n',
  );
  assert.deepEqual(steps(await move(windows, "D:\\course")), ["probe", "venv", "pip"]);
});

Deno.test("edge: a moved script names its Python in the way its new path allows", () => {
  const script = "#!/a/.venv/bin/python\nx\n";
  assert.equal(movedScript(script, "/a", "/b"), "#!/b/.venv/bin/python\nx\n");
  const spaced = "#!/bin/sh\n'''exec' \"/b c/.venv/bin/python\" \"$0\" \"$@\"\n' '''\nx\n";
  assert.equal(movedScript(script, "/a", "/b c"), spaced);
  assert.equal(movedScript(spaced, "/b c", "/d e"), spaced.replace("/b c", "/d e"));
  assert.match(movedScript(script, "/a", `/${"long".repeat(40)}`), /^#!\/bin\/sh\n/);
  assert.equal(
    movedScript('VIRTUAL_ENV="/a/.venv"\n', "/a", "/b"),
    'VIRTUAL_ENV="/b/.venv"\n',
  );
});

Deno.test("edge: the kernel for VS Code goes where each system looks for kernels, and leaves as it came", async () => {
  const folder = (options: FakeOptions) => userKernels(fakePlatform(options));
  assert.equal(folder(linux), "/home/zoë/.local/share/jupyter/kernels");
  assert.equal(folder({ ...linux, env: { HOME: "/h", XDG_DATA_HOME: "/data" } }), "/data/jupyter/kernels");
  assert.equal(folder({ ...linux, env: { JUPYTER_DATA_DIR: "/j" } }), "/j/kernels");
  assert.equal(folder(mac), "/Users/zoe/Library/Jupyter/kernels");
  assert.equal(folder(windows), "C:\\Users\\Zoë\\AppData\\Roaming\\jupyter\\kernels");
  assert.throws(
    () => folder({ ...linux, env: {} }),
    /Cannot find the folder of kernels: expected a home folder, got none/,
  );

  const platform = fakePlatform(linux);
  const file = `${folder(linux)}/deno/kernel.json`;
  const environment = environmentOf(platform);
  platform.files.set(file, '{ "argv": ["deno"] }');
  assert.match(await removeKernel(platform), /There is no kernel of this course/);
  assert.match(await installKernel(platform, environment), /is kept as kernel.before.json/);
  assert.equal(platform.files.get(file), kernelspec(environment.deno));
  assert.match(await installKernel(platform, environment), /already/);
  await installKernel(platform, { ...environment, deno: "/moved/deno" });
  assert.match(await removeKernel(platform), /before is there again/);
  assert.equal(platform.files.get(file), '{ "argv": ["deno"] }');
});
