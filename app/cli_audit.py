"""`luoshi audit`: what an auditor does with the audit, apart from reading it over the API."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.audit.chain import Kind
from app.auth import cli_actor
from app.schemas.audit import AuditFilter, AuditFinding, VerificationRead
from app.services import audit, audit_chain
from app.services.audit import Action
from app.settings import Settings
from app.terminal import Output, as_json, err, opened, progress_bar, write

app = typer.Typer(help="审计：校验、导出、清理。The audit: verify, export, prune.", no_args_is_help=True)

WORDS = {
    Kind.ALTERED: ("被改动", "altered"),
    Kind.MISSING: ("缺失", "missing"),
    Kind.REMOVED_AT_END: ("末尾被删除", "removed at the end"),
    Kind.REORDERED: ("次序被改动", "not in its place"),
    Kind.INSERTED: ("是链外插入的", "inserted from outside of the chain"),
    Kind.UNREADABLE: ("无法读取", "cannot be read"),
    Kind.HEAD: ("链头被改动或缺失", "the head was altered or is missing"),
    Kind.KEY: ("链头不是用这个密钥签名的", "the head was signed with another key"),
    Kind.OLDER: ("与导出的链头不符，数据库可能被整体换回旧版", "not as the exported head says; the store was set back"),
    Kind.DAMAGED: ("数据库文件损坏", "the database's file is damaged"),
}
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]
Since = Annotated[
    datetime | None,
    typer.Option(formats=FORMATS, help="起始时刻（含），日期按 UTC / From this moment; a date is in UTC."),
]
Until = Annotated[
    datetime | None, typer.Option(formats=FORMATS, help="截止时刻（不含） / Up to, not including this moment.")
]


@app.command("verify")
def verify(
    head: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, readable=True, help="以前导出的链头 / A head that was exported earlier."
        ),
    ] = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="输出 JSON / As JSON.")] = False,
    output: Output = None,
) -> None:
    """逐条校验审计记录；有问题时列出编号，退出状态为 1。Verify every entry; exit 1 and name those that are wrong.

    数据库若被整体换回旧版，只有与以前导出的链头（--head）比对才能发现。
    That the whole store was set back to an earlier one shows only against a head exported before (--head).
    """
    with opened(Settings(), migrate=False) as database, progress_bar("校验 / verifying") as progress:
        text = head.read_text(encoding="utf-8", errors="replace") if head else ""
        exported = audit_chain.exported_head(database, text, str(head)) if head else None
        found = audit_chain.verify(database, exported, progress)
    write(as_json(found.model_dump(mode="json")) if json_wanted else _told(found, compared=head is not None), output)
    if not found.ok:
        raise typer.Exit(1)


def _told(found: VerificationRead, *, compared: bool) -> str:
    if found.ok:
        first, last = (found.pruned or 0) + 1, found.count
        text = (
            f"审计记录完整：第 {first} 至 {last} 条，逐条校验无误。\nThe audit is whole: entries {first} to {last}.\n"
        )
        if not found.checked:
            text = "审计记录完整：没有记录。\nThe audit is whole: it has no entries.\n"
        if not compared:
            text += (
                "数据库是否被整体换回旧版，须与以前导出的链头比对（--head）。\n"
                "Whether the whole store was set back shows only against an exported head (--head).\n"
            )
        return text
    lines = [_line(problem) for problem in found.problems]
    if found.more:
        lines.append(f"另有 {found.more} 处 / and {found.more} more")
    lines.append("审计记录未通过校验。\nThe audit does not verify.")
    return "\n".join(lines) + "\n"


def _line(problem: AuditFinding) -> str:
    zh, en = WORDS[problem.kind]
    if problem.first is None:
        place = ("审计", "audit")
    elif problem.last is None:
        place = (f"第 {problem.first} 条起", f"entry {problem.first} and all that follow")
    elif problem.first == problem.last:
        place = (f"第 {problem.first} 条", f"entry {problem.first}")
    else:
        place = (f"第 {problem.first} 至 {problem.last} 条", f"entries {problem.first} to {problem.last}")
    detail = f" ({problem.detail})" if problem.detail else ""
    return f"{place[0]}：{zh} / {place[1]}: {en}{detail}"


@app.command("head")
def head(output: Output = None) -> None:
    """导出签名的链头，另处保存，日后用于校验。The signed head: keep it elsewhere, and verify against it later."""
    with opened(Settings()) as database, database.read() as session:
        found = audit_chain.head(session, database)
    write(as_json(found.model_dump()), output)


@app.command("export")
def export(since: Since = None, until: Until = None, output: Output = None) -> None:
    """导出审计记录，每行一个 JSON。The entries, one JSON object a line, oldest first."""
    wanted = AuditFilter(since=_aware(since), until=_aware(until))
    with opened(Settings()) as database:
        # Before the entries leave, so that none leaves unrecorded; it is the last one of its own export.
        shown = wanted.model_dump(exclude_none=True)
        audit.record_now(database, cli_actor(), Action.AUDIT_EXPORT, audit_chain.SUBJECT, after=shown)
        with database.read() as session:
            write(audit_chain.export(session, wanted), output)


@app.command("prune")
def prune(
    before: Annotated[
        datetime,
        typer.Option(formats=FORMATS, help="清理此前的记录，日期按 UTC / Remove the entries before this moment."),
    ],
    output: Output = None,
) -> None:
    """清理过了保留期限的旧记录；校验不通过则不清理。Remove old entries past the retention, if the audit verifies."""
    with opened(Settings()) as database, progress_bar("清理 / pruning") as progress:
        done = audit_chain.prune(database, _aware(before) or before, cli_actor(), progress)
    if done.first is None:
        err.print("没有这么早的记录。No entry is that old.", style="yellow")
    write(as_json(done.model_dump()), output)


@app.command("restart")
def restart(
    archive: Annotated[Path, typer.Option("--archive", help="旧记录移入的新文件 / New file for the old entries.")],
) -> None:
    """密钥丢失时：把旧记录移入文件，以新密钥重新开始。Only for a lost key: archive the entries and begin anew."""
    with opened(Settings()) as database:
        moved = audit_chain.restart(database, archive, cli_actor())
    err.print(
        f"旧记录 {moved} 条已移入 {archive}。{moved} entries were moved to {archive}.", style="yellow", markup=False
    )


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
