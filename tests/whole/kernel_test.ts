import assert from "node:assert/strict";
import { type Execution, type Kernel, type Output, startKernel } from "../../tools/kernel/mod.ts";

/** Runs an action with a kernel of its own, which is closed afterwards. */
async function withKernel<T>(action: (kernel: Kernel) => Promise<T>): Promise<T> {
  const kernel = await startKernel({ cwd: Deno.cwd() });
  try {
    return await action(kernel);
  } finally {
    await kernel.close();
  }
}

function printed({ outputs }: Execution, stream = "stdout"): string {
  return outputs.map((output) => output.output_type === "stream" && output.name === stream ? output.text : "")
    .join("");
}

function plain(output: Output | undefined): unknown {
  return output && "data" in output ? output.data["text/plain"] : undefined;
}

const displayed = (text: string) =>
  `await Deno.jupyter.display({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": ${
    JSON.stringify(text)
  } }) });`;

Deno.test("law: 200 queued cells of five kinds, no output lost or misplaced", async () => {
  const lines = (i: number) => Array.from({ length: 20 }, (_, j) => `cell ${i} line ${j}\n`).join("");
  const loop = (i: number) => `for (let j = 0; j < 20; j++) console.log("cell ${i} line " + j);`;
  const kinds: { code(i: number): string; check(run: Execution, i: number): void }[] = [
    { code: (i) => `${i} + 0.5`, check: (run, i) => assert.equal(plain(run.outputs[0]), `${i}.5`) },
    {
      code: (i) => `await new Promise((r) => setTimeout(r, 2)); "late ${i}"`,
      check: (run, i) => assert.match(String(plain(run.outputs[0])), new RegExp(`late ${i}\\b`)),
    },
    { code: (i) => `${loop(i)} undefined;`, check: (run, i) => assert.equal(printed(run), lines(i)) },
    {
      code: (i) => `${loop(i)} throw new Error("cell ${i}");`,
      check: (run, i) => {
        assert.equal(printed(run), lines(i));
        const last = run.outputs.at(-1);
        assert.equal(last?.output_type === "error" && last.evalue, `cell ${i}`);
      },
    },
    {
      code: (i) => `${displayed(`shown ${i}`)} console.error("warned ${i}");`,
      check: (run, i) => {
        assert.ok(run.outputs.some((output) => plain(output) === `shown ${i}`));
        assert.equal(printed(run, "stderr"), `warned ${i}\n`);
      },
    },
  ];
  await withKernel(async (kernel) => {
    const runs = await Promise.all(
      Array.from({ length: 200 }, (_, i) => kernel.execute(kinds[i % 5].code(i))),
    );
    runs.forEach((run, i) => {
      kinds[i % 5].check(run, i);
      assert.ok(run.outputs.length <= 2, `cell ${i} holds ${JSON.stringify(run.outputs)}`);
      assert.equal(run.count, i + 1);
    });
  });
});

Deno.test("law: thousands of printed lines come whole, in order, between displays and before a throw", async () => {
  await withKernel(async (kernel) => {
    await kernel.execute('await import("lib/show/mod.ts"); undefined;');
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `line ${from + i} { a: ${from + i} }\n`).join("");
    const print = (from: number, to: number) =>
      `for (let i = ${from}; i < ${to}; i++) console.log("line", i, { a: i });`;
    const flood = await kernel.execute(`${print(0, 2000)} undefined;`);
    assert.equal(printed(flood), lines(0, 2000));
    const mixed = await kernel.execute(
      `${print(0, 300)} ${displayed("between")} ${print(300, 400)} undefined;`,
    );
    const kinds = mixed.outputs.map((output) => output.output_type);
    assert.deepEqual([...new Set(kinds)], ["stream", "display_data"]);
    const shown = kinds.indexOf("display_data");
    const before = mixed.outputs.slice(0, shown).map((o) => o.output_type === "stream" ? o.text : "").join(
      "",
    );
    assert.equal(before, lines(0, 300));
    assert.equal(printed(mixed), lines(0, 400));
    const thrown = await kernel.execute(`${print(0, 300)} console.error("told"); throw new Error("end");`);
    assert.equal(printed(thrown), lines(0, 300));
    assert.equal(printed(thrown, "stderr"), "told\n");
    assert.equal(thrown.status, "error");
  });
});

Deno.test("law: displays too large for the socket's buffer arrive whole, though the kernel writes into them", async () => {
  const size = 2e7;
  const show =
    `Deno.jupyter.display({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "x".repeat(${size}) }) });`;
  await withKernel(async (kernel) => {
    for (
      const { status, outputs } of await Promise.all([1, 2].map(() => kernel.execute(`${show} ${show} 0;`)))
    ) {
      assert.equal(status, "ok");
      const sizes = outputs.map((output) => String(plain(output)).length).sort((a, b) => a - b);
      assert.deepEqual(sizes, [1, size, size]);
    }
  });
});

Deno.test("edge: a syntax error gives a reply without any output, a missing package an error that names it", async () => {
  await withKernel(async (kernel) => {
    const broken = await kernel.execute("const a = (");
    assert.deepEqual([broken.status, broken.outputs], ["error", []]);
    const missing = await kernel.execute('import x from "npm:@no-such-scope-here/none@1.0.0";');
    const [shown] = missing.outputs;
    assert.equal(missing.status, "error");
    assert.match(shown?.output_type === "error" ? shown.evalue : "", /npm:@no-such-scope-here\/none@1.0.0/);
    assert.equal(plain((await kernel.execute("1 + 1")).outputs[0]), "2");
  });
});

