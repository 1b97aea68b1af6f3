"""A province with two cities and short plans, and writes of every kind to it: what tests of time need, and cheap."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from fastapi.testclient import TestClient

V1 = "/api/v1"
UPPER, LOWER, OTHER = "370000-health-2020", "371300-health-2020", "370200-health-2020"
PROVINCE = (
    "山东省2020年卫生健康工作要点\n一、医疗服务\n1.推进分级诊疗。年底前建成县域医共体{}个，家庭医生签约率达到60%。\n"
    "2.加强院前急救。年底前新建急救站点100个。\n二、公共卫生\n3.做好慢性病防治。开展高血压、糖尿病规范管理，管理率达到70%。\n"
    "4.改善妇幼健康服务。新增婴幼儿托位5000个。\n"
)
CITY = (
    "{}2020年卫生健康工作要点\n1.推进分级诊疗。建成县域医共体{}个，家庭医生签约率达到50%。\n"
    "2.做好慢性病防治。开展高血压、糖尿病规范管理，年底前管理率达到70%。\n3.抓好信访维稳。\n"
)
# What is asked of the cascade, in every format.
ASKED = (
    f"/plans/{UPPER}",
    f"/plans/{UPPER}/original",
    f"/plans/{UPPER}/items?limit=2",
    f"/plans/{UPPER}/items/1",
    f"/plans/{LOWER}/items/1",
    f"/plans/{UPPER}/items/1/implementers",
    f"/plans/{UPPER}/items/3/implementers?basis=confirmed",
    f"/plans/{LOWER}/items/1/upstream",
    f"/plans/{UPPER}/cascade",
    f"/plans/{UPPER}/cascade?format=graphml",
    f"/plans/{UPPER}/coverage?basis=confirmed",
    f"/plans/{UPPER}/gaps?limit=3",
    f"/plans/{UPPER}/gaps/no_plan-370200",
    f"/plans/{UPPER}/gaps/missing-371300-2.1",
    "/plans?limit=2",
    "/links?limit=2",
    f"/links?lower={LOWER}",
    *(f"/plans/{LOWER}/breakdown?format={form}" for form in ("json", "csv", "xlsx", "docx")),
    *(f"/plans/{UPPER}/coverage?format={form}" for form in ("json", "csv", "xlsx", "docx")),
    *(f"/plans/{UPPER}/coverage/{LOWER}?format={form}" for form in ("json", "csv", "xlsx", "docx")),
    *(f"/plans/{UPPER}/gaps?format={form}" for form in ("json", "csv", "xlsx", "docx")),
    *(f"/links?upper={UPPER}&format={form}" for form in ("json", "csv", "xlsx")),
)


@dataclass(slots=True)
class World:
    """A client over the small cascade, which writes to it in turn."""

    client: TestClient
    numbers: count = field(default_factory=lambda: count(20))

    def send(self, method: str, path: str, *fine: int, **sent: object) -> dict:
        answer = self.client.request(method, f"{V1}{path}", **sent)  # type: ignore[arg-type]
        assert answer.status_code in (fine or (200, 201, 204)), f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def build(self) -> "World":
        for adcode, name in (("100000", "全国"), ("370000", "山东省"), ("370200", "青岛市"), ("371300", "临沂市")):
            self.send("POST", "/jurisdictions", json={"adcode": adcode, "name": name})
        self.put_group(new=True)
        self.upload("370000", PROVINCE.format(50))
        self.upload("371300", CITY.format("临沂市", 3))
        self.link()
        return self

    def upload(self, adcode: str, text: str, *fine: int) -> dict:
        form = {"adcode": adcode, "domain": "health", "year": "2020"}
        return self.send("POST", "/plans", *fine, files={"file": ("plan.txt", text.encode())}, data=form)

    def link(self) -> None:
        run = self.send("POST", f"/plans/{UPPER}/link-runs", 202, json={})["id"]
        while (state := self.send("GET", f"/plans/{UPPER}/link-runs/{run}")["state"]) in {"queued", "running"}:
            time.sleep(0.01)
        assert state == "succeeded"

    def links(self, **params: str) -> list[dict]:
        found: list[dict] = self.send("GET", "/links", params={"upper": UPPER, **params})["items"]
        return found

    def decide(self, status: str) -> None:
        for link in self.links():
            # What the text has lost by now cannot be confirmed.
            gone = {reason["field"] for reason in link["stale_reason"]} & {"dropped", "merged"}
            if link["status"] != status and not gone:
                seen = {"If-Match": f'"{link["version"]}"'}
                body = {"status": status, "reason": "复核"}
                self.send("PATCH", f"/links/{link['id']}", json=body, headers=seen)
                return

    def decide_many(self) -> None:
        seen = [{"id": link["id"], "version": link["version"]} for link in self.links()[:3]]
        if seen:
            self.send("POST", "/links/decisions", json={"links": seen, "status": "rejected", "reason": "复核"})

    def propose(self) -> None:
        wanted = {"upper": f"{UPPER}/4.1", "lower": f"{LOWER}/3", "coverage": "partial", "rationale": "见文件"}
        self.send("POST", "/links", 201, 409, 422, json=wanted)

    def gap(self, method: str) -> None:
        for gap in self.send("GET", f"/plans/{UPPER}/gaps")["items"]:
            if (gap["decision"] is None) == (method == "PUT"):
                version = gap["decision"]["version"] if gap["decision"] else 0
                until = str((datetime.now(UTC) + timedelta(days=9)).date())
                body = {"decision": "waived", "reason": "职责在省级", "expires_on": until}
                address = f"/plans/{UPPER}/gaps/{gap['id']}/decision"
                sent = {"json": body} if method == "PUT" else {}
                self.send(method, address, headers={"If-Match": f'"{version}"'}, **sent)
                return

    def put_group(self, *, new: bool = False) -> None:
        terms = [
            {"term": "医共体", "relation": "same", "preferred": True},
            {"term": f"医联体{next(self.numbers)}", "relation": "same", "preferred": False},
        ]
        seen = {} if new else {"If-Match": "*"}
        self.send("PUT", "/thesauri/health/groups/union", json={"terms": terms}, headers=seen)

    def register(self) -> None:
        self.send("POST", "/jurisdictions", json={"adcode": f"37{next(self.numbers)}00", "name": "某新市"})

    def version(self, plan: str) -> dict[str, str]:
        return {"If-Match": f'"{self.send("GET", f"/plans/{plan}?withdrawn=true")["version"]}"'}

    def correct(self) -> None:
        body = {"issuer": f"卫生健康委{next(self.numbers)}", "issued_on": "2020-03-01"}
        self.send("PATCH", f"/plans/{LOWER}", json=body, headers=self.version(LOWER))

    def withdraw(self, plan: str = LOWER) -> None:
        self.send("DELETE", f"/plans/{plan}", params={"reason": "误传"}, headers=self.version(plan))

    def restore(self, plan: str = LOWER) -> None:
        self.send("POST", f"/plans/{plan}/restoration", json={"reason": "核实无误"}, headers=self.version(plan))

    def withdraw_and_restore(self) -> None:
        self.withdraw()
        self.restore()

    def writes(self) -> dict[str, Callable[[], object]]:
        """Writes of every kind, each of which can follow any other."""
        return {
            "confirm": lambda: self.decide("confirmed"),
            "reject": lambda: self.decide("rejected"),
            "decide many": self.decide_many,
            "propose": self.propose,
            "waive a gap": lambda: self.gap("PUT"),
            "take a decision back": lambda: self.gap("DELETE"),
            "change a thesaurus": self.put_group,
            "register a city": self.register,
            "correct metadata": self.correct,
            "a city's new edition": lambda: self.upload("371300", CITY.format("临沂市", next(self.numbers))),
            "the province's new edition": lambda: self.upload("370000", PROVINCE.format(next(self.numbers))),
            "another city's plan": lambda: self.upload("370200", CITY.format("青岛市", next(self.numbers))),
            "a link run": self.link,
            "withdraw and restore": self.withdraw_and_restore,
        }

    def ask(self, path: str, as_of: str | None = None) -> tuple[int, bytes, str | None]:
        """Status, body, and since when it has stood so."""
        sent = {} if as_of is None else {"as_of": as_of}
        # What stands in the address must not be lost when parameters are added.
        answer = self.client.get(f"{V1}{path}", params=_merged(path, sent))
        assert answer.status_code in {200, 404}, f"{path} as of {as_of}: {answer.text}"
        body = answer.content if answer.status_code == 200 else b""
        return answer.status_code, body, answer.headers.get("luoshi-as-of")

    def everything(self, as_of: str | None = None) -> dict[str, tuple[int, bytes, str | None]]:
        return {path: self.ask(path, as_of) for path in ASKED}


def _merged(path: str, more: dict[str, str]) -> dict[str, str]:
    query = path.partition("?")[2]
    return dict(part.split("=") for part in query.split("&") if part) | more


def moment() -> str:
    """Now, as `as_of` takes it."""
    return datetime.now(UTC).isoformat()
