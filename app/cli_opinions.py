"""`luoshi opinions`: second opinions from a model that sits in another network."""

from pathlib import Path
from typing import Annotated

import typer

from app.auth import cli_actor
from app.services import opinion_batches
from app.services.opinion_batches import Wanted
from app.settings import Settings
from app.terminal import Output, as_json, err, opened, progress_bar, write

app = typer.Typer(
    help="第二意见：把拿不准的问题导出，在别处回答后导入。Second opinions: questions out, answers in.",
    no_args_is_help=True,
)

Upper = Annotated[str | None, typer.Argument(help="上级要点；不写为全部 / Upper plan; all without.")]
Every = Annotated[
    bool, typer.Option("--all", help="问全部任务，不只是拿不准的 / All tasks, not only the doubtful ones.")
]


@app.command("export")
def export(
    upper: Upper = None,
    every: Every = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="只估算数量、用量和时间 / Only say how many, and what they would take.")
    ] = False,
    output: Output = None,
) -> None:
    """导出待问的问题，每行一个（批量对话格式）。The open questions, one JSON object a line; needs no model."""
    with opened(Settings()) as database, progress_bar("导出 / exporting") as progress:
        wanted = Wanted(upper, every)
        if estimate:
            write(as_json(opinion_batches.estimate(database, wanted, progress).model_dump()), output)
        else:
            write(opinion_batches.export(database, wanted, cli_actor(), progress), output)


@app.command("import")
def import_answers(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON Lines")],
    output: Output = None,
) -> None:
    """导入答复，逐条核对，并据此更新建议。Take the answers that hold, and bring the proposals up to them."""
    with opened(Settings()) as database, progress_bar("导入 / importing") as progress:
        done = opinion_batches.import_answers(database, file.read_bytes(), cli_actor(), progress)
    if done.thrown:
        lost = "、".join(f"{why} {count}" for why, count in done.thrown.items())
        err.print(f"作废 / thrown away: {lost}", style="yellow", markup=False)
    write(as_json(done.model_dump(mode="json")), output)
