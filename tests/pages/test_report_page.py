"""The report, opened in a browser that has no network."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sample_facts import report

from campaignspec.report import headlines, render_report

DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"

PROBE = """
<script>
const channels = (text) => text.match(/[\\d.]+/g).map(Number);
const over = (top, bottom) => {
  const alpha = top.length > 3 ? top[3] : 1;
  return [0, 1, 2].map((i) => top[i] * alpha + bottom[i] * (1 - alpha));
};
const luminance = (colour) => {
  const [r, g, b] = colour.map((c) => {
    c /= 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (element) => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const box = e.matches("g.box") ? e.querySelector("rect") : null;
    const style = getComputedStyle(box || e);
    layers.push(channels(box ? style.fill : style.backgroundColor));
  }
  return layers.reverse().reduce((below, above) => over(above, below), [255, 255, 255]);
};
const faint = [];
let texts = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const skipped = element.closest("script, style, title, desc") || !walker.currentNode.data.trim();
  if (skipped || !element.getClientRects().length) continue;
  const style = getComputedStyle(element);
  const ink = channels(element instanceof SVGElement ? style.fill : style.color);
  const below = ground(element);
  const [dark, light] = [luminance(over(ink, below)), luminance(below)].sort((a, b) => a - b);
  const ratio = (light + 0.05) / (dark + 0.05);
  texts += 1;
  if (ratio < 4.5) faint.push([walker.currentNode.data.trim(), ratio.toFixed(2)]);
}
window.probe = {
  width: document.documentElement.scrollWidth,
  background: getComputedStyle(document.body).backgroundColor,
  texts,
  faint,
};
</script>
"""

FRAME = """<!doctype html><meta charset="utf-8"><title>frame</title>
<iframe srcdoc="{page}" style="border:0;width:{width}px;height:900px"></iframe><pre id="out"></pre>
<script>
addEventListener("load", () => {{
  const frame = document.querySelector("iframe");
  document.querySelector("#out").textContent = JSON.stringify(frame.contentWindow.probe);
  frame.remove();
}});
</script>
"""


def _browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail(
            "the page tests need Chromium on the PATH as `chromium` or `chromium-browser`; "
            "on Debian and Ubuntu: apt-get install chromium"
        )
    return found


def _open(page: Path, *options: str) -> tuple[str, list[str]]:
    """Open a page; return its DOM after scripts ran, and what the console said."""
    command = [
        _browser(),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={page.parent / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--enable-logging=stderr",
        "--v=0",
        *options,
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console


@cache
def _page(*, simulated: bool) -> str:
    return render_report(report(simulated=simulated), "html")


def _probe(folder: Path, page: str, *options: str, width: int) -> dict[str, Any]:
    """Measure a copy of a page in a frame of a width; browsers have a least window width."""
    copy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    copy = copy.replace("</body>", f"{PROBE}</body>")
    file = folder / "frame.html"
    file.write_text(FRAME.format(page=html.escape(copy), width=width), encoding="utf-8")
    dom, _ = _open(file, *options)
    found = re.search(r'<pre id="out">(.*?)</pre>', dom, flags=re.DOTALL)
    assert found, dom[:500]
    measured: dict[str, Any] = json.loads(html.unescape(found[1]))
    return measured


@pytest.mark.parametrize("simulated", [True, False])
def test_the_page_opens_without_a_word_from_the_console(tmp_path, simulated):
    file = tmp_path / "report.html"
    file.write_text(_page(simulated=simulated), encoding="utf-8")

    dom, console = _open(file)

    assert console == []
    for line in headlines(report(simulated=simulated).sections[0]):
        assert f"<strong>{line.value}</strong>" in dom


def test_the_browser_would_have_told_of_a_broken_page(tmp_path):
    file = tmp_path / "report.html"
    broken = _page(simulated=True).replace("</body>", "<script>fail()</script></body>")
    file.write_text(broken, encoding="utf-8")

    _, console = _open(file)

    assert any("Content Security Policy" in line for line in console)


def test_nothing_in_the_page_leads_to_the_network(tmp_path):
    file = tmp_path / "report.html"
    file.write_text(_page(simulated=True), encoding="utf-8")

    dom, _ = _open(file)

    assert re.findall(r'\s(?:src|href|action|srcset)="[^"#]', dom) == []
    assert set(re.findall(r'https?://[^"\s<]+', dom)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("width", [320, 375, 641, 900, 1100, 1280])
def test_the_page_never_scrolls_sideways(tmp_path, width):
    assert _probe(tmp_path, _page(simulated=True), width=width)["width"] <= width


def test_dark_mode_is_dark(tmp_path):
    light = _probe(tmp_path, _page(simulated=True), LIGHT, width=1000)
    dark = _probe(tmp_path, _page(simulated=True), DARK, width=1000)

    assert light["background"] == "rgb(244, 245, 248)"
    assert dark["background"] == "rgb(15, 19, 25)"


@pytest.mark.parametrize("simulated", [True, False])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(tmp_path, theme, simulated):
    found = _probe(tmp_path, _page(simulated=simulated), theme, width=1000)

    assert found["texts"] > 200
    assert found["faint"] == []


def test_a_drawing_that_stands_alone_opens_too(tmp_path):
    from sample_journey import in_chinese_and_russian

    from campaignspec.graph.render import render

    file = tmp_path / "journey.svg"
    file.write_text(render(in_chinese_and_russian(), "svg"), encoding="utf-8")

    dom, console = _open(file)

    assert console == []
    assert "老客户" in dom
