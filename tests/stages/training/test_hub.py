"""A base that can't be had is refused at once, before a package of the hub's tries for a minute."""

import socket
from pathlib import Path

import pytest

from afs_engine.errors import InputError
from afs_engine.stages.training.hub import check_hub
from afs_engine.stages.training.settings import EvaluateJob, TrainJob, TrainSettings
from afs_engine.worker.launch import check_job


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HF_HUB_OFFLINE", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_mistyped_folder_and_a_base_without_a_network_are_refused_before_any_work(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"instruction": "Q", "output": "A"}\n')
    training = TrainJob(
        name="x", settings=TrainSettings(base_model="some/base"), train_file=rows, output_dir=tmp_path
    )
    measuring = EvaluateJob(model="runs/adaptr", data_file=rows, output_dir=tmp_path)
    with pytest.raises(InputError, match="'some/base' is no folder and no model on this machine"):
        check_job(training)
    with pytest.raises(InputError, match="'runs/adaptr' is no folder and no model"):
        check_job(measuring)


def test_a_base_in_the_cache_or_behind_a_proxy_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = tmp_path / "hub" / "models--some--base" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    check_hub("some/base")
    with pytest.raises(InputError):
        check_hub("some/other")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    check_hub("some/other")
