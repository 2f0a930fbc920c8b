"""What a worker does for each kind of job. Must run in a worker process: it loads training packages."""

from pathlib import Path

from afs_engine.events import AnyEvent, Progress
from afs_engine.stages.training.backend import Emit, ShouldStop, choose_backend
from afs_engine.stages.training.base_check import is_hub_name
from afs_engine.stages.training.evaluate import Evaluator, find_subject
from afs_engine.stages.training.merge import merge_adapter
from afs_engine.stages.training.settings import EvaluateJob, Job, MergeJob, SequenceJob, Step, TrainJob


def may_ask_hub(step: Step) -> bool:
    """Whether the step may need a model that is not on this machine.

    A path that is not there yet is what an earlier step of a sequence will make.
    """
    if isinstance(step, TrainJob):
        return is_hub_name(step.settings.base_model)
    model = step.model if isinstance(step, EvaluateJob) else str(step.adapter)
    made_later = Path(model).is_absolute() and not Path(model).exists()
    return not made_later and is_hub_name(find_subject(model).base)


class Work:
    """Does jobs; what one step of a sequence has loaded serves the next one where it can."""

    def __init__(self, emit: Emit, should_stop: ShouldStop) -> None:
        self._emit = emit
        self._should_stop = should_stop
        self._evaluator = Evaluator(emit)

    def do(self, job: Job) -> None:
        """Does the job to its end. Raises AfsError."""
        if isinstance(job, SequenceJob):
            _Sequence(job, self._emit, self._should_stop).do()
        elif isinstance(job, EvaluateJob):
            self._evaluator.evaluate(job)
        else:
            self._evaluator.release()
            self._change_weights(job)

    def _change_weights(self, job: Job) -> None:
        if isinstance(job, TrainJob):
            choose_backend(job.settings.backend).train(job, self._emit, self._should_stop)
        elif isinstance(job, MergeJob):
            merge_adapter(job.adapter, job.output_dir)


class _Sequence:
    """Several jobs in order; their own progress is not told, only how many are done."""

    def __init__(self, job: SequenceJob, emit: Emit, should_stop: ShouldStop) -> None:
        self._job = job
        self._emit = emit
        self._work = Work(self._pass_on, should_stop)

    def do(self) -> None:
        for number, step in enumerate(self._job.steps):
            self._tell(number)
            self._work.do(step)
        self._tell(len(self._job.steps))

    def _tell(self, done: int) -> None:
        job = self._job
        self._emit(Progress(stage=job.stage, done=done, total=len(job.steps), unit=job.unit))

    def _pass_on(self, event: AnyEvent) -> None:
        if not isinstance(event, Progress):
            self._emit(event)
