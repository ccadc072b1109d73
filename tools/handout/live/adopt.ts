/**
 * HTML that the desk has made, as elements: built anew from an allow-list, so that whatever stands in it can be shown
 * and nothing can run, load or look like another part of the page.
 */

const plain = new Set(
  ("div span b i em strong code pre p br ul ol li details summary table caption thead tbody tr th td").split(
    " ",
  ),
);
const spaces: Readonly<Record<string, string>> = {
  html: "http://www.w3.org/1999/xhtml",
  math: "http://www.w3.org/1998/Math/MathML",
  svg: "http://www.w3.org/2000/svg",
};
const formulas = new Set(
  ("math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup munder " +
    "mover munderover mmultiscripts mprescripts none mtable mtr mtd merror semantics").split(" "),
);
const drawings = new Set(("svg g path line rect circle ellipse polygon polyline text tspan").split(" "));
const attributes =
  /^(class|role|scope|tabindex|colspan|rowspan|style|dir|open|aria-[a-z]+|display(style)?|mathvariant|stretchy|fence|separator|form|[lr]space|(min|max)size|linethickness|scriptlevel|columnalign|rowspacing|columnspacing|accent(under)?|movablelimits|largeop|symmetric|width|height|depth|voffset|notation|viewBox|d|[xyr][12xy]?|c[xy]|points|fill|stroke(-[a-z]+)?|opacity|text-anchor|font-(style|size|weight)|transform|dominant-baseline)$/;
/** Of a style, what sets letters: nothing that moves a part over another one or fetches something. */
const style = /^[\w\s:;.,%#()+-]*$/;
const styleTaken = /url|image|position|expression|var\(|behavior|content\s*:/i;

export function adopt(html: string): DocumentFragment {
  const read = new DOMParser().parseFromString(html, "text/html"), made = document.createDocumentFragment();
  for (const node of read.body.childNodes) made.append(...copy(node));
  return made;
}

function copy(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.nodeValue ?? "")];
  if (!(node instanceof Element) && node.nodeType !== Node.ELEMENT_NODE) return [];
  const element = node as Element, { localName, namespaceURI } = element;
  const allowed = namespaceURI === spaces.html
    ? plain
    : namespaceURI === spaces.math
    ? formulas
    : namespaceURI === spaces.svg
    ? drawings
    : undefined;
  if (!allowed?.has(localName)) return [];
  const made = document.createElementNS(namespaceURI, localName);
  for (const { name, value } of element.attributes) {
    if (!attributes.test(name)) continue;
    if (name === "style" && (!style.test(value) || styleTaken.test(value))) continue;
    made.setAttribute(name, value);
  }
  for (const child of element.childNodes) made.append(...copy(child));
  return [made];
}
