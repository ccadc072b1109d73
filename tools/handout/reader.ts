/**
 * Code for the handout's page: it travels as text inside it, so the exported function uses nothing from outside its
 * own body.
 */

/** The button for all code, paper with what is folded open, and wide things that the keyboard can scroll. */
export function readHandout(): void {
  const codes = [...document.querySelectorAll<HTMLDetailsElement>("details.code")];
  const button = document.querySelector<HTMLButtonElement>("button.all-code");
  const closed = () => codes.filter((code) => !code.open);
  const label = () => {
    if (button) button.textContent = closed().length > 0 ? "Show all code" : "Hide all code";
  };
  button?.addEventListener("click", () => {
    const open = closed().length > 0;
    for (const code of codes) code.open = open;
  });
  for (const code of codes) code.addEventListener("toggle", label);
  label();

  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>(".syw-block details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
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
