/**
 * Code for the page, not for the kernel: it travels as text inside the loader, so the exported function uses nothing
 * from outside its own body.
 */

/**
 * A kernel that is blocked can say nothing, so the page does: under a cell in which nothing has moved for ten seconds,
 * and under one whose kernel ended before it did. A line is no output and is never saved; it goes when the cell moves.
 *
 * @param words what is said: of a cell that stands still, of a kernel that is gone
 */
export function tellLongCells(words: { still: string; gone: string }): void {
  type Watch = {
    waiting: Set<Element>;
    running?: Element;
    since: number;
    line?: Element;
    moves: MutationObserver;
  };
  const page = window as unknown as { sywLong?: boolean };
  if (page.sywLong || !document.querySelector(".jp-NotebookPanel")) return;
  page.sywLong = true;
  const patience = 10_000, watches = new WeakMap<Element, Watch>();

  /** "*" of a cell that runs or waits for its turn, its number of one that has run, "" of any other. */
  const countOf = (cell: Element) =>
    /\[(.*)\]/.exec(cell.querySelector(".jp-InputPrompt")?.textContent ?? "")?.[1].trim() ?? "";

  const say = (watch: Watch, cell: Element, text: string) => {
    const line = document.createElement("div"), box = document.createElement("div");
    line.className = "syw";
    line.style.marginLeft = "calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width))";
    box.className = "syw-box";
    box.setAttribute("role", "status");
    line.append(box);
    cell.append(line);
    watch.line = line;
    // what stands there from the first is not read aloud
    setTimeout(() => {
      box.textContent = text;
      const { top } = cell.getBoundingClientRect();
      if (top >= 0 && top < innerHeight) line.scrollIntoView({ block: "nearest" });
    }, 100);
  };
  const rest = (watch: Watch) => {
    watch.since = Date.now();
    watch.line?.remove();
    delete watch.line;
  };
  const watchOf = (notebook: Element): Watch => {
    const watch: Watch = { waiting: new Set(), since: 0, moves: new MutationObserver(() => rest(watch)) };
    watches.set(notebook, watch);
    return watch;
  };

  const look = (notebook: Element) => {
    const watch = watches.get(notebook) ?? watchOf(notebook), { waiting, running, moves } = watch;
    for (const cell of notebook.querySelectorAll(".jp-CodeCell")) {
      if (countOf(cell) === "*") waiting.add(cell);
    }
    // also of cells that are scrolled away, and not in the page meanwhile
    for (const cell of waiting) if (countOf(cell) !== "*") waiting.delete(cell);
    // cells run in the order in which they were asked to
    const [next] = waiting;
    if (next !== running) {
      watch.running = next;
      moves.disconnect();
      if (next) rest(watch);
      else if (running) {
        rest(watch);
        if (countOf(running) === "") say(watch, running, words.gone);
      }
      const outputs = next?.querySelector(".jp-Cell-outputWrapper");
      if (outputs) moves.observe(outputs, { childList: true, subtree: true, characterData: true });
    } else if (next && !watch.line && Date.now() - watch.since >= patience) {
      say(watch, next, words.still);
    } else if (!next && watch.line && countOf(watch.line.parentElement!) !== "") rest(watch);
  };
  setInterval(() => {
    // a notebook of another course has none of our outputs
    for (const notebook of document.querySelectorAll(".jp-Notebook")) {
      if (watches.has(notebook) || notebook.querySelector(".syw")) look(notebook);
    }
  }, 500);
}
