"""A cloud to look at without an account: the stand-in's REST on a local port, time sixty times as fast.

The money, the states and the controller are the real ones; the provider and the training are not.
Nothing of the person's own folders is read or written.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import AfsError
from afs_engine.events import AnyEvent
from afs_engine.runs.cloud.request import RentRequest, RunEnd, RunFiles
from afs_engine.runs.cloud.session import CloudSession, open_session
from afs_engine.runs.cloud.terms import CloudWish, terms_of
from afs_engine.runs.recipe import CloudSection
from afs_engine.stages.cloud.double.faults import FaultPlan
from afs_engine.stages.cloud.double.http_server import serving
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.simulation import SimulatedClock, SimulatedJob, SimulatedMachines
from afs_engine.stages.cloud.double.world import World
from afs_engine.stages.cloud.rental.clock import Moment
from afs_engine.stages.cloud.rental.controller import Controller
from afs_engine.stages.cloud.rental.plan import RentalPlan

_SPEED = 60.0
_BUDGETS = b"[budget]\nrun_usd = 20\nday_usd = 30\nmonth_usd = 100\n"


class _FastClock(SimulatedClock):
    """Simulated time that runs on by itself, sixty times as fast as a watch."""

    def __init__(self) -> None:
        super().__init__(start=time.time())
        self._began = time.monotonic()

    def read(self) -> float:
        self.now = self.start + (time.monotonic() - self._began) * _SPEED
        return self.now

    def moment(self) -> Moment:
        self.read()
        return super().moment()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds) / _SPEED)
        self.read()


@dataclass
class DemoCloud:
    """`session` works with every cloud function; `launch` starts a pretended training."""

    session: CloudSession
    double: RestDouble
    clock: _FastClock
    threads: list[threading.Thread] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def launch(self, name: str, wish: CloudWish) -> str:
        """Rents a pretended machine for a pretended training; gives the run's id."""
        terms = terms_of(self.session, CloudSection(min_reliability=0.9), wish)
        run_id = uuid4().hex[:12]
        files = self.session.run(run_id)
        files.write_request(
            RentRequest(run_id, name, "", terms.need, terms.caps, terms.image, self.session.server_url)
        )
        plan = RentalPlan(
            run_id=run_id,
            name=name,
            need=terms.need,
            caps=terms.caps,
            image=terms.image,
            folder=str(files.folder),
            should_stop=lambda: files.stop.exists() or self.closing.is_set(),
        )
        thread = threading.Thread(target=self._run, args=(plan, files), daemon=True)
        thread.start()
        self.threads.append(thread)
        while not files.is_alive() and files.read_end() is None:
            time.sleep(0.01)
        return run_id

    def _run(self, plan: RentalPlan, files: RunFiles) -> None:
        job = SimulatedJob(plan.need.train_hours * 3_600)
        machines = SimulatedMachines(self.double, self.clock, job)
        lock = files.take_lock()
        assert lock is not None
        with lock, files.events.open("ab", buffering=0) as events:

            def tell(event: AnyEvent) -> None:
                events.write(event.model_dump_json().encode() + b"\n")

            controller = Controller(
                self.session.provider(),
                machines,
                self.session.ledger(),
                self.clock,
                tell,
                lambda: uuid4().hex,
            )
            try:
                controller.run(plan)
                files.write_end(RunEnd("finished"))
            except AfsError as error:
                files.write_end(RunEnd("failed", error.what, error.hint))


@contextmanager
def demo_cloud(folder: Path) -> Iterator[DemoCloud]:
    """A demo with one machine that somebody else rented; everything it writes is below `folder`."""
    clock = _FastClock()
    world = World(clock.read, FaultPlan(seed=11), offers=60)
    double = RestDouble(world)
    stranger = world.add(next(iter(world.offers.values())), "somebody else's web server", 20.0)
    stranger.status = "running"
    with serving(double) as url:
        environment = {"HOME": str(folder), "VAST_URL": url, "VAST_API_KEY": double.key}
        session = open_session(environment)
        session.home.config.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(session.home.budget_file, _BUDGETS, mode=0o600)
        demo = DemoCloud(session, double, clock)
        try:
            yield demo
        finally:
            demo.closing.set()
            for thread in demo.threads:
                thread.join(10)
