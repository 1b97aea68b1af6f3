"""The `luoshi` command. Answers go to stdout or `--output`, everything else to stderr; 0 done, 1 failed, 2 usage."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlmodel import Session

from app import cli_audit, cli_keys, cli_opinions, reports
from app.auth import cli_actor, is_loopback
from app.cli_calibrate import calibrate
from app.cli_documents import check_draft, import_files
from app.errors import ConcurrentChange, DomainError, Unavailable
from app.main import create_app
from app.schemas.carry_overs import CarryOverCreate
from app.schemas.common import Counted, DecisionFilter
from app.schemas.links import LinkRunCreate, Opinions
from app.services import (
    across,
    audit,
    audit_chain,
    bases,
    breakdowns,
    calibrations,
    carry_overs,
    cascades,
    coverage,
    gaps,
    history,
    links,
    notices,
    papers,
    runs,
    seeds,
    term_suggestions,
    thesauri,
)
from app.services.days import zone_of
from app.services.gaps import GapFilter
from app.services.links import LinkFilter
from app.settings import Settings
from app.terminal import Output, as_json, err, opened, progress_bar, show_error, write
from app.trial import Trial

app = typer.Typer(
    name="luoshi",
    help="落实：哪些市级条目承接了省级任务，哪些没有。Which city items carry out provincial tasks, and what nobody does.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(cli_audit.app, name="audit")
app.add_typer(cli_keys.app, name="keys")
app.add_typer(cli_opinions.app, name="opinions")


class Form(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class ReportForm(StrEnum):
    """How an answer is printed that is also handed in as a paper."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


WrittenReport = Annotated[ReportForm, typer.Option("--format", help="输出格式 / Format; csv, xlsx and docx are files.")]
Written = Annotated[Form, typer.Option("--format", help="输出格式 / Format; csv and xlsx are files.")]

CountedOption = Annotated[
    Counted,
    typer.Option("--basis", help="哪些承接关系算数：全部或仅已确认 / Which links count: all or confirmed ones."),
]


AsOf = Annotated[
    str | None,
    typer.Option(help="截至某一时刻或某日终了 / As it was: 2026-11-23T15:04:05+08:00, or at the end of 2026-11-22."),
]


def main() -> None:
    """Run the command; a known error is one sentence on stderr and exit status 1, never a traceback."""
    try:
        app()
    except DomainError as error:
        _fail(error)
    except OperationalError:
        _fail(Unavailable())
    except IntegrityError:
        _fail(ConcurrentChange())
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        # An address of no known form, of a database without driver here, or a file that is no database.
        err.print(f"LUOSHI_DATABASE_URL 不可用 / cannot be used: {error}".splitlines()[0], style="red", markup=False)
        sys.exit(2)
    except ValidationError as error:
        for entry in error.errors():
            name = "_".join(["LUOSHI", *(str(part) for part in entry["loc"])]).upper()
            err.print(f"设置有误 / bad setting {name}: {entry['msg']}", style="red", markup=False)
        sys.exit(2)
    except OSError as error:
        err.print(f"{error.strerror or error}: {error.filename or ''}", style="red", markup=False)
        sys.exit(1)


def _fail(error: DomainError) -> None:
    show_error(error)
    sys.exit(1)


@app.callback(invoke_without_command=True)
def _options(
    show_version: Annotated[bool, typer.Option("--version", help="版本 / Print the version.")] = False,
) -> None:
    if show_version:
        typer.echo(f"luoshi {version('luoshi')}")
        raise typer.Exit


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址 / Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 / Port.")] = 8000,
    trial: Annotated[bool, typer.Option("--trial", help="试用：仅本机 / Trial, on this machine only.")] = False,
) -> None:
    """升级数据库并启动服务。Migrate the store, then serve it."""
    if trial and not is_loopback(host):
        err.print(
            f"试用只能监听本机地址（127.0.0.1、localhost 或 ::1），不能监听 {host}；正式使用请去掉 --trial。\n"
            f"A trial listens on a loopback address only, not on {host}. Without --trial it listens anywhere, and asks for keys.",
            style="red",
            markup=False,
        )
        raise typer.Exit(2)
    settings = Settings()
    with opened(settings) as database:
        audit_chain.ready(database)
        left = runs.fail_interrupted(database, cli_actor()) + calibrations.fail_interrupted(database)
        with database.write() as session:
            # Without them no document can be told whose it is.
            cascades.load_shipped_jurisdictions(session, cli_actor())
            thesauri.load_shipped(session, cli_actor())
    if left:
        err.print(f"上次中断的比对和校准 / link runs and calibrations broken off last time: {left}", style="yellow")
    opened_trial = Trial(cli_actor()) if trial else None
    if opened_trial is not None:
        err.print("试用：本机可直接查看；修改请先登录，以下地址 15 分钟内可用一次。", style="green")
        err.print("Trial: this machine may read; to change things sign in, once, within 15 minutes, at", style="green")
        address = f"http://{host}:{port}{settings.root_path}/sign-in?key={opened_trial.code()}"
        err.print(f"  {address}", style="bold", soft_wrap=True, markup=False, highlight=False)
    uvicorn.run(create_app(settings, opened_trial), host=host, port=port, log_config=None, server_header=False)


