"""Make app/examples.json, the answers shown in the API's description, from a seeded store.

Run it after a change of an answer's shape: `python tests/contract/examples.py`. Moments, ids of runs and durations are
fixed, so that running it again changes nothing.
"""

import json
import re
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fastapi.testclient import TestClient

from app.db import Database
from app.linking import SHIPPED
from app.main import create_app
from app.services import seeds
from app.settings import Settings
from tests.factories import ADMIN, AUDITOR, SECURITY, give_keys

FILE = Path(__file__).parents[2] / "app" / "examples.json"
SHANDONG = "/api/v1/plans/370000-edu-2020"
LINYI = Path(__file__).parents[2] / "seeds" / "documents" / "371300-edu-2020.txt"
DOCUMENT = "临沂市教育局2021年工作要点\n一、抓好落实\n1.改善办学条件。新建学校10所，年底前交付使用。\n"
PROPOSAL = {
    "upper": "370000-edu-2020/8.4",
    "lower": "371300-edu-2020/18.1",
    "coverage": "partial",
    "rationale": "长效机制服务于同一目标。",
}
# A day that has not come when the examples are made; what is shown is fixed.
WAIVER = {"decision": "waived", "reason": "职责在省级。", "expires_on": str(date.today() + timedelta(days=90))}  # noqa: DTZ011
# It takes decisions of several cities to be suggested.
SUGGESTION = {
    "upper_term": "辍学",
    "lower_term": "流失学生",
    "support": 3,
    "by_hand": 2,
    "lift": 5.5,
    "groups": [],
    "terms": [
        {"term": "辍学", "relation": "same", "preferred": True},
        {"term": "流失学生", "relation": "same", "preferred": False},
    ],
    "sentences": [
        {
            "upper": "370000-edu-2020/8",
            "upper_text": "落实辍学报告制度",
            "lower": "371300-edu-2020/18",
            "lower_text": "建立流失学生台账",
            "by_hand": True,
        }
    ],
}
# Entries shown of each list: enough to see what they are.
SHOWN = 2
FIXED: dict[str, Any] = {
    "created_at": "2026-11-23T08:00:00Z",
    "updated_at": "2026-11-23T08:00:00Z",
    "started_at": "2026-11-23T08:00:01Z",
    "finished_at": "2026-11-23T08:00:03Z",
    "proposed_at": "2026-11-23T08:00:03Z",
    "decided_at": "2026-11-23T08:30:00Z",
    "expires_on": "2026-12-31",
    "expires_at": "2026-11-30T08:00:00Z",
    "duration_ms": 2000,
    "as_of": "2026-11-23T08:30:00Z",
}
PREFIX, SUCCESSOR = "5f0c2a91d4e7", "c83e77b0a194"
DAY = re.compile(r"(?<=于)\d{4}-\d{2}-\d{2}(?=确认)")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:]+Z")
SIGNED: dict[str, Any] = {
    "at": "2026-11-23T08:00:00.000000Z",
    "client": "127.0.0.1",
    "request_id": "6f1c2d3e4a5b",
    "previous": "3a9f" * 16,
    "mac": "7c21" * 16,
    "key": "5be0" * 4,
    "signature": "d41e" * 16,
}


def edition_calls(client: TestClient) -> dict[str, Any]:
    """The answers about a plan that got a second edition after its links were decided."""
    text = LINYI.read_text(encoding="utf-8").replace(
        "年底前，实现普通中小学56人及以上", "9月底前，实现普通中小学56人及以上"
    )
    client.post("/api/v1/plans", files={"file": ("plan.txt", text.encode())})
    editions = "/api/v1/plans/371300-edu-2020/editions"
    change = client.get(f"{editions}/2/changes", params={"review": "awaiting"}).json()["items"][-1]["id"]
    next_year = LINYI.read_text(encoding="utf-8").replace("2020年工作要点", "2021年工作要点")
    next_year = next_year.replace("2020 年工作要点", "2021年工作要点").replace(
        "普惠性幼儿园覆盖率达到80%", "普惠性幼儿园覆盖率达到85%"
    )
    form = {"adcode": "371300", "domain": "edu", "year": "2021"}
    # In the place of the short one that was imported as an example.
    client.post("/api/v1/plans", files={"file": ("plan.txt", next_year.encode())}, data=form)
    return {
        "carry_links_over": carried(client),
        "list_editions": client.get(editions).json(),
        "read_edition": client.get(f"{editions}/2").json(),
        "list_edition_items": client.get(f"{editions}/1/items").json(),
        "list_changes": client.get(f"{editions}/2/changes", params={"review": "awaiting"}).json(),
        "read_change": client.get(f"{editions}/2/changes/{change}").json(),
        "decide_change": client.put(f"{editions}/2/changes/{change}/decision", json={"decision": "confirmed"}).json(),
    }


