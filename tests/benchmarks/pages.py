"""What the overview costs: `python tests/benchmarks/pages.py`.

The page of a province with 16 cities and 60 items, each with a plan and links, beside the JSON of the same matrix: both
from one application in this process, without a network that would hide the difference, in turns in one run. Then, in
Chromium where there is one, the frames while the page of 120 cities and 60 items is scrolled.
"""

import argparse
import asyncio
import gc
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pytest
from fastapi import FastAPI
from playwright.sync_api import sync_playwright

from app.main import create_app
from app.trial import Trial
from tests.benchmarks.guards import reviewed, timed
from tests.browsers import chromium, serving
from tests.factories import PROVINCE, Sqlite, settings_for
from tests.large_cascade import large, put_in

MOST = 2.0  # times the JSON (issue: "the overview of a province with 16 cities")
PAGE, JSON = f"/cascades/{PROVINCE}", f"/api/v1/plans/{PROVINCE}/coverage"
# Two frames of a screen at 60 Hz; what takes longer is seen as a stutter.
STUTTER = 1000 / 60 * 2

_SCROLL = """async () => {
  const box = document.getElementById('matrix'), frames = [];
  let last = await new Promise(requestAnimationFrame);
  for (let n = 0; n < 180; n++) {
    box.scrollBy(n % 90 < 45 ? 60 : -60, n % 60 < 30 ? 20 : -20);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames;
}"""


@contextmanager
def shown(folder: Path, cities: int, items: int) -> Iterator[FastAPI]:
    """An application for trial whose province has a cascade of this size."""
    own = folder / f"{cities}x{items}"
    own.mkdir()
    app = create_app(settings_for(reviewed(Sqlite(own))), Trial("cli:benchmark"))
    try:
        for address in (PAGE, JSON):
            asyncio.run(timed(app, address, None))
        put_in(app, large(cities, items))
        yield app
    finally:
        app.state.worker.close()
        app.state.database.close()


async def measure(app: FastAPI, repeats: int) -> dict[str, float]:
    """Median seconds of the page and of its JSON, warm, in turns."""
    taken: dict[str, list[float]] = {PAGE: [], JSON: []}
    for number in range(repeats + 5):
        for address in (PAGE, JSON) if number % 2 else (JSON, PAGE):
            seconds = await timed(app, address, None)
            if number >= 5:
                taken[address].append(seconds)
    return {address: statistics.median(found) for address, found in taken.items()}


def frames(app: FastAPI) -> list[float]:
    """Milliseconds between the frames while the overview is scrolled both ways; empty without a browser."""
    with sync_playwright() as driver, serving(app) as address:
        try:
            with chromium(driver) as browser:
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                page.goto(f"{address}{PAGE}")
                found: list[float] = page.evaluate(_SCROLL)
                return found
        except pytest.skip.Exception:
            return []


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all figures; the exit status is 1 where the page takes more than twice as long as its JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    repeats = parser.parse_args(arguments).repeats
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as folder:
        with shown(Path(folder), 16, 60) as app:
            gc.collect()
            found = asyncio.run(measure(app, repeats))
        with shown(Path(folder), 120, 60) as app:
            scrolled = frames(app)
    ratio = found[PAGE] / found[JSON]
    sys.stdout.write(
        f"16 cities, 60 items: page {1000 * found[PAGE]:.1f} ms, JSON {1000 * found[JSON]:.1f} ms, {ratio:.2f}\n"
    )
    if scrolled:
        late = sum(one > STUTTER for one in scrolled) / len(scrolled)
        sys.stdout.write(
            f"120 cities, 60 items, scrolled: median frame {statistics.median(scrolled):.1f} ms, "
            f"longest {max(scrolled):.1f} ms, {late:.1%} over {STUTTER:.0f} ms\n"
        )
    return int(ratio > MOST)


if __name__ == "__main__":
    sys.exit(main())
