/**
 * Code for the page, not for the kernel: it travels as text inside the loader, so the exported function uses nothing
 * from outside its own body.
 */

/**
 * Sliders that JupyterLab's own renderer draws get what the browser's have: a role, a name, a value, a place in the
 * order of Tab, and the arrow keys, Home and End. A key is a press on the rail where its step stands.
 */
export function reachSliders(): void {
  type Slider = { active: number; steps: { label: string }[]; currentvalue: { prefix?: string } };
  type Plot = Element & { _fullLayout?: { sliders?: Slider[] } };
  const page = window as unknown as { sywSliders?: boolean };
  if (page.sywSliders) return;
  page.sywSliders = true;
  const turn = (event: KeyboardEvent, plot: Plot, group: Element, k: number) => {
    const { active, steps } = plot._fullLayout!.sliders![k], last = steps.length - 1;
    const ways: Record<string, number> = {
      ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -last, End: last },
    };
    const by = ways[event.key], rail = group.querySelector(".slider-rail-touch-rect");
    if (by === undefined || !rail) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.max(0, Math.min(last, active + by)), box = rail.getBoundingClientRect();
    // plotly keeps ten pixels at either end of a rail
    const at = { clientX: box.left + 10 + (box.width - 20) * next / last, clientY: box.top + box.height / 2 };
    rail.dispatchEvent(new MouseEvent("mousedown", { ...at, bubbles: true, view: window }));
    plot.dispatchEvent(new MouseEvent("mouseup", { ...at, bubbles: true, view: window }));
  };
  const name = () => {
    for (const plot of document.querySelectorAll<Plot>(".jp-RenderedPlotly.js-plotly-plot")) {
      const sliders = plot._fullLayout?.sliders ?? [];
      plot.querySelectorAll<SVGGElement>(".slider-group").forEach((group, k) => {
        if (!sliders[k]) return;
        const { active, steps, currentvalue } = sliders[k];
        const said: Record<string, string> = {
          ...{
            role: "slider",
            tabindex: "0",
            "aria-valuemin": "0",
            "aria-valuemax": String(steps.length - 1),
          },
          "aria-label": (currentvalue.prefix ?? "").replace(/[\s=:]+$/, "") || "position",
          ...{ "aria-valuenow": String(active), "aria-valuetext": steps[active]?.label ?? "" },
          // else JupyterLab takes the arrows for its own
          "data-lm-suppress-shortcuts": "true",
        };
        for (const [key, value] of Object.entries(said)) {
          if (group.getAttribute(key) !== value) group.setAttribute(key, value);
        }
        if (group.dataset.keys) return;
        group.dataset.keys = "yes";
        group.addEventListener("keydown", (event) => turn(event, plot, group, k));
      });
    }
  };
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      name();
    });
  }).observe(document.body, { childList: true, subtree: true });
  name();
}