Deno.test("edge: what a timer prints later is added to the cell that set it", async () => {
  const kernel = await startKernel({ cwd: Deno.cwd() });
  const seen: string[] = [];
  const onOutput = (output: Output) => void (output.output_type === "stream" && seen.push(output.text));
  const run = await kernel.execute('setTimeout(() => console.log("later"), 15); 7', { onOutput });
  await kernel.close();
  assert.equal(printed(run), "later\n");
  assert.deepEqual(seen, ["later\n"]);
});

Deno.test("edge: a display is updated in the cell that first showed it", async () => {
  await withKernel(async (kernel) => {
    const show = (text: string, update: boolean) =>
      `await Deno.jupyter.broadcast("${update ? "update_display_data" : "display_data"}", ` +
      `{ data: { "text/plain": "${text}" }, metadata: {}, transient: { display_id: "bar" } });`;
    const first = await kernel.execute(show("10 %", false));
    const second = await kernel.execute(show("100 %", true));
    assert.deepEqual(first.outputs.map(plain), ["100 %"]);
    assert.deepEqual(second.outputs, []);
  });
});

Deno.test("edge: an endless cell is ended at its limit, and what it showed is kept", async () => {
  await withKernel(async (kernel) => {
    const run = await kernel.execute('console.log("begun"); for (;;) {}', { timeout: 400 });
    assert.equal(run.status, "timeout");
    assert.equal(printed(run), "begun\n");
    assert.equal(kernel.alive(), false);
    await assert.rejects(
      kernel.execute("1"),
      /Cannot execute a cell: expected a running kernel, got one that ended/,
    );
  });
});

Deno.test("edge: interrupting a long loop that listens keeps the session", async () => {
  await withKernel(async (kernel) => {
    await kernel.execute('let stop = false, kept = 41; Deno.addSignalListener("SIGINT", () => stop = true);');
    const started = Promise.withResolvers<void>();
    const loop = kernel.execute(
      'console.log("on"); while (!stop) await new Promise((r) => setTimeout(r, 5)); "stopped"',
      {
        onOutput: () => started.resolve(),
      },
    );
    await started.promise;
    kernel.interrupt();
    assert.equal((await loop).status, "ok");
    assert.equal(plain((await kernel.execute("kept + 1")).outputs[0]), "42");
    // The same at a time limit: the interrupt is enough, the kernel lives on.
    const late = await kernel.execute(
      "stop = false; while (!stop) await new Promise((r) => setTimeout(r, 5));",
      {
        timeout: 200,
      },
    );
    assert.equal(late.status, "timeout");
    assert.equal(kernel.alive(), true);
    // A loop that lets no listener in is stopped by the engine, and the session is kept as well.
    const busy = await kernel.execute("for (;;) {}", { timeout: 200 });
    assert.equal(busy.status, "timeout");
    assert.equal(plain((await kernel.execute("kept + 1")).outputs[0]), "42");
  });
});

Deno.test("edge: a cell that waits for ever says how to end it, and a second interrupt does", async () => {
  await withKernel(async (kernel) => {
    await kernel.execute('import { breathe, interruption } from "lib/show/mod.ts";');
    // a loop that looks at the interrupt stops, and the session is kept
    const heard = Promise.withResolvers<void>();
    const loop = kernel.execute(
      'console.log("on"); const signal = interruption(); for (;;) await breathe(signal);',
      { onOutput: () => heard.resolve() },
    );
    await heard.promise;
    kernel.interrupt();
    assert.equal((await loop).status, "error");
    assert.equal(plain((await kernel.execute("40 + 2")).outputs[0]), "42");
    const on = Promise.withResolvers<void>(), told = Promise.withResolvers<void>();
    const stuck = kernel.execute('console.log("on"); await new Promise(() => {});', {
      onOutput: (output) => {
        on.resolve();
        if (JSON.stringify(output).includes("press interrupt once more")) told.resolve();
      },
    });
    await on.promise;
    kernel.interrupt();
    await told.promise;
    kernel.interrupt();
    assert.equal((await stuck).status, "died");
  });
});

Deno.test("edge: a kernel that is killed is reported with the signal and what was shown", async () => {
  await withKernel(async (kernel) => {
    const run = await kernel.execute(
      'console.log("last words");\nDeno.kill(Deno.pid, "SIGKILL");\nawait new Promise(() => {});',
    );
    assert.equal(run.status, "died");
    assert.match(run.reason ?? "", /SIGKILL/);
    assert.equal(kernel.alive(), false);
  });
  await withKernel(async (kernel) => {
    const run = await kernel.execute("Deno.exit(3)");
    assert.deepEqual([run.status, run.reason], ["died", "exit code 3"]);
  });
});

Deno.test("law: two kernels at once keep their outputs and their state apart", async () => {
  await withKernel((one) =>
    withKernel(async (two) => {
      const both = [one, two].map((kernel, k) =>
        Promise.all(
          Array.from({ length: 10 }, (_, i) => kernel.execute(`const x = "${k}-${i}"; console.log(x)`)),
        )
      );
      const [first, second] = await Promise.all(both);
      first.forEach((run, i) => assert.equal(printed(run), `0-${i}\n`));
      second.forEach((run, i) => assert.equal(printed(run), `1-${i}\n`));
    })
  );
});

Deno.test("edge: closing twice is closing once, and leaves no process", async () => {
  const kernel = await startKernel({ cwd: Deno.cwd() });
  await Promise.all([kernel.close(), kernel.close()]);
  assert.equal(kernel.alive(), false);
  assert.throws(() => Deno.kill(kernel.pid, "SIGCONT"));
});

Deno.test("edge: a folder that is not there is an error in words", async () => {
  await assert.rejects(
    startKernel({ cwd: "/no/such/folder" }),
    /Cannot start a kernel in \/no\/such\/folder: expected/,
  );
});
