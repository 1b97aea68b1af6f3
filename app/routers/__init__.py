"""The REST resources. `app.main` includes ROUTERS for those who may, and OPEN_ROUTERS for everybody."""

from app.routers import (
    audit,
    calibrations,
    caller,
    carry_overs,
    cascade,
    checks,
    coverage,
    editions,
    gaps,
    health,
    items,
    jurisdictions,
    keys,
    link_runs,
    links,
    plans,
    previews,
    review,
    search,
    thesauri,
)

ROUTERS = [
    # Before plans: no plan is called "previews".
    previews.router,
    plans.router,
    editions.router,
    items.router,
    coverage.router,
    gaps.router,
    cascade.router,
    link_runs.router,
    carry_overs.router,
    checks.router,
    links.router,
    calibrations.router,
    review.router,
    search.router,
    thesauri.router,
    jurisdictions.router,
    keys.router,
    caller.router,
    audit.router,
]
# Outside of /api/v1: who watches the service has no key.
OPEN_ROUTERS = [health.router]

__all__ = ["OPEN_ROUTERS", "ROUTERS"]
