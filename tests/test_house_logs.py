"""Logs are one JSON object a line on stderr, whoever writes them."""

import json
import logging
from typing import Any

import pytest
import structlog

from app import logs
from app.settings import Settings


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_own_and_library_events_look_alike(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings())
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("app.x").info("plan_imported", plan="370000-edu-2020", 名称="山东")
        logging.getLogger("uvicorn.error").warning("Started on %s", "127.0.0.1", extra={"port": 8000})
    own, library = lines(capsys)
    for line in (own, library):
        assert line["request_id"] == "abc"
        assert line["timestamp"].endswith("Z")
    assert own["event"] == "plan_imported"
    assert own["plan"] == "370000-edu-2020"
    assert own["名称"] == "山东"
    assert own["level"] == "info"
    assert library["event"] == "Started on 127.0.0.1"
    assert library["port"] == 8000
    assert library["logger"] == "uvicorn.error"


def test_the_last_configuration_counts_and_writes_each_event_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(log_level="DEBUG"))
    logs.configure(Settings(log_level="WARNING"))
    structlog.get_logger().info("quiet")
    structlog.get_logger().error("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]


def test_chinese_stays_readable(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings())
    structlog.get_logger().info("读取")
    assert "读取" in capsys.readouterr().err


def test_uvicorns_own_access_lines_are_off(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings())
    logging.getLogger("uvicorn.access").info("GET /")
    assert lines(capsys) == []


def test_the_console_form_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(log_format="console"))
    structlog.get_logger().info("ready", port=8000)
    text = capsys.readouterr().err
    assert "ready" in text
    assert "port=8000" in text
    assert not text.startswith("{")
