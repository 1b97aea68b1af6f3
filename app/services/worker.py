"""Doing link runs and calibrations beside the requests: one at a time, since each keeps a core busy and all write to one store."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Event

import structlog

from app.db import Database
from app.schemas.calibrations import CalibrationCreate, CalibrationRead
from app.schemas.links import LinkRunCreate, LinkRunRead
from app.services import calibrations, idempotency, runs

log = structlog.get_logger()


class StoppingError(Exception):
    """The service is being stopped; the run was broken off between two pairs."""


class Worker:
    """A thread that does link runs in the order in which they were asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="link-run")
        self._stopping = Event()

    def submit(self, plan: str, wanted: LinkRunCreate, actor: str, key: str | None = None) -> LinkRunRead:
        """Put a run on record and in the queue; with a key once, however often it is asked for.

        Raises KeyReused, or as `runs.start` does; then nothing was queued.
        """
        new = []

        def start() -> LinkRunRead:
            new.append(runs.start(session, plan, wanted, actor))
            return new[0]

        with self._database.write() as session:
            claim = idempotency.claim(actor, key, "start_link_run", plan.encode(), wanted)
            run = idempotency.once(session, claim, LinkRunRead, start)
        if new:
            # After the commit: the thread must find the run. With the context: its log and audit name the request.
            self._threads.submit(copy_context().run, self._do, run.id)
        return run

    def calibrate(self, wanted: CalibrationCreate, actor: str, key: str | None = None) -> CalibrationRead:
        """Put a calibration on record and in the same queue; with a key once. Raises KeyReused."""
        new = []

        def start() -> CalibrationRead:
            new.append(calibrations.start(session, wanted, actor))
            return new[0]

        with self._database.write() as session:
            claim = idempotency.claim(actor, key, "start_calibration", wanted)
            made = idempotency.once(session, claim, CalibrationRead, start)
        if new:
            self._threads.submit(copy_context().run, self._calibrate, made.id)
        return made

    def close(self) -> None:
        """Stop after the pair that is being judged; what was still queued is marked as failed at the next start."""
        self._stopping.set()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _do(self, run_id: str) -> None:
        try:
            done = runs.execute(self._database, run_id, self._between_pairs)
        except Exception as error:  # the run's record holds it; the thread has to live on for the next run
            log.exception("link_run_failed", run=run_id, error=str(error))
        else:
            log.info("link_run_done", run=run_id, plan=done.plan, **done.counts.model_dump())

    def _calibrate(self, key: str) -> None:
        try:
            done = calibrations.execute(self._database, key, self._between_pairs)
        except Exception as error:  # as above
            log.exception("calibration_failed", calibration=key, error=str(error))
        else:
            log.info("calibration_done", calibration=key, domain=done.domain, outcome=done.outcome)

    def _between_pairs(self, done: int, total: int, _lower: str) -> None:
        if self._stopping.is_set() and done < total:
            raise StoppingError(f"the service was stopped after {done} of {total} plans; start it again")
