/**
 * Code for the page, not for the kernel: it travels as text inside the loader, so each exported function uses
 * nothing from outside its own body.
 */

/**
 * A formula of a line of text that is longer than the line is broken behind its relations and signs. And Chromium
 * keeps room behind a root sign for the widest root of the font, a gap before the comma: it is measured and taken
 * back. Here and now, and whenever formulas are added or unfolded or the page's width changes.
 */
export function fitRoots(): void {
  const page = window as unknown as { sywRoots?: boolean };
  if (page.sywRoots) return;
  page.sywRoots = true;
  const fit = () => {
    for (const root of document.querySelectorAll<MathMLElement>(":is(msqrt, mroot):not([data-fitted])")) {
      const inner = root.localName === "mroot" ? root.firstElementChild : root.lastElementChild;
      const outside = root.getBoundingClientRect();
      if (!inner || outside.width === 0) continue;
      root.dataset.fitted = "yes";
      const size = parseFloat(getComputedStyle(root).fontSize);
      const gap = (outside.right - inner.getBoundingClientRect().right) / size;
      if (gap > 0.1) root.style.marginRight = `${(0.06 - gap).toFixed(3)}em`;
    }
    const formulas = [...document.querySelectorAll<MathMLElement>('math:not([display="block"])')];
    for (const formula of formulas) delete formula.dataset.long;
    const long = formulas.filter((formula) => {
      let place = formula.parentElement;
      while (place && getComputedStyle(place).display === "inline") place = place.parentElement;
      return place && place.clientWidth > 0 && formula.getBoundingClientRect().width > place.clientWidth;
    });
    for (const formula of long) {
      formula.dataset.long = "";
      // as parts of a flexible row signs lose the room around them; one with nothing before it has none
      for (const sign of formula.querySelectorAll<MathMLElement>("mo")) {
        const before = sign.previousElementSibling ?? sign.parentElement?.previousElementSibling;
        const between = before && !/[=≤≥<>→≐([]$/.test(before.textContent);
        if (between && /^[-+−±=≤≥<>→≐]$/.test(sign.textContent)) sign.dataset.sign = "";
      }
      // the sign behind it stands at the end of its last line, not beside the first
      const next = formula.nextSibling, sign = next instanceof Text && /^[,.;:]/.exec(next.data)?.[0];
      if (!sign) continue;
      next.data = next.data.slice(1);
      const mark = document.createElementNS("http://www.w3.org/1998/Math/MathML", "mtext");
      mark.textContent = sign;
      (formula.lastElementChild ?? formula).append(mark);
    }
    // one pair of brackets is wider than the line: then it is broken inside of them
    for (const formula of long) {
      const place = formula.parentElement;
      if (place && place.scrollWidth > place.clientWidth + 1) formula.dataset.long = "inside";
    }
    // what still has to be scrolled, the keyboard must reach
    for (const wide of document.querySelectorAll<HTMLElement>(".syw-line > :last-child, .syw pre")) {
      if (wide.scrollWidth > wide.clientWidth + 1) wide.tabIndex = 0;
      else wide.removeAttribute("tabindex");
    }
  };
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      document.fonts.ready.then(fit);
    });
  };
  const holdsFormula = (node: Node) =>
    node instanceof Element && (node.localName === "math" || node.querySelector("math") !== null);
  new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some(holdsFormula))) soon();
  }).observe(document.body, { childList: true, subtree: true });
  addEventListener("toggle", soon, true);
  addEventListener("resize", soon);
  soon();
}

/**
 * A page that was exported without us, by `jupyter nbconvert` or JupyterLab, loads MathJax from the network. Where
 * that failed, the formulas of its text are typeset here. A live notebook typesets its own and is left alone.
 */
export function typesetExport(): void {
  const page = window as unknown as {
    MathJax?: unknown;
    temml?: { render(tex: string, place: Element, options: Record<string, unknown>): void };
    sywTypeset?: boolean;
  };
  const exported = document.body.classList.contains("jp-Notebook") ||
    document.getElementById("notebook-container") !== null;
  if (page.sywTypeset || !exported) return;
  page.sywTypeset = true;

  const unpack = async () => {
    const packed = document.getElementById("syw-temml")?.textContent ?? "";
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.text = await new Response(stream).text();
    document.head.append(script);
    return page.temml;
  };

  const texts = (place: Element): Text[] => {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      if (text.data.includes("$") && !text.parentElement?.closest("code, pre, script, style, math")) {
        found.push(text);
      }
    }
    return found;
  };

  addEventListener("load", async () => {
    if (page.MathJax) return;
    const temml = await unpack();
    for (const place of document.querySelectorAll(".jp-RenderedMarkdown, .text_cell_render")) {
      for (const text of texts(place)) {
        const parts = text.data.split(/(\$\$[^$]+\$\$|\$[^$]+\$)/);
        text.replaceWith(...parts.map((part) => {
          if (!/^\$[^]+\$$/.test(part)) return part;
          const formula = document.createElement("span"), displayMode = part.startsWith("$$");
          temml?.render(part.replace(/^\$+|\$+$/g, ""), formula, { displayMode, throwOnError: false });
          return formula;
        }));
      }
    }
  });
}
