/**
 * Code for the page, not for the kernel: it travels as text inside the loader, so each exported function uses
 * nothing from outside its own body.
 */

type Values = Record<string, unknown>;
type Step = { label: string; method: "update" | "restyle" | "relayout"; args: unknown[] };
type Slider = { steps: Step[]; active?: number; currentvalue?: { prefix?: string; suffix?: string } };
type Menu = { buttons: Step[]; active?: number; name?: string };
type PageLayout = Values & {
  height?: number;
  margin?: { t?: number; b?: number };
  sliders?: Slider[];
  updatemenus?: Menu[];
};
type PageFigure = {
  id: string;
  data: unknown[];
  layout: PageLayout;
  narrow?: PageLayout;
  height: number;
  whole?: boolean;
};
type Plot = HTMLElement & { data: unknown[] };
type Library = Record<string, (plot: HTMLElement, ...more: unknown[]) => Promise<unknown>>;

/**
 * Draws what is queued, as soon as Plotly is unpacked. A figure's sliders and menus become the browser's own
 * controls, for keyboards, screen readers and thumbs; where the page is narrow its narrow layout is taken.
 * A second loader on the page does nothing.
 */
export function drawFigures(): void {
  const page = window as unknown as {
    sywFigures?: PageFigure[] | { push(figure: PageFigure): void };
    Plotly?: Library;
  };
  const waiting = page.sywFigures ?? [];
  if (!Array.isArray(waiting)) return;
  const narrowest = 576, paper = 660;
  const config = {
    responsive: true,
    displaylogo: false,
    showSendToCloud: false,
    plotlyServerURL: "",
    displayModeBar: false,
  };

  const unpack = async (id: string): Promise<Library> => {
    const packed = document.getElementById(id)?.textContent ?? "";
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.text = await new Response(stream).text();
    const before = page.Plotly;
    document.head.append(script);
    if (!page.Plotly || page.Plotly === before) throw new Error("no drawing library");
    return page.Plotly;
  };
  const libraries = new Map<string, Promise<Library>>();
  const libraryOf = (id: string): Promise<Library> => {
    const known = libraries.get(id) ?? unpack(id);
    libraries.set(id, known);
    return known;
  };

  const make = <K extends keyof HTMLElementTagNameMap>(name: K, text = "", parent?: HTMLElement) => {
    const element = document.createElement(name);
    element.textContent = text;
    parent?.append(element);
    return element;
  };

  /** A slider: its label with the value, and the browser's own range. */
  const slider = (place: HTMLElement, { steps, active = 0, currentvalue = {} }: Slider) => {
    const label = make("label", "", place), words = make("span", "", label), input = make("input", "", label);
    const { prefix = "", suffix = "" } = currentvalue;
    Object.assign(input, { type: "range", min: "0", max: String(steps.length - 1), step: "1" });
    input.value = String(active);
    input.setAttribute("aria-label", prefix.replace(/[\s=:]+$/, "") || "position");
    const say = () => {
      const { label } = steps[Number(input.value)];
      words.textContent = `${prefix}${label}${suffix}`;
      input.setAttribute("aria-valuetext", label + suffix);
    };
    input.addEventListener("input", say);
    say();
    return { input, step: () => steps[Number(input.value)] };
  };

  /** A menu of buttons: the browser's own list. */
  const menu = (place: HTMLElement, { buttons, active = 0, name }: Menu) => {
    const label = make("label", "", place), input = make("select", "", label);
    label.prepend(make("span", name ?? "show"));
    for (const { label } of buttons) make("option", label, input);
    input.selectedIndex = active;
    return { input, step: () => buttons[input.selectedIndex] };
  };

  const draw = async ({ id, data, layout, narrow, height, whole }: PageFigure) => {
    const place = document.getElementById(id), plot = place?.querySelector<Plot>(".syw-plot");
    if (!place || !plot || place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const { sliders = [], updatemenus = [], ...rest } = layout;
    const controlled = sliders.length + updatemenus.length > 0;
    const isSmall = () => narrow !== undefined && plot.clientWidth < narrowest;

    /** Plotly's own controls are gone, and the room that was kept for them. */
    const fitted = (small: boolean): PageLayout => {
      const { sliders: _, updatemenus: __, ...own } = { ...rest, ...(small ? narrow : {}) } as PageLayout;
      const { t = 36, b = 48 } = own.margin ?? {};
      const margin = controlled ? { ...own.margin, t: Math.min(t, 48), b: Math.min(b, 48) } : { t, b };
      const full = own.height ?? height;
      return {
        ...own,
        margin: { ...own.margin, ...margin },
        height: full - (t - margin.t) - (b - margin.b),
      };
    };
    try {
      const Plotly = await libraryOf(whole ? "syw-plotly-whole" : "syw-plotly");
      let small = isSmall();
      const first = fitted(small);
      plot.style.height = `${first.height}px`;
      plot.textContent = "";
      plot.setAttribute("aria-hidden", "true");
      await Plotly.newPlot(plot, data, first, config);
      const panel = make("div");
      panel.className = "syw-controls";
      const controls = [
        ...updatemenus.map((one) => menu(panel, one)),
        ...sliders.map((one) => slider(panel, one)),
      ];
      const apply = ({ method, args }: Step) => Plotly[method](plot, ...structuredClone(args));
      for (const { input, step } of controls) input.addEventListener("input", () => apply(step()));
      if (controlled) place.prepend(panel);
      new ResizeObserver(async () => {
        if (isSmall() === small || plot.clientWidth === 0) return;
        small = !small;
        const next = fitted(small);
        plot.style.height = `${next.height}px`;
        await Plotly.react(plot, plot.data, next, config);
        for (const { step } of controls) await apply(step());
      }).observe(plot);
      globalThis.addEventListener("beforeprint", () => Plotly.relayout(plot, { width: paper }));
      globalThis.addEventListener("afterprint", () => Plotly.relayout(plot, { width: null, autosize: true }));
    } catch (cause) {
      plot.textContent = "This figure can't be drawn here: it needs a browser of 2023 or newer.";
      console.error(cause);
    }
  };
  page.sywFigures = { push: draw };
  waiting.forEach(draw);
}
