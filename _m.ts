const hwm = () => { const l = Deno.readTextFileSync("/proc/self/status").split("\n"); return ["VmHWM", "VmRSS", "RssAnon"].map((k) => k + " " + Math.round(Number(l.find((x) => x.startsWith(k))!.match(/\d+/)![0]) / 1024)).join(" ") + " js " + (Deno.memoryUsage().heapTotal >> 20) + "/" + (Deno.memoryUsage().heapUsed >> 20); };
const what = Deno.args[0];
if (what === "k") {
  const { compileKernels } = await import("./lib/tensor/kernels/mod.ts");
  const { pages } = await import("./lib/tensor/layout.ts");
  console.log("import     ", hwm());
  const memory = new WebAssembly.Memory({ initial: pages.minimum, maximum: pages.maximum, shared: true });
  const k = compileKernels(memory, 0); console.log("plain kernels", hwm());
  k.panel(8); console.log("panel 8", hwm());
  k.panel(16); console.log("panel 16", hwm());
  Deno.exit();
}
const { setThreads } = await import("lib/tensor/mod.ts");
console.log("lib/tensor ", hwm());
if (what === "1") setThreads(1);
const { vaeStep } = await import("./bench/cases/vae.ts");
const step = vaeStep({ pixels: 784, hidden: 400, latent: 20, batch: 128 }, true);
console.log("built      ", hwm());
for (const n of [1, 10, 100, 300]) { for (let i = 0; i < n; i++) step();
console.log(n, "steps  ", hwm()); }