def carried(client: TestClient) -> dict[str, Any]:
    """What is carried to the next year, shortened to a link that is left and one that is carried although a text changed."""
    answer: dict[str, Any] = client.post(
        f"{SHANDONG}/carry-overs", json={"lower": ["371300-edu-2021"], "from_plans": ["371300-edu-2020"]}
    ).json()
    left = next(row for row in answer["rows"] if row["outcome"] == "left")
    changed = next(row for row in answer["rows"] if row["outcome"] == "carried" and row["differences"])
    changed["rationale"] = DAY.sub(FIXED["decided_at"][:10], changed["rationale"])
    more = answer["more"] + len(answer["rows"]) - 2
    return answer | {"rows": [left, changed], "more": more}


def calls(client: TestClient) -> dict[str, Any]:
    """Operation id → its answer."""
    link = client.get("/api/v1/links", params={"upper": "370000-edu-2020/8.4"}).json()["items"][0]["id"]
    partial = client.get(f"{SHANDONG}/gaps", params={"kind": "partial"}).json()["items"][0]["id"]
    missing = client.get(f"{SHANDONG}/gaps", params={"kind": "missing"}).json()["items"][0]["id"]
    proposals = client.get("/api/v1/links", params={"upper": "370000-edu-2020", "status": "proposed"}).json()["items"]
    waiting = [proposal["id"] for proposal in proposals]
    # The first of them will have been decided by then.
    seen = [{"id": waiting[1], "version": 1}, {"id": waiting[0], "version": 1}]
    batch = {"links": seen, "status": "rejected", "reason": "只是提法相同，不是同一项工作。"}
    run = client.post(f"{SHANDONG}/link-runs", json={"lower": ["371300-edu-2020"], "dry_run": True}).json()
    wanted = {"role": "city_editor", "adcode": "371300", "note": "临沂市教育局"}
    key = client.post("/api/v1/keys", json=wanted, headers=SECURITY).json()
    group = {"terms": [{"term": "一键报警", "relation": "same", "preferred": True}]}
    table = "group,term,relation,preferred\nfamily-doctor,家庭医生签约,same,1\n"
    form = {"files": {"file": ("plan.txt", DOCUMENT.encode())}}
    imported = client.post("/api/v1/plans", **form).json()
    edited = {"files": {"file": ("plan.txt", DOCUMENT.replace("10所", "12所").encode())}}
    preview = client.post("/api/v1/plans/previews", **edited).json()
    previews = f"/api/v1/plans/previews/{preview['id']}"
    correction = {"corrections": {"metadata": {"issuer": "临沂市教育局办公室"}}}
    draft = {"files": {"file": ("draft.txt", LINYI.read_bytes())}}
    return {
        "create_preview": preview,
        "list_previews": client.get("/api/v1/plans/previews").json(),
        "read_preview": client.get(previews).json(),
        "list_preview_lines": client.get(f"{previews}/lines").json(),
        "update_preview": client.patch(previews, json=correction).json(),
        "confirm_preview": client.post(f"{previews}/confirmation").json(),
        "check_draft": client.post("/api/v1/checks", **draft).json(),
        "list_plans": client.get("/api/v1/plans").json(),
        "import_plan": imported,
        **plan_changes(client),
        "read_plan": client.get(SHANDONG).json(),
        "read_breakdown": client.get(f"{SHANDONG}/breakdown").json(),
        "list_items": client.get(f"{SHANDONG}/items").json(),
        "read_item": client.get(f"{SHANDONG}/items/8").json(),
        "read_item_impact": client.get(f"{SHANDONG}/items/8/impact").json(),
        "read_task_impact": client.get(f"{SHANDONG}/items/8/tasks/4/impact").json(),
        "list_implementers": client.get(f"{SHANDONG}/items/8/implementers").json(),
        "list_upstream": client.get("/api/v1/plans/371300-edu-2020/items/18/upstream").json(),
        "read_matrix": client.get(f"{SHANDONG}/coverage").json(),
        "read_coverage": client.get(f"{SHANDONG}/coverage/371300-edu-2020").json(),
        "list_gaps": client.get(f"{SHANDONG}/gaps").json(),
        "read_gap": client.get(f"{SHANDONG}/gaps/{partial}").json(),
        "read_cascade": client.get(f"{SHANDONG}/cascade", params={"depth": 1}).json(),
        "start_link_run": run,
        "list_link_runs": client.get(f"{SHANDONG}/link-runs").json(),
        "read_link_run": client.get(f"{SHANDONG}/link-runs/{run['id']}").json(),
        "list_links": client.get("/api/v1/links", params={"upper": "370000-edu-2020/8"}).json(),
        "read_link": client.get(f"/api/v1/links/{link}").json(),
        "propose_link": client.post("/api/v1/links", json=PROPOSAL).json(),
        "decide_link": client.patch(
            f"/api/v1/links/{waiting[0]}", json={"status": "confirmed"}, headers={"If-Match": '"1"'}
        ).json(),
        "decide_links": client.post("/api/v1/links/decisions", json=batch).json(),
        "decide_gap": client.put(f"{SHANDONG}/gaps/{missing}/decision", json=WAIVER).json(),
        **calibrations(client),
        "list_review": client.get(f"{SHANDONG}/review").json(),
        "read_review_progress": client.get(f"{SHANDONG}/review/progress").json(),
        "search_items": client.get("/api/v1/search", params={"q": "大班额"}).json(),
        "list_thesauri": client.get("/api/v1/thesauri").json(),
        "read_thesaurus": client.get("/api/v1/thesauri/edu").json(),
        "import_thesaurus": client.put(
            "/api/v1/thesauri/health", content=table.encode(), headers={"content-type": "text/csv"}
        ).json(),
        "list_suggestions": {"items": [SUGGESTION], "next_cursor": None},
        "list_groups": client.get("/api/v1/thesauri/edu/groups", params={"q": "控辍保学"}).json(),
        "read_group": client.get("/api/v1/thesauri/health/groups/family-doctor").json(),
        "put_group": client.put("/api/v1/thesauri/health/groups/one-key-alarm", json=group).json(),
        "list_jurisdictions": client.get("/api/v1/jurisdictions", params={"parent": "370000"}).json(),
        "read_jurisdiction": client.get("/api/v1/jurisdictions/371300").json(),
        "register_jurisdiction": client.post(
            "/api/v1/jurisdictions", json={"adcode": "371302", "name": "兰山区"}
        ).json(),
        "list_audit_entries": client.get(
            "/api/v1/audit", params={"action": "thesaurus.put-group"}, headers=AUDITOR
        ).json(),
        "read_audit_head": client.get("/api/v1/audit/head", headers=AUDITOR).json(),
        "create_key": key,
        "read_key": client.get(f"/api/v1/keys/{key['prefix']}", headers=SECURITY).json(),
        "list_keys": client.get("/api/v1/keys", params={"adcode": "371300"}, headers=SECURITY).json(),
        "rotate_key": client.post(f"/api/v1/keys/{key['prefix']}/rotations", json={}, headers=SECURITY).json(),
        "read_caller": client.get("/api/v1/caller").json(),
        **edition_calls(client),
        "read_liveness": client.get("/healthz").json(),
        "read_readiness": client.get("/readyz").json(),
    }


