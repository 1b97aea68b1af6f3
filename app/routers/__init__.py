"""The REST resources. `app.main` includes all of ROUTERS."""

from app.routers import (
    audit,
    cascade,
    coverage,
    gaps,
    health,
    items,
    jurisdictions,
    link_runs,
    links,
    plans,
    search,
    thesauri,
)

ROUTERS = [
    plans.router,
    items.router,
    coverage.router,
    gaps.router,
    cascade.router,
    link_runs.router,
    links.router,
    search.router,
    thesauri.router,
    jurisdictions.router,
    audit.router,
    health.router,
]

__all__ = ["ROUTERS"]
