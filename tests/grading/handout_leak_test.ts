import assert from "node:assert/strict";
import { join } from "node:path";
import { leaks } from "../../tools/editions/leak.ts";
import { edition } from "../shared.ts";
import { notebooks, root } from "./course.ts";

/** What a reader finds in a page: its text, and what its own scripts hold; the libraries in it are long. */
function textsOf(html: string): Map<string, string> {
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&", nbsp: " " };
  const text = html.replace(/<(script|style)[\s\S]*?<\/\1>/g, "").replace(/<[^>]+>/g, "")
    .replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
  const scripts = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => code);
  return new Map([["text.md", text], ["scripts.md", scripts.filter((s) => s.length < 400_000).join("\n")]]);
}

Deno.test({
  name: "law: no solution is in a student's handout, and the solution's handout shows that it would be found",
  ignore: Deno.env.get("LONG") !== "1",
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "show-your-work-handouts-" });
    try {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "tools/handout.ts", "--out", out],
        cwd: root,
        env: { NO_COLOR: "1", INIT_CWD: "" },
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const { cuts } = await edition();
      for (const notebook of notebooks) {
        const own = new Map(
          [...cuts].filter(([from]) =>
            from.includes(notebook) || from.startsWith(`lib/${notebook.slice(3)}/claims`)
          ),
        );
        const found = async (page: string) => leaks(own, textsOf(await Deno.readTextFile(join(out, page))));
        assert.deepEqual(await found(`${notebook}.student.html`), []);
        assert.ok((await found(`${notebook}.html`)).length > 10, notebook);
      }
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});
