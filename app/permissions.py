"""Who may do what, and how far: one table, from which the routes, the tests and docs/access.md all read.

An operation is a route under /api/v1, by the id that OpenAPI shows. For each role the table says how far the operation
reaches. A route without an entry stops the service from starting.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

PREFIX = "/api/v1"


class Role(StrEnum):
    """What somebody is there for. Protection level 3 (GB/T 22239, 8.1.5) keeps the last three apart."""

    VIEWER = "viewer"
    CITY_EDITOR = "city_editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


class Reach(StrEnum):
    """How far an operation reaches. Somebody without an adcode of his own is bound to none: OWN and SEEN are everywhere."""

    NOWHERE = "nowhere"
    OWN = "own"  # his own jurisdiction and those below it; a province's is its whole cascade
    SEEN = "seen"  # asked about any jurisdiction, answered with what lies in his own and below it
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Rule:
    """An operation's line of the table; a role that is not named may not.

    `about` is the path parameter that names the jurisdiction it acts on: a plan's key or an adcode. Where the request's
    body or the document names it, `about` is None and the route hands `app.auth.Within` to its service, which asks it.
    `secret`: beyond his reach the answer is 404, as if it were not there.
    """

    reach: Mapping[Role, Reach]
    about: str | None = None
    secret: bool = False


def _reach(reach: Reach, *roles: Role) -> dict[Role, Reach]:
    return dict.fromkeys(roles, reach)


_READERS = (Role.VIEWER, Role.CITY_EDITOR, Role.REVIEWER, Role.ADMIN, Role.AUDITOR)
_EVERYBODY = tuple(Role)

# Published texts and what is linked between them: cities read each other's.
_TEXTS = Rule(_reach(Reach.ANYWHERE, *_READERS))
# What is undecided about a city is between it and those above it.
_UNDECIDED = Rule(_reach(Reach.SEEN, *_READERS))
_EDITORS = (Role.CITY_EDITOR, Role.REVIEWER, Role.ADMIN)
_IMPORTING = Rule(_reach(Reach.OWN, *_EDITORS))
_PLANS = Rule(_reach(Reach.OWN, *_EDITORS), about="plan")
# Drafts are nobody else's before they are stored.
_DRAFTS = Rule(_reach(Reach.SEEN, *_EDITORS))
_LINKING = Rule(_reach(Reach.OWN, Role.REVIEWER, Role.ADMIN), about="plan")
# Words mean the same for a whole domain: nobody changes them for himself alone.
_WORDS = Rule(_reach(Reach.ANYWHERE, Role.ADMIN))
_KEYS = Rule(_reach(Reach.OWN, Role.SECURITY_ADMIN))
_AUDIT = Rule(_reach(Reach.SEEN, Role.AUDITOR))

PERMISSIONS: Mapping[str, Rule] = {
    "list_plans": _TEXTS,
    "import_plan": _IMPORTING,
    "list_previews": _DRAFTS,
    "create_preview": _DRAFTS,
    "read_preview": _DRAFTS,
    "list_preview_lines": _DRAFTS,
    "update_preview": _DRAFTS,
    "confirm_preview": _IMPORTING,
    "delete_preview": _DRAFTS,
    "check_draft": _IMPORTING,
    "read_plan": _TEXTS,
    "update_plan": _PLANS,
    # Where confirmed links rest on it, it also takes what deciding each of them takes: services.plan_review.
    "withdraw_plan": _PLANS,
    "restore_plan": _PLANS,
    "read_breakdown": _TEXTS,
    "read_original": _TEXTS,
    "list_editions": _TEXTS,
    "read_edition": _TEXTS,
    "list_edition_items": _TEXTS,
    "read_edition_original": _TEXTS,
    "list_changes": _TEXTS,
    "read_change": _TEXTS,
    "decide_change": _LINKING,
    "list_items": _TEXTS,
    "read_item": _TEXTS,
    "read_item_impact": _UNDECIDED,
    "read_task_impact": _UNDECIDED,
    "list_implementers": _UNDECIDED,
    "list_upstream": _TEXTS,
    "read_matrix": _UNDECIDED,
    "read_coverage": Rule(_reach(Reach.OWN, *_READERS), about="lower_plan", secret=True),
    "list_gaps": _UNDECIDED,
    "read_gap": _UNDECIDED,
    "decide_gap": _LINKING,
    "reopen_gap": _LINKING,
    "read_cascade": _TEXTS,
    "start_link_run": _LINKING,
    "list_link_runs": _TEXTS,
    "read_link_run": _TEXTS,
    "list_links": _TEXTS,
    "propose_link": _IMPORTING,
    # Proposals all of them: a city proposes for its own plan, a province for all of its cities.
    "carry_links_over": _IMPORTING,
    "read_link": _TEXTS,
    # City editors withdraw what they proposed, and no more: to confirm and reject takes what decide_links takes.
    "decide_link": _IMPORTING,
    "decide_links": Rule(_reach(Reach.OWN, Role.REVIEWER, Role.ADMIN)),
    # What the judge decides by concerns a whole domain, as its words do.
    "start_calibration": _WORDS,
    "list_calibrations": _WORDS,
    "read_calibration": _WORDS,
    "undo_calibration": _WORDS,
    "list_review": _UNDECIDED,
    "read_review_progress": _UNDECIDED,
    "search_items": _TEXTS,
    "list_thesauri": _TEXTS,
    "read_thesaurus": _TEXTS,
    "import_thesaurus": _WORDS,
    "export_thesaurus": _TEXTS,
    "list_suggestions": Rule(_reach(Reach.ANYWHERE, Role.REVIEWER, Role.ADMIN)),
    "list_groups": _TEXTS,
    "read_group": _TEXTS,
    "put_group": _WORDS,
    "delete_group": _WORDS,
    # Whoever hands out keys has to know the codes.
    "list_jurisdictions": Rule(_reach(Reach.ANYWHERE, *_EVERYBODY)),
    "read_jurisdiction": Rule(_reach(Reach.ANYWHERE, *_EVERYBODY)),
    "register_jurisdiction": Rule(_reach(Reach.OWN, Role.REVIEWER, Role.ADMIN)),
    "list_keys": Rule(_reach(Reach.SEEN, Role.SECURITY_ADMIN)),
    "create_key": _KEYS,
    "read_key": Rule(_reach(Reach.SEEN, Role.SECURITY_ADMIN)),
    "rotate_key": _KEYS,
    "revoke_key": _KEYS,
    "read_caller": Rule(_reach(Reach.ANYWHERE, *_EVERYBODY)),
    "list_audit_entries": _AUDIT,
    "read_audit_head": _AUDIT,
}


class UncoveredRouteError(RuntimeError):
    """A route that the table does not name, or an entry without a route: a mistake in the code, found at start-up."""


def check_covered(operations: Iterable[str]) -> None:
    """Raise UncoveredRouteError unless the table names exactly these operations."""
    served = set(operations)
    if missing := served - set(PERMISSIONS):
        raise UncoveredRouteError(f"no entry in app/permissions.py for {', '.join(sorted(missing))}")
    if stale := set(PERMISSIONS) - served:
        raise UncoveredRouteError(f"app/permissions.py names what no route serves: {', '.join(sorted(stale))}")


def reach_of(operation: str, role: Role) -> Reach:
    """How far a role may go with an operation."""
    return PERMISSIONS[operation].reach.get(role, Reach.NOWHERE)


def roles_for(operation: str) -> list[Role]:
    """The roles that may do an operation somewhere, least first."""
    return [role for role in Role if reach_of(operation, role) is not Reach.NOWHERE]
