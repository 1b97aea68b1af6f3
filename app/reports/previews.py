"""A preview and a draft's check for a terminal."""

from collections.abc import Iterator

from app.reports import words
from app.reports.terminal import grid
from app.schemas.changes import ChangesRead, ItemChangeRead
from app.schemas.checks import CheckGap, CheckRead, Where
from app.schemas.common import GapKind
from app.schemas.impact import ForecastRead
from app.schemas.previews import Action, DocumentRead, FoundRead, Origin, PreviewSection

ELEMENTS = {
    "adcode": "行政区划代码",
    "name": "行政区划",
    "domain": "领域",
    "year": "年份",
    "title": "标题",
    "plan_title": "要点标题",
    "issuer": "发文机关",
    "document_number": "发文字号",
    "issued_on": "成文日期",
    "addressee": "主送机关",
}
ORIGINS = {
    Origin.DOCUMENT: "文中",
    Origin.INFERRED: "推定",
    Origin.GIVEN: "写明",
    Origin.REGISTER: "区划表",
    Origin.MISSING: "未见",
}
ACTIONS = {
    Action.NEW_PLAN: "将存为新的要点 {plan}（第 {edition} 版）",
    Action.NEW_EDITION: "将存为要点 {plan} 的第 {edition} 版",
    Action.NO_CHANGE: "与要点 {plan} 的第 {edition} 版文字相同，不会有任何改动",
}
CHANGES = {
    "same": "未变",
    "changed": "有改动",
    "moved": "移动",
    "renumbered": "改号",
    "split": "拆分",
    "merged": "合并",
    "added": "新增",
    "dropped": "删去",
    "recut": "重新切分",
}
FIELDS = {
    "title": "标题",
    "text": "正文",
    "lead_unit": "牵头单位",
    "responsible_units": "责任单位",
    "deadline": "完成时限",
    "section": "所属部分",
    "label": "序号",
}
ASPECTS = {"text": "文字", "numbers": "数字", "deadline": "时限", "units": "单位"}
STALE_FIELDS = ASPECTS | {"dropped": "原文已无", "merged": "合并"}
WHERE = {
    Where.AMEND: "修改第 {item} 条",
    Where.EXTEND: "在第 {item} 条中补充",
    Where.NEW_ITEM: "新增一条",
}


def preview_text(document: DocumentRead) -> str:
    """A document as it would be stored: what it is, its outline, its doubts, and what has changed."""
    outcome, problems = document.outcome, document.identity.problems
    verdict = ACTIONS[outcome.action].format(plan=outcome.plan, edition=outcome.edition) if outcome else ""
    notes = [*([verdict] if verdict else []), *(f"须处理：{problem.detail}" for problem in problems)]
    parts = [
        grid(document.filename, ("项目", "内容", "来源", "原文"), list(_found(document)), notes),
        grid(
            "条目",
            ("条", "标题", "任务", "牵头单位", "完成时限", "原文位置"),
            list(_items(document)),
            [f"共 {len(document.items)} 条、{sum(len(item.tasks) for item in document.items)} 项任务"],
        ),
    ]
    if document.doubts:
        rows = [
            (doubt.kind, f"{doubt.start}–{doubt.end}", doubt.assumed, doubt.printed or "") for doubt in document.doubts
        ]
        parts.append(grid("疑点", ("类别", "原文位置", "按什么处理", "原文"), rows, [f"共 {len(rows)} 处"]))
    if document.changes:
        parts.append(_changes(document.changes))
    if document.stale and document.stale.links:
        parts.append(_stale(document.stale))
    return "\n".join(parts)


def _found(document: DocumentRead) -> Iterator[tuple[str, ...]]:
    identity, metadata = document.identity, document.metadata
    for source, names in (
        (identity, ("adcode", "name", "domain", "year")),
        (metadata, tuple(type(metadata).model_fields)),
    ):
        for name in names:
            found: FoundRead = getattr(source, name)
            value = "" if found.value is None else str(found.value)
            yield ELEMENTS[name], value, ORIGINS[found.origin], found.printed or ""


