"""Find texts of a page that do not fit, by JavaScript in the browser."""

from __future__ import annotations

from typing import Final

# Elements that make the page wider than the window.
LIST_OVERFLOW: Final = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => `${element.tagName}.${element.className}: `
      + element.textContent.trim().slice(0, 60));
}"""
# Labels that are cut, or wider than the box that they are drawn in.
LIST_CUT_TEXTS: Final = """() => {
  const hasText = (element) => [...element.childNodes].some(
    (node) => node.nodeType === 3 && node.data.trim());
  const labels = "button, label, summary, legend, th, dt, h1, h2, h3, .pill,"
    + " nav a, .segments a, .button, option";
  return [...document.querySelectorAll(labels)]
    .filter((element) => element.offsetParent && hasText(element)
      && !element.closest(".vh, th[scope=row]")
      && getComputedStyle(element).overflowX !== "visible"
      && element.scrollWidth > element.clientWidth + 1)
    .map((element) => `${element.tagName}.${element.className}: `
      + element.textContent.trim().slice(0, 60));
}"""
# Visible texts, without code and what is marked as another language.
LIST_TEXTS: Final = """() => {
  const walker = document.createTreeWalker(
    document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (parent.closest("code, pre, script, style, body [lang], noscript")) continue;
    if (node.data.trim()) texts.push(node.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (!element.closest("code, [lang]:not(html)"))
        texts.push(element.getAttribute(name));
  return texts.concat(document.title);
}"""
