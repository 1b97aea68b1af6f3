"""`luoshi keys`: access keys for whoever has the machine, above all the first one."""

from typing import Annotated

import typer

from app.auth import cli_actor
from app.pagination import MAX_LIMIT, PageRequest
from app.permissions import Role
from app.schemas.access import MAX_KEY_DAYS, AccessKeyCreate, AccessKeyRead, AccessKeyRotate
from app.services import access_keys, cascades
from app.services.access_keys import KeyFilter
from app.settings import Settings
from app.terminal import Output, as_json, opened, write

app = typer.Typer(help="访问密钥：新建、查看、更换、吊销。Access keys.", no_args_is_help=True)

Prefix = Annotated[str, typer.Argument(help="密钥的前 12 位 / The first 12 characters of a key.")]


@app.command("create")
def create(
    role: Annotated[Role, typer.Option(help="角色 / Role; docs/access.md says what each may do.")],
    adcode: Annotated[str | None, typer.Option(help="行政区划代码 / For this jurisdiction and all below it.")] = None,
    note: Annotated[str | None, typer.Option(help="用途 / What it is for.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=MAX_KEY_DAYS, help="有效天数 / For how many days.")] = None,
    output: Output = None,
) -> None:
    """新建访问密钥；只显示这一次。Make an access key and print it, alone, this once."""
    wanted = access_keys.checked(AccessKeyCreate, role=role, adcode=adcode, note=note, days=days)
    with opened(Settings()) as database:
        with database.write() as session:
            cascades.load_shipped_jurisdictions(session, cli_actor())
        with database.write() as session:
            made = access_keys.create(session, wanted, cli_actor())
    write(f"{made.key}\n", output)


@app.command("list")
def show(output: Output = None) -> None:
    """列出访问密钥。All access keys, without their secrets, as JSON."""
    found: list[AccessKeyRead] = []
    with opened(Settings()) as database, database.read() as session:
        after: list[str | int | float | None] | None = None
        while page := access_keys.page(session, PageRequest(MAX_LIMIT, after, ""), KeyFilter()).items:
            found += page
            after = [page[-1].prefix]
    write(as_json([key.model_dump(mode="json") for key in found]), output)


@app.command("rotate")
def rotate(
    key: Prefix,
    overlap_hours: Annotated[int, typer.Option(help="旧密钥继续有效的小时数 / Hours the old one works on.")] = 24,
    output: Output = None,
) -> None:
    """更换访问密钥；新密钥只显示这一次。Replace a key and print the new one, alone, this once."""
    wanted = access_keys.checked(AccessKeyRotate, overlap_hours=overlap_hours)
    with opened(Settings()) as database, database.write() as session:
        made = access_keys.rotate(session, key, wanted, cli_actor())
    write(f"{made.key}\n", output)


@app.command("revoke")
def revoke(key: Prefix) -> None:
    """吊销访问密钥。Let a key, and the sessions opened with it, work no more."""
    with opened(Settings()) as database, database.write() as session:
        access_keys.revoke(session, key, cli_actor())