def calibrations(client: TestClient) -> dict[str, Any]:
    """A calibration that found too few decisions to learn from, and what one looks like that was adopted and undone."""
    started = client.post("/api/v1/calibrations", json={"domain": "edu"}).json()
    url = f"/api/v1/calibrations/{started['id']}"
    while client.get(url).json()["state"] in {"queued", "running"}:
        time.sleep(0.05)
    done = client.get(url).json()
    figures = {
        "loss": 0.119,
        "task_loss": 0.464,
        "item_loss": 0.0165,
        "gap_f1": 0.9,
        "coverage_exact": 0.82,
        "item_f1": 0.94,
    }
    better = figures | {"loss": 0.116, "task_loss": 0.451, "item_loss": 0.0159}
    told = {"before": figures, "after": better}
    adopted = done | {
        "outcome": "adopted",
        "in_force": True,
        "counts": {
            **done["counts"],
            "tasks": 76,
            "taken_up": 34,
            "not_taken_up": 42,
            "item_pairs": 67,
            "upper_items": 11,
        },
        "reviewers": {"key:0123456789ab": 143},
        "figures": {"decisions": told | {"without": figures}, "shipped": told},
        "numbers": SHIPPED.as_dict(),
        "model_digest": SHIPPED.digest(),
    }
    undone = adopted | {
        "in_force": False,
        "undone_by": "key:0123456789ab",
        "undone_at": done["finished_at"],
        "undo_reason": "待核对复核结论。",
    }
    listed = client.get("/api/v1/calibrations").json()
    return {
        "start_calibration": started,
        "list_calibrations": listed,
        "read_calibration": adopted,
        "undo_calibration": undone,
    }


