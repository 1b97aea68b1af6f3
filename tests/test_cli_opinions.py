"""Second opinions by files, as an operator at the terminal gets them."""

import json
from pathlib import Path

import pytest

from tests.commands import luoshi
from tests.factories import CITY as LINYI
from tests.factories import PROVINCE as UPPER
from tests.opinions.stand_in import none_of


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("opinions")
    assert luoshi(folder, "seed", "--no-reviews").returncode == 0
    return folder


def test_questions_out_and_answers_in(store: Path) -> None:
    done = luoshi(store, "opinions", "export")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert 10 < len({row["custom_id"] for row in rows}) == len(rows)
    told = json.loads(luoshi(store, "opinions", "export", "--all", "--estimate").stdout)
    assert len(rows) < told["questions"] <= 300
    assert told["most_tokens"] < 6000
    linyi = [row for row in rows if "_371300_" in row["custom_id"]][:3]
    answers = [{"custom_id": row["custom_id"], "response": {"body": none_of(row["body"]).payload}} for row in linyi]
    text = "\n".join(map(json.dumps, answers)) + "\nno line\n"
    (store / "answers.jsonl").write_text(text, encoding="utf-8")
    done = luoshi(store, "opinions", "import", "answers.jsonl")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert (said["stored"], said["thrown"]) == (3, {"not-a-line": 1})
    assert "not-a-line 1" in done.stderr
    left = luoshi(store, "opinions", "export", UPPER).stdout.splitlines()
    assert len(left) == len(rows) - 3


def test_what_cannot_be_used_is_told(store: Path) -> None:
    (store / "empty.jsonl").write_text("", encoding="utf-8")
    done = luoshi(store, "opinions", "import", "empty.jsonl")
    assert (done.returncode, done.stdout) == (1, "")
    assert "批量答复" in done.stderr
    assert luoshi(store, "opinions", "export", "370000-edu-1999").returncode == 1
    done = luoshi(store, "link", UPPER, LINYI, "--opinions", "all")
    assert done.returncode == 1
    assert "LUOSHI_OPINION_URL" in done.stderr
    done = luoshi(store, "link", UPPER, LINYI, LUOSHI_OPINION_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 2
    told = json.loads(luoshi(store, "link", UPPER, LINYI, "--estimate").stdout)
    assert told["questions"] > 5
