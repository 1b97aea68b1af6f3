"""Takes the pictures of the pages that docs/pages.md shows: python tests/console/pictures.py [name ...]."""

import io
import sys
import tempfile
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from app.main import create_app  # noqa: E402 - found by the line above
from app.services import seeds  # noqa: E402
from app.trial import Trial  # noqa: E402
from tests.browsers import chromium, serving  # noqa: E402
from tests.factories import PROVINCE, Sqlite, close_after, migrated, settings_for  # noqa: E402

# The smallest screen of an office, and a common large one.
SIZES = [(1366, 768), (1920, 1080)]
# Name and path of each page; `-en` at the end of a name: in English.
PAGES = {
    "overview": f"/cascades/{PROVINCE}",
    "overview-en": f"/cascades/{PROVINCE}",
    "item": f"/cascades/{PROVINCE}/items/8",
    "city": f"/cascades/{PROVINCE}/cities/371300",
    "city-gaps": f"/cascades/{PROVINCE}/cities/371300?tasks=gaps#i8",
    "city-en": f"/cascades/{PROVINCE}/cities/371300",
    "city-without-plan": f"/cascades/{PROVINCE}/cities/370100",
    "review": f"/cascades/{PROVINCE}/review",
    "review-en": f"/cascades/{PROVINCE}/review?item=8",
    "review-rejected": f"/cascades/{PROVINCE}/review?status=rejected&kind=task",
    "sign-in": "/sign-in",
    "error": "/nowhere",
}
# Flat colours and grey letters: more would be invisible.
COLOURS = 128


def take(browser: Browser, address: str, code: str, name: str, path: str) -> None:
    """Store a page's pictures in docs/pages, small."""
    context = browser.new_context(locale="zh-CN", base_url=address)
    context.request.get(f"/sign-in?key={code}")
    context.request.get(f"/language/{'en' if name.endswith('-en') else 'zh'}")
    for width, height in SIZES:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        target = ROOT / "docs" / "pages" / f"{name}-{width}.png"
        picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
        page.close()
    context.close()


def main(wanted: list[str]) -> None:
    """Take the pictures of these pages, or of all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver, chromium(driver) as browser:
        backend = Sqlite(Path(folder))
        url = migrated(backend)
        close_after(url, partial(seeds.load, reviewed=True))
        app = create_app(settings_for(url), Trial("cli:liwei"))
        with serving(app) as address:
            for name in wanted or PAGES:
                take(browser, address, app.state.trial.code(), name, PAGES[name])
        app.state.worker.close()
        app.state.database.close()


if __name__ == "__main__":
    main(sys.argv[1:])