@app.command()
def seed(
    reviews: Annotated[
        bool, typer.Option("--reviews/--no-reviews", help="是否载入随附的复核结论 / Whether to load shipped reviews.")
    ] = True,
) -> None:
    """载入行政区划和五份要点并比对。Load the jurisdictions and the five plans, and link them. Safe to repeat."""
    with opened(Settings()) as database, progress_bar("载入 / loading") as progress:
        seeds.load(database, cli_actor(), progress, reviewed=reviews)
    err.print("五份要点已载入并完成比对。The five plans are loaded and linked.", style="green")


app.command("import")(import_files)
app.command("check")(check_draft)
app.command("calibrate")(calibrate)


@app.command()
def link(
    upper: Annotated[str, typer.Argument(help="上级要点 / Upper plan, such as 370000-edu-2020.")],
    lower: Annotated[list[str] | None, typer.Argument(help="下级要点 / Lower plans; all if none is named.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明会改动什么 / Change nothing.")] = False,
    opinions: Annotated[
        Opinions | None, typer.Option(help="就哪些任务征询第二意见 / About which tasks a second reader is asked.")
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="只估算征询的用量和时间 / Only say what asking would take.")
    ] = False,
    output: Output = None,
) -> None:
    """比对上下级要点并提出承接关系。Judge a plan against its cities' plans and propose links."""
    if estimate:
        opinions, dry_run = opinions or Opinions.DOUBTFUL, True
    with opened(Settings()) as database, progress_bar("比对 / linking") as progress:
        with database.write() as session:
            wanted = LinkRunCreate(lower=lower or None, dry_run=dry_run, opinions=opinions)
            run = runs.start(session, upper, wanted, cli_actor())
        done = runs.execute(database, run.id, progress)
    asked = done.opinions
    write(as_json((asked.estimate if estimate and asked else done).model_dump(mode="json")), output)


@app.command("carry")
def carry_over(
    upper: Annotated[str, typer.Argument(help="上级要点 / Upper plan, such as 370000-edu-2021.")],
    lower: Annotated[list[str] | None, typer.Argument(help="下级要点 / Lower plans; all if none is named.")] = None,
    from_plans: Annotated[
        list[str] | None, typer.Option("--from", help="取自哪些往年要点 / The plans before, if not the nearest.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明会沿用什么 / Change nothing.")] = False,
    output: Output = None,
) -> None:
    """沿用往年已确认的承接关系，作为建议。Propose what was confirmed between the plans of the year before."""
    try:
        wanted = CarryOverCreate(lower=lower or None, from_plans=from_plans or None, dry_run=dry_run)
    except ValidationError as error:
        named = "、".join(str(entry["input"]) for entry in error.errors())
        message = f"不是要点编号（如 370000-edu-2021） / no plan's key: {named}"
        raise typer.BadParameter(message) from error
    with opened(Settings()) as database, database.write() as session:
        done = carry_overs.carry(session, upper, wanted, cli_actor())
    write(as_json(done.model_dump(mode="json")), output)


@app.command("coverage")
def show_coverage(
    upper: Annotated[str, typer.Argument(help="上级要点 / Upper plan.")],
    lower: Annotated[
        str | None, typer.Argument(help="下级要点；不写为全省矩阵 / Lower plan; the matrix without.")
    ] = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="同 --format json / As JSON.")] = False,
    form: WrittenReport = ReportForm.TABLE,
    counted: CountedOption = Counted.ALL,
    as_of: AsOf = None,
    output: Output = None,
) -> None:
    """一市对照全省，或全省矩阵。One city against the province, or the matrix of all cities."""
    if json_wanted:
        form = ReportForm.JSON
    with opened(Settings()) as database, database.read() as session:
        seen = history.of_cascade(session, upper, _moment(session, as_of))
        basis = bases.basis(session, upper, seen=seen)
        if lower is None:
            matrix = coverage.matrix(session, upper, seen=seen, counted=counted)
            tasks = across.tasks_across(session, upper, seen=seen, counted=counted)
            report = reports.matrix_report(basis, matrix, tasks, english=False)
            report = replace(report, paper=lambda: papers.matrix(session, upper, seen=seen, counted=counted))
            _answer(session, upper, matrix, report, form, output, seen)
        else:
            pair = coverage.pair(session, upper, lower, seen, counted=counted)
            report = reports.pair_report(basis, pair, english=False)
            report = replace(report, paper=lambda: papers.pair(session, upper, lower, seen, counted=counted))
            _answer(session, upper, pair, report, form, output, seen)


