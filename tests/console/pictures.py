"""Takes the pictures of the pages that docs/pages.md shows: python tests/console/pictures.py [name ...]."""

import io
import sys
import tempfile
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from app.main import create_app  # noqa: E402 - found by the line above
from app.permissions import Role  # noqa: E402
from app.resources import bundled  # noqa: E402
from app.services import seeds  # noqa: E402
from app.trial import Trial  # noqa: E402
from tests.browsers import chromium, serving  # noqa: E402
from tests.factories import ADMIN, CITY, KEYS, PROVINCE, SECURITY, Sqlite, close_after, migrated, settings_for  # noqa: E402

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
    "plans": "/plans",
    "reader": f"/plans/{PROVINCE}",
    "reader-city": f"/plans/{CITY}#i5",
    "reader-en": f"/plans/{PROVINCE}",
    "import": "/import",
    "preview": "/import",
    "linking": f"/plans/{CITY}/linking",
    "check": "/check",
    "gaps": f"/cascades/{PROVINCE}/gaps",
    "gaps-city": f"/cascades/{PROVINCE}/gaps?adcode=371300&severity=medium",
    "gaps-en": f"/cascades/{PROVINCE}/gaps",
    "search": "/search?q=大班额",
    "thesaurus": "/thesauri/edu?q=学前",
    "audit": "/audit",
    "editions": f"/plans/{PROVINCE}/editions",
    "keys": "/keys",
    "sign-in": "/sign-in",
    "error": "/nowhere",
}
# A city's plan as it is typed, with what there is to settle in one.
DRAFT = """日照市教育局2020年工作要点

一、全面加强党对教育工作的领导
1.落实党建工作责任。推进“对标争先”建设计划，开展中小学校党建工作“一校一品”品牌创建。
2.维护意识形态安全。严格落实意识形态工作责任制，做好少数民族学生思想政治工作。
二、打好教育民生攻坚战
3.消除大班额。年底前全部消除56人及以上大班额，新建改扩建中小学校12所。（责任科室：发展规划科；完成时限：12月底）
4.办好学前教育。公办幼儿园在园幼儿占比达到48%，
完成城镇居住区配套幼儿园整治。
强化保障
5.加强教师队伍建设。招聘教师600名，推进“县管校聘”管理改革。
7.关注心理健康。开展中小学生心理健康普查。
12
"""


def drop(page: Page) -> None:
    """Send the draft and wait for what becomes of it."""
    page.set_input_files("input[type=file]", {"name": "日照市要点.txt", "mimeType": "", "buffer": DRAFT.encode()})
    page.wait_for_selector("#lines, #result:not([hidden])")


# What is done on a page before its picture is taken.
DONE = {"preview": drop, "check": drop}
# Pages with more than what ships, and those that somebody else sees than the administrator.
REVISED = ("audit", "editions", "keys")
SEEN_BY = {"audit": Role.AUDITOR, "keys": Role.SECURITY_ADMIN}
# Flat colours and grey letters: more would be invisible.
COLOURS = 128


def take(browser: Browser, address: str, code: str, name: str, path: str) -> None:
    """Store a page's pictures in docs/pages, small."""
    context = browser.new_context(locale="zh-CN", base_url=address)
    if role := SEEN_BY.get(name):
        context.request.post("/sign-in", form={"key": KEYS[role]}, headers={"Origin": address})
    else:
        context.request.get(f"/sign-in?key={code}")
    context.request.get(f"/language/{'en' if name.endswith('-en') else 'zh'}")
    for width, height in SIZES:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path)
        if name in DONE:
            DONE[name](page)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        target = ROOT / "docs" / "pages" / f"{name}-{width}.png"
        picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
        page.close()
    context.close()


def revise(app: FastAPI) -> None:
    """What only the pages of editions and keys show: a second edition of the province's plan, and some keys."""
    document = bundled("seeds") / "documents" / f"{PROVINCE}.txt"
    text = document.read_text(encoding="utf-8").replace("年底前全面消除中小学56人", "9月底前全面消除中小学50人")
    text = text.replace("完善动态监测机制，", "")
    form = {"adcode": "370000", "domain": "edu", "year": "2020"}
    with TestClient(app) as client:
        client.post("/api/v1/plans", files={"file": ("修订稿.txt", text.encode())}, data=form, headers=ADMIN)
        for role, adcode, note, days in (
            ("reviewer", "370000", "省教育厅督查处", 365),
            ("city_editor", "371300", "临沂市教育局", 20),
            ("viewer", None, "督查室报表系统", 180),
        ):
            wanted = {"role": role, "adcode": adcode, "note": note, "days": days}
            client.post("/api/v1/keys", json=wanted, headers=SECURITY)


def main(wanted: list[str]) -> None:
    """Take the pictures of these pages, or of all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver, chromium(driver) as browser:
        backend = Sqlite(Path(folder))
        url = migrated(backend)
        close_after(url, partial(seeds.load, reviewed=True))
        app, revised = create_app(settings_for(url), Trial("cli:liwei")), False
        with serving(app) as address:
            # Those with a second edition last: it changes what the others show.
            for name in sorted(wanted or PAGES, key=REVISED.__contains__):
                if name in REVISED and not revised:
                    revise(app)
                    revised = True
                take(browser, address, app.state.trial.code(), name, PAGES[name])
        app.state.worker.close()
        app.state.database.close()


if __name__ == "__main__":
    main(sys.argv[1:])
