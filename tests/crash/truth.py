"""What must hold in a store, whenever the service was killed. Each function raises AssertionError with what does not."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import httpx
from sqlalchemy import func
from sqlmodel import Session, col, select

from app.db import Database
from app.models import (
    AccessKey,
    AuditEntry,
    Cascade,
    CascadeRevision,
    Edition,
    EditionSource,
    GapDecision,
    Item,
    Judging,
    Jurisdiction,
    Link,
    LinkRun,
    LinkStatus,
    LinkVersion,
    Plan,
    RunState,
    Section,
    Task,
    TaskScore,
)
from app.services import audit_chain, link_store
from tests.crash.work import Sent

DECIDED = {LinkStatus.CONFIRMED, LinkStatus.REJECTED, LinkStatus.WITHDRAWN}
Entry = dict[str, Any]
Files = Mapping[str, tuple[int, int]]


class Truth:
    """The store as it is now, and all that was ever audited in it."""

    def __init__(self, database: Database, session: Session) -> None:
        self.database = database
        self.session = session
        self.entries: list[Entry] = [json.loads(body) for body in session.exec(select(AuditEntry.body))]
        self.by_request: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry["request_id"] and entry["outcome"] != "refused":
                self.by_request[entry["request_id"]].append(entry)

    def of(self, action: str) -> list[Entry]:
        """The entries of an action, but for what was so already."""
        return [entry for entry in self.entries if entry["action"] == action and entry["outcome"] != "unchanged"]

    def check(self, files: Files) -> None:
        """Everything that the store alone shows."""
        verified = audit_chain.verify(self.database)
        assert verified.ok, verified.problems
        assert not self.database.damage([])
        self.editions(files)
        self.links()
        self.runs()
        self.gaps()
        self.rest()

    def editions(self, files: Files) -> None:
        """Every edition is whole, is its plan's next one, and is on record; and what is on record is there."""
        counted: dict[type, dict[int, int]] = {}
        for kind in (Section, Item):
            rows = self.session.exec(select(kind.edition_id, func.count()).group_by(col(kind.edition_id)))
            counted[kind] = dict(rows.all())
        tasks = self.session.exec(select(Task.item_id, func.count(), func.max(Task.number)).group_by(col(Task.item_id)))
        tasks_of = {item: (count, last) for item, count, last in tasks}
        items: dict[int, list[int]] = defaultdict(list)
        for item_id, edition_id in self.session.exec(select(Item.id, Item.edition_id)):
            items[edition_id].append(item_id or 0)
        numbers: dict[str, list[int]] = defaultdict(list)
        for edition in self.session.exec(select(Edition).order_by(col(Edition.number))):
            numbers[edition.plan_id].append(edition.number)
            key = edition.id or 0
            source = self.session.get(EditionSource, key)
            assert source is not None, f"{edition.plan_id} {edition.number} has no source"
            assert hashlib.sha256(source.data).hexdigest() == edition.file_digest
            assert items[key], f"{edition.plan_id} {edition.number} has no items"
            for item in items[key]:
                count, last = tasks_of.get(item, (0, 0))
                assert count == last, f"of item {item} tasks are missing"
            if edition.file_digest in files:
                found = counted[Section].get(key, 0), counted[Item][key]
                assert found == files[edition.file_digest], f"half an edition: {edition.plan_id} {edition.number}"
            self.session.expunge(source)
        for plan in self.session.exec(select(Plan)):
            assert numbers.pop(plan.id) == list(range(1, plan.edition_number + 1)), plan.id
        assert not numbers, "editions without a plan"
        told = Counter((entry["subject"], entry["after"]["number"]) for entry in self.of("plan.import"))
        stored = Counter(self.session.exec(select(Edition.plan_id, Edition.number)).all())
        assert told == stored, "imports on record, and editions"
        carried = Counter((entry["subject"], entry["after"]["edition"]) for entry in self.of("edition.carry"))
        assert carried == Counter(one for one in stored.elements() if one[1] > 1), "what each took over is on record"

    def links(self) -> None:
        """No decision without its entry, no entry without its decision; each link is its last version."""
        versions: dict[str, list[LinkVersion]] = defaultdict(list)
        for row in self.session.exec(select(LinkVersion).order_by(col(LinkVersion.version))):
            versions[row.link_id].append(row)
        links = {row.id: row for row in self.session.exec(select(Link))}
        decided: Counter[tuple[object, ...]] = Counter()
        for key, rows in versions.items():
            assert [row.version for row in rows] == list(range(1, len(rows) + 1)), key
            for before, after in pairwise(rows):
                assert before.until is not None, key
                assert before.until <= after.since, key
                if after.decided_at != before.decided_at and after.status in DECIDED:
                    decided[key, after.version, str(after.status), after.decided_by] += 1
            if key in links:
                link = links.pop(key)
                assert rows[-1].until is None
                assert (link.version, link_store.state(link)) == (rows[-1].version, link_store.state(rows[-1]))
            else:
                assert rows[-1].until is not None, f"{key} has an open version and is gone"
        assert not links, "links without versions"
        told = Counter(
            (one["subject"], one["after"]["version"], one["after"]["status"], one["actor"])
            for one in self.of("link.decide")
        )
        assert told == decided, "decisions on record, and decisions"

    def runs(self) -> None:
        """Every run is on record, nothing is running before anybody asked for it, and each pair was stored whole."""
        runs = {run.id: run for run in self.session.exec(select(LinkRun))}
        assert {entry["subject"] for entry in self.of("link-run.start")} == set(runs)
        ended = Counter(entry["subject"] for entry in self.of("link-run.finish"))
        assert ended == dict.fromkeys(runs, 1), "each run ends once"
        stored = Counter(entry["after"]["run"] for entry in self.of("link-run.propose"))
        # What a new edition took over of a judging is no other one.
        judged = Counter(self.session.exec(select(Judging.run_id).where(~col(Judging.carried))).all())
        for key, run in runs.items():
            assert run.state in {RunState.SUCCEEDED, RunState.FAILED}, f"{key} is {run.state} after a start"
            assert run.finished_at is not None
            assert (run.state is RunState.FAILED) == (run.error is not None)
            assert run.done == len(run.lower) or run.state is RunState.FAILED
            pairs = 0 if run.dry_run else run.done
            assert (stored[key], judged[key]) == (pairs, pairs), f"{key}: a pair stored in part"
        scored = set(self.session.exec(select(TaskScore.judging_id).distinct()))
        made = set(self.session.exec(select(Judging.id).where(~col(Judging.carried))))
        assert made <= scored, "a judging without its scores"

    def gaps(self) -> None:
        """Decisions on gaps, as those on links."""
        told = Counter((one["subject"], one["after"]["version"]) for one in self.of("gap.decide"))
        rows = self.session.exec(select(GapDecision)).all()
        # A new edition may have given a gap another number; its decision went along.
        own = [row for row in rows if row.since == row.decided_at]
        assert told == Counter((f"{row.plan_id}/{row.gap_id}", row.version) for row in own)
        still = Counter((row.plan_id, row.gap_id) for row in rows if row.until is None)
        assert max(still.values(), default=1) == 1

    def rest(self) -> None:
        """Keys, jurisdictions, revisions, and answers kept for those who ask again."""
        made = {key.prefix for key in self.session.exec(select(AccessKey)) if key.created_by != "test"}
        assert {entry["subject"] for entry in self.of("key.create")} == made
        known = set(self.session.exec(select(Jurisdiction.adcode)))
        assert {entry["subject"] for entry in self.of("jurisdiction.create")} <= known
        counts = select(CascadeRevision.cascade_id, func.count()).group_by(col(CascadeRevision.cascade_id))
        revisions = dict(self.session.exec(counts).all())
        assert revisions == {row.id: row.revision for row in self.session.exec(select(Cascade))}

    def acknowledged(self, sent: Iterable[Sent]) -> int:
        """What was answered is there, whole; what was refused left nothing. Returns how many nobody answered."""
        unknown = 0
        for one in sent:
            entries = self.by_request[one.request_id]
            if one.status is None:
                unknown += 1
            elif one.status >= 300:
                assert not entries, f"{one.operation} was answered {one.status} and did {entries}"
            else:
                assert len(entries) >= done_by(one.operation, one.body), f"lost: {one.operation} {one.body}"
        return unknown

    def again(self, client: httpx.Client, sent: Iterable[Sent]) -> None:
        """Send everything once more, by its key: done already, it is answered as before and nothing is done."""
        resent = [one for one in sent if one.operation in ONCE and (one.status is None or one.status < 300)]
        answers = [one.send(client, f"again-{one.once}") for one in resent]
        with self.database.read() as session:
            since = Truth(self.database, session)
        for one, answer in zip(resent, answers, strict=True):
            assert answer.status_code < 500, answer.text
            before, done = self.by_request[one.request_id], since.by_request[f"again-{one.once}"]
            if one.status is not None:
                assert (answer.status_code, answer.json()) == (one.status, one.body), one.operation
            if before:
                assert not done, f"{one.operation} was done twice"
            if answer.status_code < 300:
                made = before or done
                assert len(made) >= done_by(one.operation, answer.json()), f"in part: {one.operation}"


ONCE = {"import_plan", "decide_links", "confirm_preview", "start_link_run", "register_jurisdiction"}


def done_by(operation: str, body: Any) -> int:  # noqa: ANN401 - a JSON answer
    """How many entries an answered request must have left at least."""
    return int(body["decided"]) if operation == "decide_links" else 1