@app.command("gaps")
def show_gaps(
    upper: Annotated[str, typer.Argument(help="上级要点 / Upper plan.")],
    adcode: Annotated[str | None, typer.Option(help="只看一个行政区划 / Only this jurisdiction.")] = None,
    decision: Annotated[
        DecisionFilter | None, typer.Option(help="只看这样决定的；none 为待核实 / Only what is decided so.")
    ] = None,
    counted: CountedOption = Counted.ALL,
    as_of: AsOf = None,
    form: WrittenReport = ReportForm.TABLE,
    output: Output = None,
) -> None:
    """列出缺口。The compliance gaps."""
    with opened(Settings()) as database, database.read() as session:
        wanted = GapFilter(adcode=adcode, decision=decision, counted=counted)
        seen = history.of_cascade(session, upper, _moment(session, as_of))
        found = gaps.all_gaps(session, upper, wanted, seen=seen, english=False)
        report = reports.gaps_report(bases.basis(session, upper, seen=seen), found, english=False)
        report = replace(report, paper=lambda: notices.notice(session, upper, wanted, seen=seen))
        _answer(session, upper, found, report, form, output, seen)


@app.command("links")
def show_links(
    upper: Annotated[str, typer.Argument(help="上级要点、条目或任务 / Upper plan, item or task.")],
    lower: Annotated[str | None, typer.Argument(help="下级要点、条目或任务 / Lower plan, item or task.")] = None,
    as_of: AsOf = None,
    form: Written = Form.TABLE,
    output: Output = None,
) -> None:
    """列出承接关系。The links, with both verbatim texts."""
    with opened(Settings()) as database, database.read() as session:
        wanted = LinkFilter(upper=upper, lower=lower)
        seen = links.moment(session, wanted, _moment(session, as_of))
        found = links.all_links(session, wanted, seen.past)
        source = links.rests_on(session, seen, wanted, found)
        since = history.shown(session, seen.at)
        report = reports.links_report(found, (upper, lower), source, since, english=False)
        _answer(session, upper, found, report, form, output, seen)


@app.command("breakdown")
def show_breakdown(
    plan: Annotated[str, typer.Argument(help="要点 / Plan, such as 370000-edu-2020.")],
    as_of: AsOf = None,
    form: WrittenReport = ReportForm.TABLE,
    output: Output = None,
) -> None:
    """任务分解表。A plan as a task breakdown; its files can be imported again."""
    with opened(Settings()) as database, database.read() as session:
        seen = history.of_cascade(session, plan, _moment(session, as_of))
        found = breakdowns.breakdown(session, plan, seen)
        report = reports.breakdown_report(found, history.shown(session, seen.at), english=False)
        _answer(session, plan, found, report, form, output, seen)


thesaurus = typer.Typer(help="词表：一个领域中意思相同的词。Thesauri: terms that mean the same.", no_args_is_help=True)
app.add_typer(thesaurus, name="thesaurus")


@thesaurus.command("list")
def list_thesauri(output: Output = None) -> None:
    """列出词表。Every domain's thesaurus, as JSON."""
    with opened(Settings()) as database, database.read() as session:
        found = [thesauri.get(session, domain).model_dump(mode="json") for domain in thesauri.domains(session)]
    write(as_json(found), output)


@thesaurus.command("suggestions")
def suggested_terms(
    domain: Annotated[str, typer.Argument(help="领域，如 edu / Domain.")],
    output: Output = None,
) -> None:
    """复核中反复由人工对应的词，附原句，供收入词表。Terms that reviewers keep matching by hand, as JSON."""
    with opened(Settings()) as database, database.read() as session:
        found = [one.model_dump(mode="json") for one in term_suggestions.found(session, domain)]
    write(as_json(found), output)


@thesaurus.command("export")
def export_thesaurus(
    domain: Annotated[str, typer.Argument(help="领域，如 edu / Domain.")],
    output: Output = None,
) -> None:
    """导出词表为 CSV。A thesaurus as CSV."""
    with opened(Settings()) as database, database.read() as session:
        answer, _ = thesauri.export_csv(session, domain, cli_actor())
    write(answer, output)


@thesaurus.command("import")
def import_thesaurus(
    domain: Annotated[str, typer.Argument(help="领域，如 edu / Domain.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV")],
    output: Output = None,
) -> None:
    """用 CSV 替换词表；相关比对随即标为过时。Replace a thesaurus; what was judged with the old one is outdated."""
    with opened(Settings()) as database, database.write() as session:
        done = thesauri.import_bytes(session, domain, file.read_bytes(), cli_actor())
    write(as_json(done.model_dump(mode="json")), output)


def _moment(session: Session, as_of: str | None) -> datetime | None:
    return history.parse(as_of, zone_of(session))


def _answer(
    session: Session,
    about: str,
    found: BaseModel | Sequence[BaseModel],
    report: reports.Report,
    form: Form | ReportForm,
    output: Path | None,
    seen: history.Moment,
) -> None:
    """Write an answer as a table for reading, or, which is recorded as an export, as JSON or the file of its report."""
    answer: str | bytes
    if form == "table":
        write(reports.table(report), output)
        return
    if form != "json":
        answer = reports.WRITERS[reports.FileFormat(form)].write(report)
    elif isinstance(found, BaseModel):
        answer = as_json(found.model_dump(mode="json"))
    else:
        answer = as_json([one.model_dump(mode="json") for one in found])
    audit.record_report(session, cli_actor(), about, f"{report.name}.{form}", seen.at)
    write(answer, output)


if __name__ == "__main__":
    main()