def _items(document: DocumentRead) -> Iterator[tuple[str, ...]]:
    sections = {section.position: section for section in document.sections}
    shown: set[int] = set()
    for item in document.items:
        for position in _above(sections, item.section):
            if position not in shown:
                section = sections[position]
                yield "", f"{section.label}{section.title}", "", "", "", f"{section.source_start}–{section.source_end}"
                shown.add(position)
        place = f"{item.source_start}–{item.source_end}"
        yield (
            str(item.number),
            f"{item.label}{item.title}",
            str(len(item.tasks)),
            item.lead_unit or "",
            item.deadline or "",
            place,
        )


def _above(sections: dict[int, PreviewSection], position: int | None) -> list[int]:
    path: list[int] = []
    while position is not None and position in sections:
        path.insert(0, position)
        position = sections[position].parent
    return path


def _changes(changes: ChangesRead) -> str:
    rows = [("元数据", ELEMENTS[row.field], row.old or "", row.new or "") for row in changes.metadata]
    rows += [row for item in changes.items for row in _change(item)]
    rows += [
        ("部分", CHANGES[section.kind], section.old_title or "", section.new_title or "")
        for section in changes.sections
    ]
    counted = "、".join(f"{CHANGES[kind]} {count} 条" for kind, count in changes.counts.items())
    return grid(f"与第 {changes.since} 版相比", ("条", "改动", "原为", "现为"), rows, [counted])


def _stale(found: ForecastRead) -> str:
    rows = [
        (link.upper, link.lower, STALE_FIELDS[row.field], row.old or "", row.new or "")
        for link in found.items
        for row in link.reasons
    ]
    heads = ("上级", "下级", "变化", "原为", "现为")
    return grid("存入后须重新复核的承接关系", heads, rows, [f"共 {found.links} 条"])


def _change(item: ItemChangeRead) -> Iterator[tuple[str, str, str, str]]:
    numbers = "、".join(map(str, item.old or item.new))
    if item.old and item.new and item.old != item.new:
        numbers += f"→{'、'.join(map(str, item.new))}"
    what = CHANGES[item.kind]
    if item.aspects:
        what += f"（{'、'.join(ASPECTS[aspect] for aspect in item.aspects)}）"
    shown = False
    for field in item.fields:
        if field.field != "text":
            yield numbers, f"{what}：{FIELDS[field.field]}", field.old or "", field.new or ""
            shown = True
    for task in item.tasks:
        yield numbers, f"{what}：任务{CHANGES[task.kind]}", task.old_text or "", task.new_text or ""
        shown = True
    if not shown:
        yield numbers, what, "", ""


def check_text(found: CheckRead) -> str:
    """The gaps that a draft would have, with the wording to take up and where; what is missing most comes first."""
    upper, draft = found.against, found.draft
    # A draft has no reviewed links: that nobody has confirmed them yet says nothing of the text.
    told = [gap for gap in found.gaps if gap.kind not in {GapKind.UNREVIEWED, GapKind.ORPHAN}]
    orphans = [str(gap.item) for gap in found.gaps if gap.kind is GapKind.ORPHAN]
    summary = found.coverage.summary
    notes = [
        f"适用于市级的任务 {summary.applicable_tasks} 项：全部承接 {summary.full}，部分 {summary.partial}，无 {summary.none}",
        *([f"没有对应上级任务的本地事项（仅供了解）：第 {'、'.join(orphans)} 条"] if orphans else []),
        f"读取时的疑点 {len(draft.doubts)} 处；本次核对没有存入任何内容",
    ]
    title = f"{draft.name}《{draft.title or draft.plan}》草稿对照 {upper.name}《{upper.title or upper.plan}》"
    headings = ("类别", "程度", "任务", "上级表述", "草稿现有表述", "建议")
    return grid(title, headings, [_gap(gap) for gap in told], notes)


def _gap(gap: CheckGap) -> tuple[str, ...]:
    kind = words.name(words.KINDS, gap.kind, english=False)
    severity = words.name(words.SEVERITIES, gap.severity, english=False)
    task = gap.task.rpartition("/")[2] if gap.task else ""
    if gap.take_up is None:
        return kind, severity, task, "", "", gap.explanation
    advice = WHERE[gap.take_up.where].format(item=gap.take_up.item)
    heading = f"（{gap.take_up.heading}）" if gap.take_up.heading else ""
    return kind, severity, task, gap.take_up.wording, gap.lower_text or "", f"{advice}{heading}"
