/** A figure that an answer feeds, drawn by the page's own queue in the place of the one before. */
import { adopt } from "./adopt.ts";
import { make } from "./answer.ts";
import type { Drawn } from "./messages.ts";

type Queue = { push(figure: Record<string, unknown>): void };

export function draw(outputs: HTMLElement | null, drawn: readonly Drawn[] | string): void {
  if (!outputs) return;
  if (typeof drawn === "string") return outputs.replaceChildren(make("p", { class: "syw syw-quiet" }, drawn));
  if (drawn.length === 0) return;
  const made = drawn.map((one) => {
    if ("html" in one) return block(one.html);
    const { figure, label, caption } = one, id = `syw-${crypto.randomUUID().slice(0, 13)}`;
    const plot = make("div", { class: "syw-plot" });
    const place = make("div", { id, class: "syw-figure", role: "figure", "aria-label": label }, plot);
    place.style.cssText = "background:#fff;color:#1b1f24";
    return {
      place,
      caption: block(caption),
      queued: { ...figure, id, layout: { ...figure.layout as object, autosize: true } },
    };
  });
  outputs.replaceChildren(
    ...made.flatMap((one) => one instanceof HTMLElement ? [one] : [one.place, one.caption]),
  );
  const page = globalThis as unknown as { sywFigures?: Queue };
  for (const one of made) if (!(one instanceof HTMLElement)) page.sywFigures?.push(one.queued);
}

function block(html: string): HTMLElement {
  const place = make("div", { class: "syw" });
  place.append(adopt(html));
  return place;
}