def plan_changes(client: TestClient) -> dict[str, Any]:
    """A plan is corrected, withdrawn and restored."""
    plan = "/api/v1/plans/370800-edu-2021"

    def seen() -> dict[str, str]:
        return {"If-Match": client.get(plan, params={"withdrawn": True}).headers["ETag"]}

    patch = {"issuer": "济宁市教育局", "reason": "发文机关以规范简称为准。"}
    return {
        "update_plan": client.patch(plan, json=patch, headers=seen()).json(),
        "withdraw_plan": client.delete(plan, params={"reason": "误传的征求意见稿"}, headers=seen()).json(),
        "restore_plan": client.post(f"{plan}/restoration", json={"reason": "核实无误"}, headers=seen()).json(),
    }


def shorten(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The value with short lists, fixed moments, and no test's key."""
    if isinstance(value, str) and value.startswith("key:"):
        return f"key:{PREFIX}"
    if isinstance(value, list):
        return [shorten(entry) for entry in value[:SHOWN]]
    if isinstance(value, dict):
        return {name: _fixed(name, entry) for name, entry in value.items()}
    return value


def _fixed(name: str, entry: Any) -> Any:  # noqa: ANN401 - any JSON
    if entry is None:
        return None
    if name == "withdrawn":
        return entry | {"at": FIXED["decided_at"], "by": f"key:{PREFIX}"}
    return FIXED.get(name, shorten(entry))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/store.db", log_level="ERROR")
        database = Database(settings)
        database.migrate()
        give_keys(database)
        seeds.load(database)
        database.close()
        with TestClient(create_app(settings), headers=ADMIN) as client:
            made = {name: shorten(answer) for name, answer in calls(client).items()}
    for entry in (*made["list_audit_entries"]["items"], made["read_audit_head"]):
        # The key is chance, and all codes come from it.
        entry |= {name: value for name, value in SIGNED.items() if name in entry}
    for row in made["decide_links"]["results"]:
        row["detail"] = row["detail"] and MOMENT.sub(FIXED["decided_at"], row["detail"])
    for name in ("start_link_run", "read_link_run", "create_preview", "read_preview", "update_preview"):
        made[name] |= {"id": "0196a2b3c4d55e6f7081"}
    for name, prefix in (("create_key", PREFIX), ("read_key", PREFIX), ("rotate_key", SUCCESSOR)):
        made[name] |= {"prefix": prefix} | ({"key": f"{prefix}_{'9b' * 32}"} if "key" in made[name] else {})
    made["list_keys"]["items"] = [made["read_key"]]
    made["list_previews"]["items"][0] |= {"id": "0196a2b3c4d55e6f7081"}
    made["list_link_runs"]["items"] = [made["read_link_run"]]
    made["start_link_run"] |= {"state": "queued", "started_at": None, "finished_at": None, "duration_ms": None}
    made["read_link_run"] |= {
        "state": "succeeded",
        "progress": {"done": 1, "total": 1},
        "finished_at": FIXED["finished_at"],
    }
    FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
