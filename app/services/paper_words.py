"""How papers name plans and places in them."""

from sqlmodel import Session

from app.schemas.common import Provenance
from app.schemas.plans import PlanRead
from app.services import history
from app.services.keys import item_number, task_number

MOST_EVIDENCE = 3  # places in the city's plan that a table's row shows; the best ones come first


def named(plan: PlanRead | None) -> str:
    """A plan's title in its marks, or, where none was found, whose plan it is; nothing for no plan."""
    if plan is None:
        return ""
    title = plan.plan_title or plan.title
    return f"《{title}》" if title else f"{plan.name}{plan.year}年要点"


def numbered(plan: PlanRead | None) -> str:
    """A plan's document number in brackets, if it has one."""
    return f"（{plan.document_number}）" if plan and plan.document_number else ""


def stated(session: Session, source: Provenance) -> str:
    """As of when a paper was made, and from which editions."""
    editions = "，".join(f"{plan}第{number}版" for plan, number in source.editions.items())
    return f"数据截至{history.shown(session, source.as_of)}。所依据的版本：{editions}。"


def place(key: str) -> str:
    """Where an item or task stands.

    >>> place("370000-edu-2020/8.4"), place("370000-edu-2020/8")
    ('第8条第4项', '第8条')
    """
    number = task_number(key)
    return f"第{item_number(key)}条" + (f"第{number}项" if number else "")
