"""docs/first-visit.md, walked by what is visible: signing in, one link confirmed, the notice on one's own disk."""

import re
import time
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, expect

from tests.browsers import Watch

# What somebody has who reads nothing but the page. A browser reads nothing and needs seconds.
MOST_SECONDS = 300
# Signing in is the first; nobody who is new finds more.
MOST_STEPS = 5


@pytest.mark.browser
def test_from_the_printed_address_to_a_notice(
    browser: Browser, address: str, shown_app: FastAPI, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    watch = Watch(page)
    start, steps = time.monotonic(), 1

    def choose(what: Locator) -> None:
        nonlocal steps
        steps += 1
        expect(what).to_be_in_viewport()
        what.click()

    page.goto(f"{address}/sign-in?key={shown_app.state.trial.code()}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("承接总览")
    choose(page.get_by_role("link", name="复核"))
    decided = page.get_by_text(re.compile(r"已决定 \d+／\d+"))
    before = int(re.findall(r"\d+", decided.inner_text())[0])
    for mark in page.locator("#case mark").all():
        expect(mark).to_be_in_viewport()
    choose(page.get_by_role("button", name=re.compile("^确认 ?Y$")))
    expect(page.get_by_role("status").first).to_contain_text("已确认")
    expect(decided).to_contain_text(f"已决定 {before + 1}／")
    choose(page.get_by_role("link", name="总览"))
    with page.expect_download() as saved:
        choose(page.get_by_role("group", name="下载：缺口通报").get_by_role("link", name="DOCX"))
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    assert file.suffix == ".docx"
    assert "山东省" in zipfile.ZipFile(file).read("word/document.xml").decode()
    assert steps <= MOST_STEPS
    assert time.monotonic() - start < MOST_SECONDS
    assert not watch.wrong
    assert not watch.elsewhere(address)
    context.close()
