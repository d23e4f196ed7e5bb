"""Jobs that no worker is there for are given up; without a cluster."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

import pytest

from ninegrid.engines.session import watched


class Cluster:
    """As much of a Spark context as is looked at. members: the driver and its workers."""

    def __init__(self, members: int, jobs: tuple[int, ...], *, local: bool = False) -> None:
        self.looks, self.looked, self.given_up = 0, Event(), Event()
        conf = SimpleNamespace(getTimeAsSeconds=lambda name, otherwise: 0)
        self._java = SimpleNamespace(
            conf=lambda: conf,
            isLocal=lambda: local,
            getExecutorMemoryStatus=lambda: SimpleNamespace(size=lambda: members),
        )
        self._jsc = SimpleNamespace(sc=lambda: self._java)
        self._jobs = jobs
        self.cancelAllJobs = self.given_up.set

    def statusTracker(self) -> SimpleNamespace:
        self.looks += 1
        if self.looks > 3:
            self.looked.set()
        return SimpleNamespace(getActiveJobsIds=lambda: self._jobs)


def test_a_job_without_workers_is_given_up() -> None:
    alone = Cluster(members=1, jobs=(4,))
    with watched(alone, seconds=0.001):
        assert alone.given_up.wait(5)


@pytest.mark.parametrize(("members", "jobs"), [(2, (4,)), (1, ())], ids=["a worker", "nothing to do"])
def test_other_jobs_go_on(members: int, jobs: tuple[int, ...]) -> None:
    cluster = Cluster(members, jobs)
    with watched(cluster, seconds=0.001):
        assert cluster.looked.wait(5)
    assert not cluster.given_up.is_set()


def test_on_one_machine_nobody_looks() -> None:
    here = Cluster(members=1, jobs=(4,), local=True)
    with watched(here, seconds=0.001):
        assert not here.looked.wait(0.02)
