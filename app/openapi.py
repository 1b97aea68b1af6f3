"""The API's description, and its two pages (/docs, /redoc), which ask no other host for anything."""

import base64
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse, Response

from app.cookies import SESSION
from app.errors import BadCredentials, BodyTooLarge, Forbidden, Problem, TooManyAttempts, Unauthenticated, responses
from app.permissions import PREFIX, roles_for

DESCRIPTION = """\
落实：读取各级政府的年度工作要点，比对市级要点对省级任务的承接情况，逐项报告缺口，每一条结论都附原文依据。

Luoshi reads governments' yearly work plans, links cities' items to provincial tasks, and reports the gaps, each with
the verbatim text it rests on.

- 要点编号形如 `370000-edu-2020`（行政区划代码-领域-年份）；第 8 条即“省级第 8 项任务”。
  A plan's key is `{adcode}-{domain}-{year}`; item 8 of a provincial plan is "provincial task 8".
- 列表均为 `{"items": [...], "next_cursor": ...}`。Every list has this form; pass
  `next_cursor` as `cursor` for the next page.
- 出错时返回 `application/problem+json`，默认中文；带 `Accept-Language: en` 时为英文。
  Errors are problem+json, in Chinese, or in English with `Accept-Language: en`.
- 访问密钥写在 `Authorization: Bearer` 之后；各角色可做什么见 docs/access.md。
  An access key, or an identity provider's token, goes after `Authorization: Bearer`.
- 凡可 GET 的地址均可 HEAD。HEAD is answered wherever GET is.
"""

TAGS = [
    {"name": "plans", "description": "工作要点：导入、查看。Work plans: import and read."},
    {
        "name": "previews",
        "description": "预览：入库之前先看、先改。Previews: look at a document, and correct it, before it is stored.",
    },
    {"name": "items", "description": "要点的条目与任务。Items of a plan and the tasks in them."},
    {
        "name": "implementation",
        "description": "谁落实了哪一条，这一条承接了哪一条。Who carries out an item, and what it carries out.",
    },
    {
        "name": "coverage",
        "description": "覆盖情况：全省矩阵与单市对照。Coverage: the matrix, and one city against the province.",
    },
    {
        "name": "gaps",
        "description": "缺口：无要点、未承接、部分承接等。Gaps: what nobody, or nobody well enough, carries out.",
    },
    {"name": "links", "description": "承接关系及其依据。Links between tasks or items, with their evidence."},
    {"name": "link-runs", "description": "比对任务：由机器提出承接关系。Runs in which the machine proposes links."},
    {"name": "editions", "description": "版本：各次公布的文本及其变化。Published texts and what changed between them."},
    {
        "name": "calibrations",
        "description": "校准：由复核结论校准比对参数，只采用确有改进的。What decisions teach the judge, where it is better.",
    },
    {
        "name": "checks",
        "description": "草稿核对：印发之前看会有哪些缺口，不存任何内容。The gaps a draft would have; nothing is stored.",
    },
    {"name": "cascade", "description": "级联图。The cascade as a graph."},
    {
        "name": "thesauri",
        "description": "词表：一个领域中意思相同的词。Thesauri: terms that mean the same in a domain.",
    },
    {"name": "jurisdictions", "description": "行政区划（GB/T 2260）。The tree of jurisdictions."},
    {"name": "search", "description": "检索，繁简通查。Search, in simplified or traditional characters."},
    {
        "name": "audit",
        "description": "审计：谁在何时对什么做了什么，前后相连，不可悄悄改动。The audit: who did what, chained and signed.",
    },
    {"name": "access", "description": "访问密钥与当前身份。Access keys, and who is calling."},
    {"name": "health", "description": "运行状态。Whether the service runs."},
]

_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "访问密钥，或统一身份认证的令牌。An access key, or an identity provider's token (JWT).",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION.name,
        "description": "登录（/sign-in）后的会话。A browser's session, after /sign-in; `__Host-` before its name over HTTPS.",
    },
}
_REFUSALS = (Unauthenticated, BadCredentials, Forbidden, TooManyAttempts)
_REFUSED = {str(kind.status) for kind in _REFUSALS}

_ASSETS = "/docs/assets"
_FILES = files("fastapi_offline") / "static"

# The footer of ReDoc shows a logo from its maker's host, and no option takes it away: an empty picture takes its place.
_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_PICTURE = b"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

