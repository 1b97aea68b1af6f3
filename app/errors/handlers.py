"""The one place that turns an error into an answer, and describes errors in the OpenAPI document."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.errors.base import DomainError, Problem, ProblemError
from app.errors.kinds import (
    ConcurrentChange,
    HttpError,
    Internal,
    InvalidRequest,
    MethodNotAllowed,
    UnacceptableRequest,
    Unavailable,
    UnknownAddress,
)

MEDIA_TYPE = "application/problem+json"
# The cookie that remembers which language somebody chose on a page.
LANGUAGE = "luoshi-language"
# Makes an error's page, or None where the caller looks at no page; `app.state.error_page` holds it.
ErrorPage = Callable[[Request, DomainError], Response | None]
log = structlog.get_logger()

VALIDATION_ZH = {
    "missing": "缺少必填项",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字",
    "string_too_long": "长度不得超过 {max_length} 个字符",
    "string_too_short": "长度不得少于 {min_length} 个字符",
    "string_pattern_mismatch": "格式不符，应符合 {pattern}",
    "enum": "应为下列之一：{expected}",
    "literal_error": "应为下列之一：{expected}",
    "json_invalid": "不是有效的 JSON",
    "extra_forbidden": "没有这一项",
    "list_type": "应为列表",
    "duplicate_links": "同一承接关系只能出现一次",
    "new_with_confirmed": "只有更正（corrected）时才写 new",
    "says_nothing": "应有文字或数字",
    "too_long": "最多 {max_length} 项",
    "timezone_aware": "应写明时区，如 2026-11-23T08:00:00+08:00（地址中的 + 写作 %2B）",
    "datetime_from_date_parsing": "应为日期和时间，如 2026-11-23T08:00:00Z",
    "datetime_parsing": "应为日期和时间，如 2026-11-23T08:00:00Z",
    "model_attributes_type": "应为 JSON 对象",
}


def wants_english(request: Request) -> bool:
    """Whether the caller wants English: what was chosen on a page, else what is asked for first; Chinese otherwise."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in {"zh", "en"}:
        return chosen == "en"
    return request.headers.get("accept-language", "").strip().lower().startswith("en")


def problem_response(request: Request, error: DomainError) -> Response:
    """The answer for an error: a page for whoever looks at pages, problem+json for everybody else."""
    shown: ErrorPage | None = getattr(request.app.state, "error_page", None) if "app" in request.scope else None
    page = shown(request, error) if shown else None
    if page is not None:
        return page
    body = problem(request, error, english=wants_english(request))
    return JSONResponse(body.model_dump(), status_code=body.status, media_type=MEDIA_TYPE, headers=dict(error.headers))


def problem(request: Request, error: DomainError, *, english: bool) -> Problem:
    """An error as it is told."""
    status = error.http_status if isinstance(error, HttpError) else error.status
    return Problem(
        type=f"/problems/{error.slug}",
        title=error.title[english],
        status=status,
        detail=error.detail(english=english),
        instance=request.url.path,
        request_id=request_id(request),
        errors=[ProblemError(pointer=pointer, detail=en if english else zh) for pointer, zh, en in error.errors],
    )


def install_handlers(app: FastAPI) -> None:
    """Map every exception that can leave a route to a problem."""

    @app.exception_handler(DomainError)
    def _domain(request: Request, error: DomainError) -> Response:
        if error.conceals or error.status == HTTPStatus.FORBIDDEN:
            # Recorded by app.authentication, once the answer has left.
            request.state.refused = error.slug
        return problem_response(request, error)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        return problem_response(request, invalid(error.errors()))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        kind = {404: UnknownAddress, 405: MethodNotAllowed}.get(error.status_code, UnacceptableRequest)
        headers = error.headers or {}
        allowed = _allowed(request) if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else ""
        wrong = kind(error.status_code, method=request.method, path=request.url.path, allowed=allowed)
        response = problem_response(request, wrong)
        response.headers.update({**headers, "Allow": allowed} if allowed else headers)
        return response

    def _away(request: Request, error: Exception) -> Response:
        log.error("database_unavailable", error=str(error).splitlines()[0])
        return problem_response(request, Unavailable())

    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(kind, _away)

    @app.exception_handler(IntegrityError)
    def _raced(request: Request, error: IntegrityError) -> Response:
        # Services look before they store, so a constraint only speaks up when two requests met.
        log.warning("concurrent_change", error=str(error.orig))
        return problem_response(request, ConcurrentChange())

    app.add_exception_handler(Exception, internal_error)


def _allowed(request: Request) -> str:
    """The methods of an address, over all routes that share it; the framework names only the first route's."""
    found = [
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]
    # HEAD is answered wherever GET is (app.middleware).
    return ", ".join(found).replace("GET", "GET, HEAD")


def internal_error(request: Request, error: Exception) -> Response:
    """The answer for an exception that nobody expected; the log has its traceback."""
    log.error("internal_error", exc_info=error)
    return problem_response(request, Internal(request_id=request_id(request)))


def request_id(request: Request) -> str:
    """The id that app.middleware gave the request."""
    return getattr(request.state, "request_id", "-")


def invalid(errors: Sequence[Mapping[str, Any]]) -> InvalidRequest:
    """An InvalidRequest out of pydantic's list of what is wrong."""
    return InvalidRequest(count=len(errors), errors=[_validation_entry(entry) for entry in errors])


def _validation_entry(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    if entry["type"] == "json_invalid":
        # Its place is an offset into the text, which no JSON pointer can name.
        return "/body", VALIDATION_ZH["json_invalid"], entry["msg"]
    pointer = "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in entry["loc"])
    template = VALIDATION_ZH.get(entry["type"])
    context = {name: str(value).replace(" or ", " 或 ") for name, value in entry.get("ctx", {}).items()}
    zh = template.format(**context) if template else f"不符合要求（{entry['msg']}）"
    return pointer, zh, entry["msg"]


class _Shown(dict[str, object]):
    """Values for the examples in the API's description; what has none shows an ellipsis."""

    def __missing__(self, _: str) -> str:
        return "…"


_SHOWN = _Shown(
    plan="370000-edu-2031",
    number=99,
    upper="370000-edu-2020",
    lower="320000-edu-2020",
    adcode="3713",
    parent="370000",
    name="山东省",
    domain="edu",
    limit=10_000,
    most=100_000,
    count=1,
    missing_zh="是哪个行政区划的",
    fields="adcode",
    preview="0196a2b3c4d55e6f7081",
    sentences=20_000,
    tasks=158,
    en="…",
    zh="不支持 PDF 文件，请先另存为文本。",
    seconds=30,
    role="city_editor",
    prefix="5f0c2a91d4e7",
)


def responses(*kinds: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that can raise these errors, each as problem+json with an example."""
    every: tuple[type[DomainError], ...] = (*kinds, InvalidRequest, Unavailable)
    out: dict[int | str, dict[str, Any]] = {}
    for kind in every:
        entry = out.setdefault(
            kind.status,
            {
                "description": HTTPStatus(kind.status).phrase,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
            },
        )
        entry["content"][MEDIA_TYPE]["examples"][kind.slug] = {
            "summary": kind.title[1],
            "value": {
                "type": f"/problems/{kind.slug}",
                "title": kind.title[0],
                "status": kind.status,
                "detail": kind.zh.format_map(_SHOWN),
                "instance": "/api/v1/…",
                "request_id": "6f1c2d3e4a5b",
                "errors": [],
            },
        }
    return out
