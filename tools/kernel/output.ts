/** What a cell shows, in the words of nbformat 4.5, and how the kernel's messages become it. */

export type MimeBundle = Record<string, unknown>;

export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | {
    output_type: "execute_result";
    data: MimeBundle;
    metadata: Record<string, unknown>;
    execution_count: number;
  }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** The outputs of one cell as they grow, and the display ids by which later messages update them. */
export type Screen = {
  outputs: Output[];
  /** Takes a message of the IOPub channel; the output that it made or changed, if any. */
  take(type: string, content: Record<string, unknown>): Output | undefined;
  /** Says that the cell is over: until then what it printed stands before its value or error, later behind it. */
  settle(): void;
};

/** Displays that can be updated, by display id, over all cells of a session. */
export type Displays = Map<string, Output[]>;

export function screen(displays: Displays): Screen {
  const outputs: Output[] = [];
  let clearNext = false;
  let settled = false;
  const add = (output: Output, behind = 0) => {
    if (clearNext) outputs.length = 0;
    clearNext = false;
    outputs.splice(outputs.length - behind, 0, output);
    return output;
  };
  return {
    outputs,
    settle: () => void (settled = true),
    take(type, content) {
      if (type === "stream") {
        const name = content.name === "stderr" ? "stderr" : "stdout";
        const last = outputs.at(-1)?.output_type;
        const behind = settled || last !== "error" && last !== "execute_result" ? 0 : 1;
        const before = clearNext ? undefined : outputs.at(-1 - behind);
        if (before?.output_type === "stream" && before.name === name) {
          before.text += String(content.text);
          return before;
        }
        return add({ output_type: "stream", name, text: String(content.text) }, behind);
      }
      if (type === "display_data") {
        const output = add({ output_type: "display_data", ...bundle(content) });
        remember(displays, content, output);
        return output;
      }
      if (type === "execute_result") {
        const execution_count = Number(content.execution_count);
        const output = add({ output_type: "execute_result", ...bundle(content), execution_count });
        remember(displays, content, output);
        return output;
      }
      if (type === "update_display_data") return update(displays, content);
      if (type === "error") {
        const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
        return add({
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback,
        });
      }
      if (type === "clear_output") {
        if (content.wait === true) clearNext = true;
        else outputs.length = 0;
      }
      return undefined;
    },
  };
}

function bundle(content: Record<string, unknown>): { data: MimeBundle; metadata: Record<string, unknown> } {
  return { data: record(content.data), metadata: record(content.metadata) };
}

function remember(displays: Displays, content: Record<string, unknown>, output: Output): void {
  const id = displayId(content);
  if (id !== undefined) displays.set(id, [...displays.get(id) ?? [], output]);
}

function update(displays: Displays, content: Record<string, unknown>): Output | undefined {
  const id = displayId(content);
  const shown = id === undefined ? [] : displays.get(id) ?? [];
  for (const output of shown) if ("data" in output) Object.assign(output, bundle(content));
  return shown.at(-1);
}

function displayId(content: Record<string, unknown>): string | undefined {
  const id = record(content.transient).display_id;
  return typeof id === "string" ? id : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}
