"""The machine port over ssh: check the machine, send, set up, train, and bring everything home.

The worker there is the same program with the same job and the same events as a local training; its
events are passed on as they come, its checkpoints come home while it trains. What is done is told by
what lies on both sides, so a line that broke is taken up anywhere.
"""

import itertools
from collections.abc import Callable, Iterator

import msgspec
from pydantic import ValidationError

from afs_engine.data.atomic import TEMP_MARK
from afs_engine.data.display import clean_text
from afs_engine.events import AnyEvent, parse_event
from afs_engine.stages.cloud.instance.job_folder import (
    EVENTS,
    OUT,
    JobFolder,
    is_scratch,
    sealed_folders,
    take_sealed,
)
from afs_engine.stages.cloud.instance.rental_key import RentalKey
from afs_engine.stages.cloud.instance.ssh_line import SshLine, SshPlace
from afs_engine.stages.cloud.instance.start_script import StartSettings, make_start_script
from afs_engine.stages.cloud.instance.transfer import PIECE, download, list_files, upload
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.lease import RENEW_EVERY_SECONDS
from afs_engine.stages.cloud.provider import Instance
from afs_engine.stages.cloud.rental.clock import Clock, Moment, elapsed_seconds
from afs_engine.stages.cloud.rental.label import parse_label
from afs_engine.stages.cloud.rental.machine import DistrustedError, JobFailedError, Step, UnreachableError

_OLDEST_SIGN = 120.0  # seconds since the dead-man switch last said that it is there
_STALL_SECONDS = 30 * 60.0  # a worker that says nothing for so long hangs


