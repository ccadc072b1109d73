/**
 * Code for the handout's page: it travels as text inside it, so the exported function uses nothing from outside its
 * own body.
 */

/** The button for all code, lines that fit on paper, and wide things that the keyboard can scroll. */
export function readHandout(): void {
  const codes = [...document.querySelectorAll<HTMLDetailsElement>("details.code")];
  const button = document.querySelector<HTMLButtonElement>("button.all-code");
  const closed = () => codes.filter((code) => !code.open);
  const words = [button?.textContent, button?.dataset.hide];
  const label = () => {
    if (button) button.textContent = words[closed().length > 0 ? 0 : 1] ?? "";
  };
  button?.addEventListener("click", () => {
    const open = closed().length > 0;
    for (const code of codes) code.open = open;
  });
  for (const code of codes) code.addEventListener("toggle", label);
  label();

  // paper can't be scrolled: a line that is too wide for it is set smaller
  const lines = () => document.querySelectorAll<HTMLElement>(".syw-line > *, .syw-row > *");
  addEventListener("beforeprint", () => {
    for (const line of lines()) {
      if (line.scrollWidth > line.clientWidth + 1 && line.clientWidth > 0) {
        line.style.fontSize = `${Math.max(0.5, 0.96 * line.clientWidth / line.scrollWidth).toFixed(3)}em`;
      }
    }
  });
  addEventListener("afterprint", () => {
    for (const line of lines()) line.style.fontSize = "";
  });

  const reach = () => {
    for (
      const wide of document.querySelectorAll<HTMLElement>("pre, .display, .wide, .syw-line > :last-child")
    ) {
      if (wide.scrollWidth > wide.clientWidth + 1) wide.tabIndex = 0;
      else wide.removeAttribute("tabindex");
    }
  };
  addEventListener("load", reach);
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true);
}
