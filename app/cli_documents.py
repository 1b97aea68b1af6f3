"""The commands that take a document: import it, look at it first, check it as a draft."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from app import reports
from app.auth import cli_actor
from app.db import Database
from app.errors import DomainError
from app.schemas.plans import ImportOptions
from app.services import cascades, checks, imports, jurisdictions, previews, readings, thesauri
from app.settings import Settings
from app.terminal import Output, as_json, err, opened, progress_bar, show_error, write

Adcode = Annotated[str | None, typer.Option(help="行政区划代码 / Whose plan.")]
Name = Annotated[str | None, typer.Option(help="行政区划名称 / Its name; importing registers a new code.")]
Domain = Annotated[str | None, typer.Option(help="领域，如 edu / Domain.")]
Year = Annotated[int | None, typer.Option(help="年份 / Year.")]
Corrections = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, readable=True, help="更正（JSON）/ Corrections of lines and metadata."),
]


class CheckForm(StrEnum):
    """How a check is printed."""

    TABLE = "table"
    JSON = "json"
    DOCX = "docx"


def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="文件 / Documents.")],
    adcode: Adcode = None,
    name: Name = None,
    domain: Domain = None,
    year: Year = None,
    edition_note: Annotated[str | None, typer.Option(help="版本说明 / Note on the edition.")] = None,
    corrections: Corrections = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只预览，不存入 / Show what would be stored; store nothing.")
    ] = False,
    in_json: Annotated[bool, typer.Option("--json", help="预览输出 JSON / The preview as JSON.")] = False,
    output: Output = None,
) -> None:
    """导入要点。Read documents into plans; a document that cannot be read leaves nothing behind."""
    if corrections is not None and len(files) > 1:
        raise typer.BadParameter(
            "更正只能用于一个文件 / corrections belong to one document", param_hint="--corrections"
        )
    said = None if corrections is None else corrections.read_bytes()
    answers: list[BaseModel] = []
    failed = False
    with opened(Settings()) as database, progress_bar("导入 / importing") as progress:
        if not dry_run:
            with database.write() as session:
                cascades.load_shipped_jurisdictions(session, cli_actor())
                thesauri.load_shipped(session, cli_actor())
        for done, file in enumerate(files):
            progress(done, len(files), file.name)
            try:
                options = readings.import_options(
                    filename=file.name,
                    adcode=adcode,
                    name=name,
                    domain=domain,
                    year=year,
                    edition_note=edition_note,
                    corrections=said,
                )
                answers.append(_read(database, file, options, dry_run=dry_run))
            except DomainError as error:
                failed = True
                err.print(f"{file}:", style="red", markup=False, soft_wrap=True)
                show_error(error)
        progress(len(files), len(files), "")
    if dry_run and not in_json:
        write("\n".join(reports.preview_text(answer) for answer in answers), output)  # type: ignore[arg-type]
    else:
        write(as_json([answer.model_dump(mode="json") for answer in answers]), output)
    if failed:
        raise typer.Exit(1)


def _read(database: Database, file: Path, options: ImportOptions, *, dry_run: bool) -> BaseModel:
    if not dry_run:
        with database.write() as session:
            return imports.import_document(session, file.read_bytes(), options, cli_actor())
    with database.read() as session:
        # Rolled back like everything in a reading session: a new store knows no places yet.
        jurisdictions.load_shipped(session)
        return previews.dry_run(session, file.read_bytes(), options, english=False)


def check_draft(
    draft: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="草稿 / The draft.")],
    against: Annotated[
        str | None,
        typer.Option(help="对照的上级要点；不写为同领域、同年度 / Upper plan; that of domain and year if not given."),
    ] = None,
    adcode: Adcode = None,
    name: Name = None,
    domain: Domain = None,
    year: Year = None,
    form: Annotated[CheckForm, typer.Option("--format", help="输出格式 / Format.")] = CheckForm.TABLE,
    output: Output = None,
) -> None:
    """核对草稿，不存入任何内容。The gaps a draft would have; nothing is stored."""
    options = readings.import_options(filename=draft.name, adcode=adcode, name=name, domain=domain, year=year)
    with opened(Settings()) as database, progress_bar("核对 / checking") as progress:
        progress(0, 1, draft.name)
        found = checks.check(database, draft.read_bytes(), options, against, english=False)
    answers: dict[CheckForm, Callable[[], str | bytes]] = {
        CheckForm.TABLE: lambda: reports.check_text(found),
        CheckForm.JSON: lambda: as_json(found.model_dump(mode="json")),
        CheckForm.DOCX: lambda: reports.WRITERS[reports.FileFormat.DOCX].write(reports.check_report(found)),
    }
    write(answers[form](), output)
