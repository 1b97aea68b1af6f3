"""The luoshi command, as an operator uses it."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from tests.commands import luoshi, luoshi_anew

DOCUMENTS = Path(__file__).parents[1] / "seeds" / "documents"
UPPER, LINYI = "370000-edu-2020", "371300-edu-2020"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose luoshi.db was seeded by the command; its name has a space and a percent sign."""
    folder = tmp_path_factory.mktemp("my store 100%")
    done = luoshi_anew(folder, "seed", "--no-reviews")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (folder / "luoshi.db").exists()
    return folder


def test_seeding_again_changes_nothing(store: Path) -> None:
    before = luoshi(store, "coverage", UPPER, LINYI, "--json").stdout
    assert luoshi(store, "seed", "--no-reviews").returncode == 0
    assert luoshi(store, "coverage", UPPER, LINYI, "--json").stdout == before


def test_coverage(store: Path) -> None:
    answer = json.loads(luoshi(store, "coverage", UPPER, LINYI, "--json").stdout)
    assert (answer["upper"], answer["lower"], len(answer["items"])) == (UPPER, LINYI, 23)
    table = luoshi(store, "coverage", UPPER, LINYI).stdout
    assert "实现失学辍学" in table


def test_gaps(store: Path) -> None:
    as_json = json.loads(luoshi(store, "gaps", UPPER, "--format", "json").stdout)
    assert len([gap for gap in as_json if gap["kind"] == "no_plan"]) == 13
    only = json.loads(luoshi(store, "gaps", UPPER, "--adcode", "371300", "--format", "json").stdout)
    assert only == [gap for gap in as_json if gap["adcode"] == "371300"]
    done = luoshi(store, "gaps", UPPER, "--format", "csv", "--output", "缺口.csv")
    assert (done.returncode, done.stdout) == (0, "")
    data = (store / "缺口.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["缺口编号"] for row in rows] == [gap["id"] for gap in as_json]
    table = luoshi(store, "gaps", UPPER).stdout
    counted, made = table.rstrip().splitlines()[-2:]
    assert counted.strip() == f"共 {len(as_json)} 项"
    assert made.strip().startswith("数据截至 ")


@pytest.mark.parametrize(
    "args", [("gaps", UPPER), ("coverage", UPPER), ("coverage", UPPER, LINYI), ("breakdown", LINYI), ("links", UPPER)]
)
def test_every_answer_in_every_format(store: Path, args: tuple[str, ...]) -> None:
    assert json.loads(luoshi(store, *args, "--format", "json").stdout)
    assert "临沂" in luoshi(store, *args).stdout or "371300-edu-2020" in luoshi(store, *args).stdout
    for form, begins in {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "docx": b"PK"}.items():
        done = luoshi(store, *args, "--format", form, "--output", f"答复.{form}")
        if (args[0], form) == ("links", "docx"):
            assert done.returncode == 2
            continue
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert (store / f"答复.{form}").read_bytes().startswith(begins)


def test_link(store: Path) -> None:
    run = json.loads(luoshi(store, "link", UPPER, LINYI, "--dry-run").stdout)
    assert (run["state"], run["lower"], run["dry_run"]) == ("succeeded", [LINYI], True)
    assert run["started_by"].startswith("cli:")
    assert run["counts"]["added"] == run["counts"]["removed"] == 0


def test_carry(store: Path) -> None:
    done = json.loads(luoshi(store, "carry", UPPER, LINYI, "--dry-run").stdout)
    [pair] = done["pairs"]
    assert (done["dry_run"], pair["lower"], pair["from_lower"], done["rows"]) == (True, LINYI, None, [])
    refused = luoshi(store, "carry", UPPER, "--from", "320000-edu-2020")
    assert (refused.returncode, "往年要点" in refused.stderr) == (1, True)
    misspelt = luoshi(store, "carry", UPPER, "临沂")
    assert (misspelt.returncode, "370000-edu-2021" in misspelt.stderr) == (2, True)


def test_import(tmp_path: Path) -> None:
    files = [str(DOCUMENTS / f"{key}.txt") for key in (UPPER, LINYI)]
    bad = tmp_path / "坏文件.txt"
    bad.write_bytes(b"%PDF-1.7")
    done = luoshi(tmp_path, "import", files[0], str(bad), files[1])
    assert done.returncode == 1
    assert [answer["plan"] for answer in json.loads(done.stdout)] == [UPPER, LINYI], "the others are kept"
    assert "坏文件.txt" in done.stderr
    draft = tmp_path / "draft.txt"
    draft.write_text("云河市2020年教育工作要点\n1.办好学校。新建学校3所。\n", encoding="utf-8")
    assert luoshi(tmp_path, "import", str(draft)).returncode == 1
    done = luoshi(tmp_path, "import", str(draft), "--adcode", "379900", "--name", "云河市")
    assert json.loads(done.stdout)[0]["plan"] == "379900-edu-2020"
    for wrong in (
        ("--domain", "Foo/Bar"),
        ("--year", "-5"),
        ("--year", "99999"),
        ("--name", " "),
        ("--domain", "a" * 80),
    ):
        refused = luoshi(tmp_path, "import", str(draft), "--adcode", "371300", *wrong)
        assert (refused.returncode, json.loads(refused.stdout)) == (1, []), wrong
        assert wrong[0].removeprefix("--") in refused.stderr


def test_a_dry_run_shows_and_stores_nothing(tmp_path: Path) -> None:
    file = str(DOCUMENTS / f"{LINYI}.txt")
    done = luoshi(tmp_path, "import", "--dry-run", file)
    assert done.returncode == 0, done.stderr
    for told in ("将存为新的要点 371300-edu-2020（第 1 版）", "临教办字〔2020〕11号", "18.推进义务教育优质均衡"):
        assert told in done.stdout
    shown = json.loads(luoshi(tmp_path, "import", "--dry-run", "--json", file).stdout)
    assert [(document["outcome"]["plan"], len(document["items"])) for document in shown] == [(LINYI, 35)]
    with sqlite3.connect(tmp_path / "luoshi.db") as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {name: store.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
    # What any opening of a new store writes: its migrations, and the head of an empty audit.
    assert {name for name, count in held.items() if count} == {"alembic_version", "audit_head"}
    assert held["audit_head"] == 1


def test_importing_with_corrections(store: Path) -> None:
    text = (DOCUMENTS / f"{LINYI}.txt").read_text(encoding="utf-8").replace("177处", "188处")
    draft, said = store / "改过.txt", store / "更正.json"
    draft.write_text(text, encoding="utf-8")
    changes = luoshi(store, "import", "--dry-run", str(draft)).stdout
    assert "将存为要点 371300-edu-2020 的第 2 版" in changes
    assert "有改动（数字）" in changes
    said.write_text(json.dumps({"lines": [{"start": 0, "kind": "bold"}]}), encoding="utf-8")
    wrong = luoshi(store, "import", "--dry-run", str(draft), "--corrections", str(said))
    assert (wrong.returncode, "/body/corrections/lines/0/kind" in wrong.stderr) == (1, True)
    said.write_text(json.dumps({"metadata": {"document_number": "临教办字〔2020〕12号"}}), encoding="utf-8")
    (shown,) = json.loads(luoshi(store, "import", "--dry-run", "--json", str(draft), "--corrections", str(said)).stdout)
    assert shown["metadata"]["document_number"]["origin"] == "given"
    both = luoshi(store, "import", str(draft), str(draft), "--corrections", str(said))
    assert both.returncode == 2


def test_check(store: Path) -> None:
    file = str(DOCUMENTS / f"{LINYI}.txt")
    found = json.loads(luoshi(store, "check", file, "--format", "json").stdout)
    gaps = json.loads(luoshi(store, "gaps", UPPER, "--adcode", "371300", "--format", "json").stdout)
    assert [{name: gap[name] for name in gaps[0]} for gap in found["gaps"]] == gaps
    table = luoshi(store, "check", file, "--against", UPPER).stdout
    assert "基本解决中小学集中就餐需求" in table
    assert "没有存入任何内容" in table
    refused = luoshi(store, "check", file, "--against", "320000-edu-2020")
    assert (refused.returncode, refused.stdout) == (1, "")


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("coverage", "370000-edu-2031", LINYI), 1, "370000-edu-2031"),
        (("gaps", UPPER, "--adcode", "x"), 1, "六位"),
        (("link", UPPER, "320000-edu-2020"), 1, "下级"),
        (("gaps", UPPER, "--format", "pdf"), 2, "--format"),
        (("import", "no-such-file.txt"), 2, "no-such-file.txt"),
        (("serve", "--trial", "--host", "0.0.0.0"), 2, "127.0.0.1"),
        (("nonsense",), 2, "nonsense"),
        (("gaps", UPPER, "--output", "no/such/folder.json"), 1, "no/such/folder.json"),
    ],
)
def test_failures_are_one_sentence(store: Path, args: tuple[str, ...], code: int, told: str) -> None:
    done = luoshi(store, *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_setting_and_a_database_that_is_away(tmp_path: Path) -> None:
    bad = luoshi(tmp_path, "gaps", UPPER, LUOSHI_LOG_LEVEL="LOUD")
    assert (bad.returncode, "LUOSHI_LOG_LEVEL" in bad.stderr, "Traceback" in bad.stderr) == (2, True, False)
    for url in (
        "foo",
        "mysql://x/y",
        "sqlite://",
        "sqlite:///:memory:",
        f"sqlite:///{DOCUMENTS / '370000-edu-2020.txt'}",
    ):
        wrong = luoshi(tmp_path, "gaps", UPPER, LUOSHI_DATABASE_URL=url)
        assert (wrong.returncode, "LUOSHI_DATABASE_URL" in wrong.stderr, "Traceback" in wrong.stderr) == (
            2,
            True,
            False,
        )
    away = luoshi(tmp_path, "gaps", UPPER, LUOSHI_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert (away.returncode, "LUOSHI_DATABASE_URL" in away.stderr, "Traceback" in away.stderr) == (1, True, False)


def test_version() -> None:
    assert luoshi_anew(Path.cwd(), "--version").stdout.startswith("luoshi ")


def test_thesaurus(store: Path) -> None:
    listed = json.loads(luoshi(store, "thesaurus", "list").stdout)
    assert [row["domain"] for row in listed] == ["edu"]
    assert luoshi(store, "thesaurus", "export", "edu", "--output", "词表.csv").returncode == 0
    again = json.loads(luoshi(store, "thesaurus", "import", "edu", "词表.csv").stdout)
    assert (again["added"], again["removed"], again["changed"], again["digest"]) == (0, 0, 0, listed[0]["digest"])
    (store / "bad.csv").write_text("group,term,relation,preferred\na,控辍保学,same,\n", encoding="utf-8")
    bad = luoshi(store, "thesaurus", "import", "edu", "bad.csv")
    assert (bad.returncode, bad.stdout, "/rows/2" in bad.stderr) == (1, "", True)
    assert luoshi(store, "thesaurus", "export", "none").returncode == 1
