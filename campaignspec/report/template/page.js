for (const drawing of document.querySelectorAll("svg.journey")) {
  const boxes = [...drawing.querySelectorAll(".box")];
  const ways = [...drawing.querySelectorAll(".way")];
  const walk = (start, from, to) => {
    const seen = new Set([start]);
    for (const node of seen)
      for (const way of ways) if (way.dataset[from] === node) seen.add(way.dataset[to]);
    return seen;
  };
  const show = (node) => {
    const below = walk(node, "from", "to");
    const above = walk(node, "to", "from");
    const on = (set, way) => set.has(way.dataset.from) && set.has(way.dataset.to);
    for (const box of boxes)
      box.classList.toggle("dim", !below.has(box.dataset.node) && !above.has(box.dataset.node));
    for (const way of ways) way.classList.toggle("dim", !on(below, way) && !on(above, way));
  };
  const view = drawing.parentElement;
  const entry = drawing.querySelector(".k-entry rect");
  view.scrollLeft = entry.x.baseVal.value + entry.width.baseVal.value / 2 - view.clientWidth / 2;
  for (const box of boxes) {
    box.addEventListener("pointerenter", () => show(box.dataset.node));
    box.addEventListener("pointerleave", () => {
      for (const part of [...boxes, ...ways]) part.classList.remove("dim");
    });
  }
}
