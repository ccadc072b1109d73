/**
 * Code for the page, not for the kernel: it travels as text inside the loader, so the exported function uses nothing
 * from outside its own body.
 */

/**
 * JupyterLab's own renderer knows one layout. Where an output is too narrow for it, the page draws the figure in its
 * place, with the narrow layout and the browser's own controls.
 */
export function narrowFigures(): void {
  type Layout = Record<string, unknown> & { height?: number; meta?: { narrow?: Layout } };
  type Plot = HTMLElement & { data?: unknown[]; layout?: Layout };
  const page = window as unknown as {
    sywNarrow?: boolean;
    sywFigures?: { push(figure: unknown): void };
    Plotly?: unknown;
  };
  if (page.sywNarrow) return;
  page.sywNarrow = true;
  const narrowest = 576;
  const fit = (plot: Plot) => {
    const { data, layout } = plot, narrow = layout?.meta?.narrow;
    const wide = plot.clientWidth === 0 || plot.clientWidth >= narrowest;
    if (!data || !narrow || wide || plot.dataset.away) return;
    if (!page.Plotly && !document.getElementById("syw-plotly")) return;
    const place = document.createElement("div"), drawing = document.createElement("div");
    const id = `syw-${crypto.randomUUID().slice(0, 13)}`;
    Object.assign(place, { id, className: "jp-OutputArea-output syw-figure" });
    drawing.className = "syw-plot";
    place.append(drawing);
    // beside it and out of sight, not inside and not away: the renderer goes on measuring and drawing its own
    plot.dataset.away = "yes";
    plot.after(place);
    page.sywFigures?.push(structuredClone({ id, data, layout, narrow, height: layout.height }));
  };
  const sizes = new ResizeObserver((list) => list.forEach(({ target }) => fit(target as Plot)));
  let waiting = false;
  const watch = () => {
    waiting = false;
    for (const plot of document.querySelectorAll<Plot>(".jp-RenderedPlotly.js-plotly-plot")) {
      sizes.observe(plot);
      fit(plot);
    }
  };
  new MutationObserver(() => {
    if (!waiting) requestAnimationFrame(watch);
    waiting = true;
  }).observe(document.body, { childList: true, subtree: true });
  watch();
}
