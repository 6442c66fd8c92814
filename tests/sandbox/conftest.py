"""A zygote at the strongest level of this machine, and workers with a few lines of code in them."""

import pytest

from tests.sandbox.walls import QUICK, fork_with, strong


@pytest.fixture(scope="session")
def zygote():
    """The zygote that most tests here fork from."""
    opened = strong(packages=("torch",))
    yield opened
    opened.close()


@pytest.fixture
def worker_with(zygote):
    """Fork a worker, with code loaded; all are closed at the end."""
    workers = []

    def make(code, limits=QUICK, **more):
        workers.append(fork_with(zygote, code, limits, **more))
        return workers[-1]

    yield make
    for worker in workers:
        worker.close()
