"""The answers shown in the API's description are real ones, and fit what they are shown for."""

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from app.routers import OPEN_ROUTERS, ROUTERS


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {o["operationId"]: o for path in document["paths"].values() for o in path.values()}


def test_every_json_answer_has_an_example_that_fits(app: FastAPI) -> None:
    described = operations(app.openapi())
    models = {
        route.name: route.response_model  # type: ignore[attr-defined]
        for router in (*ROUTERS, *OPEN_ROUTERS)
        for route in router.routes
    }
    seen = 0
    for name, operation in described.items():
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        content = success.get("content", {}).get("application/json")
        if content is None:
            continue
        example = content["example"]
        shown = TypeAdapter(models[name]).validate_python(example)
        assert shown is not None
        seen += 1
    assert seen >= 25


def test_errors_are_shown_as_they_come(app: FastAPI) -> None:
    for operation in operations(app.openapi()).values():
        for status, answer in operation["responses"].items():
            for media in answer.get("content", {}).values():
                for example in media.get("examples", {}).values() if status >= "400" else ():
                    assert "{" not in example["value"]["detail"].replace("{plan}/", "")
                    assert example["value"]["status"] == int(status)