class SshMachine:
    """One run's job on whichever instance it is given. `server` is where the instance destroys itself."""

    def __init__(
        self,
        job: JobFolder,
        server: str,
        clock: Clock,
        emit: Callable[[AnyEvent], None],
        settings: Callable[[StartSettings], StartSettings] = lambda each: each,
    ) -> None:
        self._job = job
        self._server = server
        self._clock = clock
        self._emit = emit
        self._settings = settings
        self._key = RentalKey(job.run_folder / "key")
        self._tries = itertools.count()
        self._renewed: Moment | None = None

    def start_script(self, rental: RentalRecord) -> str:
        label = parse_label(rental.label)
        assert label is not None
        settings = StartSettings(
            server=self._server,
            public_key=self._key.public_key(),
            secret=self._key.secret_of(_alias(rental)),
            seconds=rental.need.max_hours * 3_600,
            deadline=float(label.deadline),
        )
        return make_start_script(self._settings(settings))

    def public_key(self, rental: RentalRecord) -> str:
        return self._key.public_key()

    def drive(self, rental: RentalRecord, instance: Instance) -> Iterator[Step]:
        """See the port. The line is closed when the stream ends or is dropped."""
        line = self._connect(rental, instance)
        self._renewed = None
        try:
            for step in self._steps(rental, line):
                self._renew(line)
                yield step
        finally:
            line.close()

    def _connect(self, rental: RentalRecord, instance: Instance) -> SshLine:
        if not instance.ssh_hosts:
            raise UnreachableError("the provider does not say where to log in yet")
        host, port = instance.ssh_hosts[next(self._tries) % len(instance.ssh_hosts)]
        return SshLine(SshPlace(host, port, self._key.key_file, self._key.known_hosts, _alias(rental)))

    def _steps(self, rental: RentalRecord, line: SshLine) -> Iterator[Step]:
        root = self._greet(rental, line)
        yield Step("working", "logged in; the dead-man switch is armed")
        if not self._worker_state(line)["known"]:
            for source, name in self._job.uploads(root):
                yield from upload(line, source, name)
            yield from self._set_up(line, root)
            self._start_worker(line, root)
            yield Step("working", "training started")
        yield from self._follow(line)
        yield from self._fetch(line)
        missing = self._job.missing_results()
        if missing:
            raise UnreachableError(f"{missing[0]} did not come home whole")
        yield Step("finished", "the adapter is home and has the hash that training gave it")

    def _greet(self, rental: RentalRecord, line: SshLine) -> str:
        """Who is there: proof of the rental's secret, bound to the host key, and an armed switch."""
        answer, _ = line.ask("hello")
        self._key.check_proof(_alias(rental), answer.get("proofs"))
        switch, root = answer.get("dead_man"), answer.get("root")
        if not isinstance(root, str) or not root.startswith("/") or len(root) > 300:
            raise DistrustedError("the machine does not say where the job's folder is")
        if not isinstance(switch, dict):
            raise UnreachableError("the dead-man switch has not started yet")
        age = switch.get("age")
        if switch.get("armed") is not True or not isinstance(age, int | float) or age > _OLDEST_SIGN:
            raise DistrustedError("the dead-man switch is not armed; no job starts without it")
        return root

    def _renew(self, line: SshLine) -> None:
        now = self._clock.moment()
        if self._renewed is None or elapsed_seconds(self._renewed, now) >= RENEW_EVERY_SECONDS:
            line.ask("renew")
            self._renewed = now

    def _set_up(self, line: SshLine, root: str) -> Iterator[Step]:
        """The pinned packages: as the image has them, or installed."""
        arguments = ["python3", f"{root}/set_up.py", root]
        answer, _ = line.ask("start", name="set_up", arguments=arguments, environment={})
        while answer.get("alive"):
            yield Step("waiting")
            answer, _ = line.ask("state", name="set_up")
        if answer.get("code") != 0:
            raise JobFailedError(f"setting up the packages failed: {_last_line(answer)}")
        yield Step("working", "packages are there")

    def _start_worker(self, line: SshLine, root: str) -> None:
        _, python = line.ask("get", path="python", offset=0, length=1_000)
        program = python.decode(errors="replace")
        arguments = [program, "-P", "-m", "afs_engine.worker", f"{root}/{OUT}/worker/job.json"]
        environment = {"PYTHONPATH": f"{root}/code", "PYTHONUNBUFFERED": "1"}
        line.ask("start", name="train", arguments=arguments, environment=environment)

    def _worker_state(self, line: SshLine) -> dict[str, object]:
        answer, _ = line.ask("state", name="train")
        alive, code = answer.get("alive") is True, answer.get("code")
        return {"alive": alive, "code": code, "known": alive or code is not None, "tail": _last_line(answer)}

    def _follow(self, line: SshLine) -> Iterator[Step]:
        """Events and checkpoints, until the worker ends."""
        last_sign = self._clock.moment()
        while True:
            state = self._worker_state(line)
            for got in self._pass_events(line):
                last_sign = self._clock.moment() if got else last_sign
                yield Step("working")
            if not state["alive"]:
                break
            yield from self._fetch_sealed(line)
            if elapsed_seconds(last_sign, self._clock.moment()) > _STALL_SECONDS:
                raise JobFailedError(f"the training has said nothing for {_STALL_SECONDS / 60:.0f} min")
            yield Step("waiting")
        if state["code"] != 0:
            yield from self._fetch_sealed(line)
            raise JobFailedError(f"the training failed: {self._fault(line) or state['tail']}")

    def _pass_events(self, line: SshLine) -> Iterator[int]:
        """New whole lines of the worker's events; gives the number of bytes after each piece."""
        mirror = self._job.run_folder / "worker_events.jsonl"
        while True:
            offset = mirror.stat().st_size if mirror.exists() else 0
            if EVENTS not in (f"{OUT}/{name}" for name in list_files(line, OUT)):
                return
            _, piece = line.ask("get", path=EVENTS, offset=offset, length=PIECE)
            whole = piece[: piece.rfind(b"\n") + 1]
            if not whole:
                return
            with mirror.open("ab") as file:
                file.write(whole)
            for event in _parsed(whole):
                self._emit(event)
            yield len(whole)

    def _fetch_sealed(self, line: SshLine) -> Iterator[Step]:
        """Checkpoints and the built base that are not here yet."""
        top = self._job.job.output_dir
        names = list_files(line, OUT)
        for folder in sealed_folders(list(names)):
            if (top / folder).exists():
                continue
            incoming = top / f"{TEMP_MARK}incoming" / folder
            inside = {name: size for name, size in names.items() if name.rpartition("/")[0] == folder}
            for name, size in inside.items():
                yield from download(line, f"{OUT}/{name}", incoming / name.rpartition("/")[2], size)
            note = f"{folder} is home" if take_sealed(incoming, top / folder) else ""
            yield Step("working", note)

    def _fetch(self, line: SshLine) -> Iterator[Step]:
        """Everything of the output folder but scratch and the worker's own files."""
        yield from self._fetch_sealed(line)
        top = self._job.job.output_dir
        missing = set(self._job.missing_results())
        for name, size in list_files(line, OUT).items():
            if any(map(is_scratch, name.split("/"))):
                continue
            target = top / name
            if not target.exists() or target.stat().st_size != size or name in missing or _is_small(size):
                yield from download(line, f"{OUT}/{name}", target, size)

    def _fault(self, line: SshLine) -> str:
        """Why the worker says it failed."""
        try:
            _, data = line.ask("get", path=f"{OUT}/worker/status.json", offset=0, length=20_000)
            fault = msgspec.json.decode(data, type=dict)["fault"]
            return clean_text(str(fault["what"]))[:500]
        except (UnreachableError, msgspec.MsgspecError, KeyError, TypeError):
            return ""


def _alias(rental: RentalRecord) -> str:
    """The name under which ssh keeps this rental's host key."""
    return f"afs-{rental.rental_id}"


def _is_small(size: int) -> bool:
    """Logs and metrics may change without changing their size; they are cheap to fetch again."""
    return size < 1_000_000


def _parsed(lines: bytes) -> Iterator[AnyEvent]:
    """The events among the machine's lines; any other line is passed over."""
    for line in lines.splitlines():
        try:
            yield parse_event(line)
        except ValidationError:
            continue


def _last_line(answer: dict[str, object]) -> str:
    lines = str(answer.get("tail") or "").strip().splitlines()
    return clean_text(lines[-1])[:300] if lines else "no output"
