"""Pages as a browser shows them: pictures, and whether anything is wider than its window.

A page is in a frame of each width, because a browser's own window cannot be as narrow as a
phone. All widths come out in one picture, side by side.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

WIDTHS = (320, 640, 900)
ARTEFACTS = Path(__file__).parents[2] / "artefacts"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=4000",
)
_TALLEST = 8_000
_SCRIPT = """
<script>
onload = () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const root = frame.contentDocument.documentElement;
    frame.style.height = root.scrollHeight + "px";
    const images = [...frame.contentDocument.images];
    return {width: root.clientWidth, needed: root.scrollWidth, height: root.scrollHeight,
            missing: images.filter(image => !image.naturalWidth).length};
  });
  document.getElementById("found").textContent = JSON.stringify(found);
};
</script>
"""


def browser_path() -> str | None:
    """Where the browser is; None where none is installed."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def browser() -> str:
    """The browser's path; the test skips where none is installed."""
    found = browser_path()
    if found is None:
        pytest.skip(f"no browser is installed ({', '.join(_NAMES)})")
    return found


def look_at(page: str, name: str, *, dark: bool, widths: Sequence[int] = WIDTHS) -> list[dict]:
    """Draw a page as `artefacts/<name>.png`; what was found of it at each width."""
    command = [browser(), *_FLAGS, f"--blink-settings=preferredColorScheme={0 if dark else 1}"]
    frames = "".join(
        f'<iframe srcdoc="{html.escape(page)}" '
        f'style="width: {width}px; height: 10px; border: 0; margin: 8px; vertical-align: top">'
        "</iframe>"
        for width in widths
    )
    ARTEFACTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        shown = (
            f'<body style="margin: 0; white-space: nowrap">{frames}<pre id="found" hidden></pre>'
        )
        file.write_text(f'<!doctype html><meta charset="utf-8">{shown}{_SCRIPT}', encoding="utf-8")
        picture = ARTEFACTS / f"{name}.png"
        size = f"--window-size={sum(widths) + 20 * len(widths)},{_TALLEST}"
        command += [f"--user-data-dir={folder}/profile", size, "--dump-dom"]
        dumped = _run([*command, f"--screenshot={picture}", file.as_uri()])
    match = re.search(r'<pre id="found" hidden="">(.*?)</pre>', dumped, re.S)
    assert match, "the browser measured nothing"
    found = json.loads(html.unescape(match[1]))
    with Image.open(picture) as drawn:
        whole = max(one["height"] for one in found) + 20
        drawn.crop((0, 0, drawn.width, min(whole, _TALLEST))).save(picture)
    return found


def visit(address: str, *, milliseconds: int = 20_000) -> str:
    """The document at `address` as HTML, after its scripts have run and their requests ended."""
    flags = [flag for flag in _FLAGS if not flag.startswith("--virtual-time-budget")]
    with tempfile.TemporaryDirectory() as profile:
        budget = f"--virtual-time-budget={milliseconds}"
        return _run(
            [browser(), *flags, budget, f"--user-data-dir={profile}", "--dump-dom", address]
        )


def _run(command: Sequence[str]) -> str:
    return subprocess.run(
        command, capture_output=True, check=True, timeout=120, encoding="utf-8"
    ).stdout
