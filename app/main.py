"""The web application, put together. Run it with `luoshi serve`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse

from app import logs, openapi
from app.db import Database
from app.errors import install_handlers
from app.middleware import BodyLimit, HeadFromGet, LoopbackGuard, PlainAddress, RequestContext
from app.routers import ROUTERS
from app.services.worker import Worker
from app.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over the store that the settings name. The store must have been migrated (`luoshi serve` does).

    The store is opened here, not in the lifespan, so that the application also answers where nobody runs its
    lifespan; opening connects to nothing yet.
    """
    settings = settings or Settings()
    logs.configure(settings)
    app = FastAPI(
        title="落实 Luoshi",
        version=version("luoshi"),
        description=openapi.DESCRIPTION,
        openapi_tags=openapi.TAGS,
        # app.openapi serves both from the package instead of a CDN.
        docs_url=None,
        redoc_url=None,
        # app.openapi names the server, root path included.
        root_path_in_servers=False,
        generate_unique_id_function=openapi.operation_id,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.worker = Worker(app.state.database)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, most=settings.max_body_bytes)
    app.add_middleware(HeadFromGet)
    app.add_middleware(PlainAddress)
    app.add_middleware(LoopbackGuard)
    app.add_middleware(RequestContext, root_path=settings.root_path)
    install_handlers(app)
    openapi.install_openapi(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route("/", _home, include_in_schema=False)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.worker.close()
    app.state.database.close()


def _home(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs", status_code=303)
