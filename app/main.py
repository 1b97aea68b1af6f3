"""The web application, put together. Run it with `luoshi serve`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from app import logs, openapi
from app.auth import authorize
from app.authentication import Authentication, Authenticator
from app.console import errors as console_errors
from app.console.routes import PAGES
from app.db import Database
from app.errors import install_handlers
from app.middleware import LOOPBACK, BodyLimit, HeadFromGet, HostGuard, PlainAddress, RequestContext
from app.permissions import check_covered
from app.provider import Provider
from app.routers import OPEN_ROUTERS, ROUTERS
from app.services.worker import Worker
from app.settings import Settings
from app.trial import Trial


def create_app(settings: Settings | None = None, trial: Trial | None = None) -> FastAPI:
    """The application over the store that the settings name. The store must have been migrated (`luoshi serve` does).

    The store is opened here, not in the lifespan, so that the application also answers where nobody runs its
    lifespan; opening connects to nothing yet. In a trial whoever asks this machine may read, and nobody is asked for a key.
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
    app.state.trial = trial
    app.state.error_page = console_errors.error_page
    app.state.provider = provider = Provider.of(settings)
    tokens = provider.principal if provider else None
    app.state.authenticator = Authenticator(app.state.database, trial=trial is not None, tokens=tokens)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, most=settings.max_body_bytes)
    app.add_middleware(HeadFromGet)
    app.add_middleware(PlainAddress)
    app.add_middleware(Authentication, authenticator=app.state.authenticator)
    app.add_middleware(HostGuard, hosts=_hosts(settings, trial))
    app.add_middleware(RequestContext, root_path=settings.root_path)
    install_handlers(app)
    openapi.install_openapi(app)
    for router in (*OPEN_ROUTERS, *PAGES):
        app.include_router(router)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(authorize)])
    check_covered(route.name for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    return app


def _hosts(settings: Settings, trial: Trial | None) -> frozenset[str]:
    """The host names that are answered; all if there are none."""
    named = frozenset(name.strip().lower() for name in settings.allowed_hosts.split(",") if name.strip())
    return named | LOOPBACK if named or trial else frozenset()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.worker.close()
    app.state.database.close()
