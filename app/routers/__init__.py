"""The REST resources. `app.main` includes all of ROUTERS."""

from app.routers import (
    audit,
    cascade,
    checks,
    coverage,
    gaps,
    health,
    items,
    jurisdictions,
    link_runs,
    links,
    plans,
    previews,
    search,
    thesauri,
)

ROUTERS = [
    # Before plans: no plan is called "previews".
    previews.router,
    plans.router,
    items.router,
    coverage.router,
    gaps.router,
    cascade.router,
    link_runs.router,
    checks.router,
    links.router,
    search.router,
    thesauri.router,
    jurisdictions.router,
    audit.router,
    health.router,
]

__all__ = ["ROUTERS"]