# No source but this host. Swagger UI and ReDoc set styles on elements, draw icons from data: addresses, and ReDoc
# searches in a worker made from a blob. Whatever else the two scripts may come to load the browser refuses.
_POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def operation_id(route: APIRoute) -> str:
    """A route function's name, which client generators turn into a method's name."""
    return route.name


def install_openapi(app: FastAPI) -> None:
    """Let the application describe itself, at /openapi.json and on the two pages."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way
    app.include_router(_pages())
    app.mount(_ASSETS, StaticFiles(directory=str(_FILES)), name="docs-assets")


def _describe(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="工作要点逐级落实对照服务",
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
        servers=[{"url": app.state.settings.root_path or "/", "description": "本服务 / this service"}],
        contact={"name": "Luoshi"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    # The error bodies are referred to by app.errors.responses, which is no model that FastAPI could find.
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    common = {str(status): answer for status, answer in responses().items()}
    too_large = {str(status): answer for status, answer in responses(BodyTooLarge).items()}
    examples = json.loads((Path(__file__).parent / "examples.json").read_text(encoding="utf-8"))
    refused = {str(status): answer for status, answer in responses(*_REFUSALS).items() if str(status) in _REFUSED}
    document["components"]["securitySchemes"] = _SCHEMES
    for address, path in document.get("paths", {}).items():
        for operation in path.values():
            if address.startswith(PREFIX):
                operation["security"] = [{name: []} for name in _SCHEMES]
                operation["responses"] |= refused
                roles = ", ".join(roles_for(operation["operationId"]))
                operation["description"] = f"{operation.get('description', '')}\n\n角色 / Roles: {roles}".strip()
            answers = operation["responses"]
            # FastAPI describes 422 by a body of its own, which app.errors never sends.
            if "HTTPValidationError" in str(answers.get("422")):
                answers["422"] = common["422"]
            _show(answers, examples.get(operation["operationId"]))
            if "requestBody" in operation:
                answers.setdefault("413", too_large["413"])
            operation["responses"] = dict(sorted(answers.items()))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _show(answers: dict[str, Any], example: object) -> None:
    """Put an example at the successful JSON answers."""
    for status, answer in answers.items():
        content = answer.get("content", {}).get("application/json")
        if status.startswith("2") and content is not None and example is not None:
            content["example"] = example


def _pages() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def swagger(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return _guarded(
            get_swagger_ui_html(
                openapi_url=f"{root}/openapi.json",
                title=f"{request.app.title} – API",
                swagger_js_url=f"{root}{_ASSETS}/swagger-ui-bundle.js",
                swagger_css_url=f"{root}{_ASSETS}/swagger-ui.css",
                swagger_favicon_url=f"{root}{_ASSETS}/favicon.png",
                oauth2_redirect_url=f"{root}/docs/oauth2-redirect",
                # Otherwise a badge sends this service's address to a validator on the internet.
                swagger_ui_parameters={"validatorUrl": None},
            )
        )

    @router.get("/docs/oauth2-redirect")
    def swagger_sign_in() -> HTMLResponse:
        return _guarded(get_swagger_ui_oauth2_redirect_html())

    @router.get("/redoc")
    def redoc(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return _guarded(
            get_redoc_html(
                openapi_url=f"{root}/openapi.json",
                title=f"{request.app.title} – API",
                redoc_js_url=f"{root}{_ASSETS}/redoc.standalone.js",
                redoc_favicon_url=f"{root}{_ASSETS}/favicon.png",
                with_google_fonts=False,
            )
        )

    redoc_script = (_FILES / "redoc.standalone.js").read_bytes().replace(_LOGO, _NO_PICTURE)

    @router.get(f"{_ASSETS}/redoc.standalone.js")
    def redoc_without_logo() -> Response:
        return Response(redoc_script, media_type="text/javascript")

    return router


def _guarded(page: HTMLResponse) -> HTMLResponse:
    """The page, with a policy that lets its own inline scripts run and no others."""
    scripts = re.findall(rb"<script>(.*?)</script>", bytes(page.body), re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    page.headers["Content-Security-Policy"] = _POLICY.format(scripts=" ".join(f"'sha256-{h}'" for h in hashes))
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["X-Content-Type-Options"] = "nosniff"
    return page
