"""What people do to the service while it is killed: imports, link runs, decisions. Everything sent is kept."""

import random
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import httpx

from app.permissions import Role
from tests.crash.service import ROOT
from tests.factories import AS, PROVINCE

CITIES = ["370200-edu-2020", "371300-edu-2020", "370800-edu-2021"]
LINYI = (ROOT / "seeds/documents/371300-edu-2020.txt").read_text(encoding="utf-8")
API = "/api/v1"


@dataclass
class Sent:
    """A write that was sent. Without an answer nobody can say whether it was done."""

    operation: str
    method: str
    path: str
    what: dict[str, Any]
    role: Role
    once: str
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    status: int | None = None
    body: Any = None

    def send(self, client: httpx.Client, request_id: str | None = None) -> httpx.Response:
        """Send it, perhaps once more, under another request's id."""
        headers = {
            **AS[self.role],
            "Idempotency-Key": self.once,
            "X-Request-ID": request_id or self.request_id,
            **self.what.get("headers", {}),
        }
        rest = {name: value for name, value in self.what.items() if name != "headers"}
        return client.request(self.method, self.path, headers=headers, **rest)


def document(chance: random.Random, adcode: str, name: str, year: int) -> tuple[bytes, int, int]:
    """A county's plan, with its number of sections and of items."""
    sections, items = chance.randint(1, 6), chance.randint(5, 60)
    lines = [f"{name}{year}年卫生工作要点", f"（第{chance.getrandbits(40)}稿）"]
    numbers = "一二三四五六"
    for number in range(1, items + 1):
        if (number - 1) % (-(-items // sections)) == 0:
            lines.append(f"{numbers[(number - 1) // (-(-items // sections))]}、加强第{number}方面工作")
        beds, month = chance.randint(1, 900), chance.randint(1, 12)
        lines.append(
            f"{number}.办好医院。新建医院{beds}所，{month}月底前培训医生{beds + 7}人。全面推进分级诊疗制度建设。"
        )
    count = sum(1 for line in lines if "、加强第" in line)
    return "\n".join(lines).encode(), count, items


class Work:
    """Some people at once at one service, each in a thread, until it is killed."""

    def __init__(self, address: str, seed: int) -> None:
        self.address = address
        self.chance = random.Random(seed)  # noqa: S311 - which moments they are does not matter
        self.sent: list[Sent] = []
        # What each file that was sent holds: sections, items.
        self.files: dict[bytes, tuple[int, int]] = {}
        self._lock = Lock()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Everybody works for the time of the block; whoever finds nobody at home stops."""
        self.sent = []
        people: list[Callable[[httpx.Client, random.Random], None]] = [
            self._imports,
            self._previews,
            self._links,
            self._decides,
            self._grants,
        ]
        over = Event()
        with ThreadPoolExecutor(len(people)) as threads:
            done = [threads.submit(self._work, one, random.Random(self.chance.random()), over) for one in people]  # noqa: S311
            try:
                yield
            finally:
                over.set()
        for one in done:
            one.result()

    def wait(self) -> None:
        """Until something was answered: on a machine that is busy nothing would get done before the kill."""
        until = time.monotonic() + 30
        while time.monotonic() < until and not any(one.status for one in list(self.sent)):
            time.sleep(0.01)

    def _work(self, one: Callable[[httpx.Client, random.Random], None], chance: random.Random, over: Event) -> None:
        with httpx.Client(base_url=self.address, timeout=60) as client:
            while not over.is_set():
                try:
                    one(client, chance)
                except httpx.TransportError:
                    return

    def _send(self, client: httpx.Client, role: Role, operation: str, method: str, path: str, **what: Any) -> Sent:  # noqa: ANN401 - whatever httpx takes
        sent = Sent(operation, method, f"{API}{path}", what, role, str(uuid.uuid4()))
        with self._lock:
            self.sent.append(sent)
        answer = sent.send(client)
        sent.body = answer.json() if answer.content else None
        sent.status = answer.status_code
        return sent

    def _file(self, chance: random.Random) -> dict[str, Any]:
        if chance.random() < 0.2:
            # A new edition of a plan that is linked and decided.
            text = LINYI.replace("56人", f"{chance.randint(40, 60)}人").encode()
            return {"files": {"file": ("linyi.txt", text)}, "data": {"adcode": "371300"}}
        number = chance.randint(1, 60)
        adcode, name = f"3713{number + 30:02d}", f"第{number}县"
        data, sections, items = document(chance, adcode, name, 2020)
        self.files[data] = (sections, items)
        form = {"adcode": adcode, "name": name, "domain": "health", "year": "2020"}
        return {"files": {"file": ("plan.txt", data)}, "data": form}

    def _imports(self, client: httpx.Client, chance: random.Random) -> None:
        self._send(client, Role.ADMIN, "import_plan", "POST", "/plans", **self._file(chance))

    def _previews(self, client: httpx.Client, chance: random.Random) -> None:
        made = self._send(client, Role.ADMIN, "create_preview", "POST", "/plans/previews", **self._file(chance))
        if made.status == 201:
            path = f"/plans/previews/{made.body['id']}"
            self._send(client, Role.ADMIN, "confirm_preview", "POST", f"{path}/confirmation")

    def _links(self, client: httpx.Client, chance: random.Random) -> None:
        wanted = {"lower": chance.sample(CITIES, chance.randint(1, 3)), "dry_run": chance.random() < 0.1}
        run = self._send(client, Role.REVIEWER, "start_link_run", "POST", f"/plans/{PROVINCE}/link-runs", json=wanted)
        while run.status == 202:
            found = client.get(f"{API}/plans/{PROVINCE}/link-runs/{run.body['id']}", headers=AS[Role.REVIEWER]).json()
            if found["state"] in {"succeeded", "failed"}:
                return

    def _decides(self, client: httpx.Client, chance: random.Random) -> None:
        upper = f"{PROVINCE}/{chance.randint(1, 30)}"
        found = client.get(f"{API}/links", params={"upper": upper, "limit": 200}, headers=AS[Role.REVIEWER]).json()
        links = [{"id": one["id"], "version": one["version"]} for one in found["items"]]
        if not links:
            return
        wish = {"status": chance.choice(["confirmed", "rejected"]), "reason": "看过原文"}
        batch = {"links": chance.sample(links, chance.randint(1, len(links))), **wish}
        self._send(client, Role.REVIEWER, "decide_links", "POST", "/links/decisions", json=batch)
        one = chance.choice(links)
        tag = {"If-Match": f'"{one["version"]}"'}
        self._send(client, Role.REVIEWER, "decide_link", "PATCH", f"/links/{one['id']}", json=wish, headers=tag)

    def _grants(self, client: httpx.Client, chance: random.Random) -> None:
        self._send(client, Role.SECURITY_ADMIN, "create_key", "POST", "/keys", json={"role": "viewer"})
        new = {"adcode": f"{chance.randint(11, 65)}{chance.randint(10, 99)}00", "name": f"第{chance.getrandbits(30)}市"}
        self._send(client, Role.ADMIN, "register_jurisdiction", "POST", "/jurisdictions", json=new)
        gaps = client.get(f"{API}/plans/{PROVINCE}/gaps", params={"limit": 300}, headers=AS[Role.REVIEWER]).json()
        gap = chance.choice(gaps["items"])
        tag = {"headers": {"If-Match": f'"{gap["decision"]["version"]}"'}} if gap["decision"] else {}
        wish = {"decision": "confirmed", "reason": f"属实{chance.getrandbits(30)}"}
        path = f"/plans/{PROVINCE}/gaps/{gap['id']}/decision"
        self._send(client, Role.REVIEWER, "decide_gap", "PUT", path, json=wish, **tag)
