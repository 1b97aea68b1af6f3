"""Carrying reviewed links over to the plans of another year."""

from fastapi import APIRouter

from app.auth import Actor, Within
from app.db import WriteSession
from app.errors import KeyReused, NotAnUpperPlan, PlanNotFound, responses
from app.routers.parameters import PREFIX, English, OnceKey, PlanKey
from app.schemas.carry_overs import CarryOverCreate, CarryOverRead
from app.services import carry_overs, idempotency

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/carry-overs", tags=["links"])


@router.post(
    "",
    responses=responses(PlanNotFound, NotAnUpperPlan, KeyReused),
    summary="沿用往年的承接关系 / Carry links over from the plans before",
)
def carry_links_over(
    session: WriteSession,
    plan: PlanKey,
    wanted: CarryOverCreate,
    actor: Actor,
    within: Within,
    in_english: English,
    key: OnceKey = None,
) -> CarryOverRead:
    """Propose between this plan and those below it what people confirmed between the plans of the year before.

    Everything carried is a proposal of the caller's (`method` `import`) for a reviewer to decide. What cannot be carried
    is listed with the reason. Asked again, it changes nothing. docs/editions.md has the rules.
    """
    return idempotency.once(
        session,
        idempotency.claim(actor, key, "carry_links_over", plan.encode(), wanted),
        CarryOverRead,
        lambda: carry_overs.carry(session, plan, wanted, actor, within, english=in_english),
    )
