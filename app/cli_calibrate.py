"""`luoshi calibrate`: letting the judge learn from decisions, and taking that back."""

from typing import Annotated

import typer
from rich.table import Table

from app.auth import cli_actor
from app.pagination import MAX_LIMIT, PageRequest
from app.schemas.calibrations import CalibrationCreate, CalibrationRead, CalibrationUndo
from app.services import calibrations
from app.settings import Settings
from app.terminal import Output, as_json, err, opened, progress_bar, write

Domain = Annotated[str, typer.Option(help="领域 / Domain, such as edu.")]

OUTCOMES = {
    "adopted": ("已采用，请重新比对（luoshi link）", "adopted; link again (luoshi link)"),
    "better": ("试算：确有改进，未采用", "a dry run: better, not adopted"),
    "unchanged": ("与现用参数相同，未改动", "the very numbers in use; nothing changed"),
    "not_better": ("未见改进，未采用", "not better; nothing changed"),
    "too_few": ("复核结论太少，未改动", "too few decisions; nothing changed"),
}


def calibrate(
    domain: Domain = "edu",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明结果，不采用 / Change nothing.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="列出以往的校准 / List calibrations.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="撤销现用的校准 / Undo the one in force.")] = False,
    reason: Annotated[str | None, typer.Option(help="撤销的理由 / Why it is undone.")] = None,
    output: Output = None,
) -> None:
    """用本系统的复核结论校准比对参数；只在确有改进时采用。Re-fit the judge from decisions; adopted only where better."""
    if listed + undo + dry_run > 1 or undo != (reason is not None):
        message = "--list、--undo、--dry-run 只能写一个；--undo 须同时写 --reason / one of them; --undo needs --reason"
        raise typer.BadParameter(message)
    wanted = CalibrationCreate(domain=domain, dry_run=dry_run)
    with opened(Settings()) as database:
        if listed:
            with database.read() as session:
                page = calibrations.page(session, PageRequest(MAX_LIMIT, None, ""), wanted.domain)
            write(as_json([one.model_dump(mode="json") for one in page.items]), output)
            return
        if undo:
            with database.write() as session:
                key = calibrations.newest_adopted(session, wanted.domain)
                asked = CalibrationUndo(status="undone", reason=reason or "")
                done = calibrations.undo(session, key, asked, None, cli_actor())
        else:
            with database.write() as session:
                made = calibrations.start(session, wanted, cli_actor())
            with progress_bar("校准 / calibrating") as progress:
                done = calibrations.execute(database, made.id, progress)
            tell(done)
    write(as_json(done.model_dump(mode="json")), output)


def tell(done: CalibrationRead) -> None:
    """What came of it, on stderr: a sentence, and the figures before and after."""
    for sentence in OUTCOMES[done.outcome or "too_few"]:
        err.print(sentence, style="bold", markup=False, soft_wrap=True)
    if done.outcome == "too_few" and done.counts:
        err.print(calibrations.too_few(done.counts, english=False), markup=False, soft_wrap=True)
        err.print(calibrations.too_few(done.counts, english=True), markup=False, soft_wrap=True)
    for where, title in (("decisions", "留出的结论 / decisions held out"), ("shipped", "随附的评测 / shipped pairs")):
        if where in done.figures:
            table = Table("", "before", "after", title=title, title_justify="left")
            before, after = done.figures[where].before.model_dump(), done.figures[where].after.model_dump()
            for name, value in before.items():
                table.add_row(name, *("–" if one is None else f"{one:.4f}" for one in (value, after[name])))
            err.print(table)
