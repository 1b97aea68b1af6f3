"""What is said of a link that is carried over to another year: why it is proposed, or why it is not."""

from collections.abc import Sequence
from datetime import tzinfo

from app.models import Link
from app.schemas.carry_overs import CarryObstacle, CarryOverDifference
from app.schemas.links import LinkRead
from app.services.days import day_of
from app.services.decisions import STATUSES
from app.services.stale_reasons import End

_ENDS: dict[End, tuple[str, str]] = {"upper": ("上级", "upper"), "lower": ("下级", "lower")}
_FIELDS = {"text": "文字", "numbers": "数值", "deadline": "时限", "units": "责任单位"}
_COVERAGES = {"full": "全部承接", "partial": "部分承接", "implements": "落实", "contributes": "有助于落实"}


def rationale(
    source: LinkRead,
    plans: tuple[str, str],
    differences: Sequence[CarryOverDifference],
    machine: Link | None,
    zone: tzinfo,
) -> str:
    """Why a link is proposed: from which it comes, who decided that, and what the texts say otherwise now.

    `plans` are what the two plans before are called; `machine` is the machine's proposal that it replaces.
    """
    far = _COVERAGES.get(str(source.coverage or source.strength), "")
    sentences = [
        f"沿用{plans[0]}与{plans[1]}之间的承接关系：{source.upper} → {source.lower}（{source.id}，{far}），{_decided(source, zone)}。"
    ]
    if differences:
        told = (
            f"{_ENDS[row.end][0]}{_FIELDS[row.field]}由{_quoted(row.old)}改为{_quoted(row.new)}" for row in differences
        )
        sentences.append(f"与当时的文本相比，{'；'.join(told)}。")
    else:
        sentences.append("两端文字与当时相同。")
    if machine is not None:
        far = _COVERAGES.get(str(machine.coverage or machine.strength), "")
        sentences.append(f"机器对这两端也提出过建议（{far}，{machine.score:.2f}），由本建议取代。")
    return "".join(sentences)


def _decided(source: LinkRead, zone: tzinfo) -> str:
    day = "" if source.decided_at is None else f"于{day_of(source.decided_at, zone).isoformat()}"
    reason = f"，理由：{source.reason.rstrip('。')}" if source.reason else ""
    return f"{source.decided_by}{day}确认{reason}"


def _quoted(text: str | None) -> str:
    return "（无）" if text is None else f"「{text}」"


def obstacle(why: CarryObstacle, end: End | None, other: Link | None, winner: str | None, *, english: bool) -> str:
    """Why a confirmed link is not carried; `other` is the link that there is between the new ends."""
    zh_end, en_end = _ENDS[end] if end else ("", "")
    zh_status, en_status = STATUSES[other.status] if other else ("", "")
    who = (other.decided_by or other.proposed_by) if other else ""
    zh, en = {
        CarryObstacle.DROPPED: (
            f"{zh_end}一端所在的条，新文本中已没有。",
            f"The item of its {en_end} end is in the new text no more.",
        ),
        CarryObstacle.UNRECOGNISED: (
            f"{zh_end}一端所在的条仍在，但其中已认不出原来的任务（删去，或改写过多）。",
            f"The item of its {en_end} end is there, but nothing in it that could be the task: it was dropped, or rewritten.",
        ),
        CarryObstacle.STALE: (
            "该承接关系本身因文本变化待重新复核，请先作出决定。",
            "The link is due again itself, since a text behind it has changed; decide it first.",
        ),
        CarryObstacle.MERGED: (
            f"新文本中与承接关系 {winner} 的两端相同，已随其沿用。",
            f"In the new texts it has the same ends as the link {winner}, which was carried.",
        ),
        CarryObstacle.DECIDED: (
            f"新文本的这两端之间已有决定：{zh_status}（{who}）。",
            f"Between these ends of the new texts there is a decision already: {en_status} ({who}).",
        ),
        CarryObstacle.WITHDRAWN: (
            f"这两端之间的建议已由提出人（{who}）撤回。",
            f"Whoever proposed it between these ends ({who}) has taken it back.",
        ),
    }[why]
    return en if english else zh


def hint(source: LinkRead, other: Link | None, *, english: bool) -> str:
    """What is told of a link that was rejected, where both of its ends are in the new texts."""
    who, reason = source.decided_by, source.reason or ""
    if english:
        now = "nothing is proposed there" if other is None else f"the link there is {STATUSES[other.status][1]}"
        return f"{who} rejected it between the plans before: {reason.rstrip('。')}. Now {now}."
    now = "目前这两端之间没有建议" if other is None else f"目前这两端之间的承接关系为“{STATUSES[other.status][0]}”"
    return f"往年曾由{who}否定，理由：{reason.rstrip('。')}。{now}。"
