"""A real Dask scheduler and two real workers on loopback give the same records, even when one is killed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import cloudpickle
import psutil
import pytest
from dask import config
from distributed.security import Security
from repository import ROOT
from studies import LAST_OF_FIVE, run

from suite.errors import RequestError
from suite.results.store import Store
from suite.runner.engines import cluster
from suite.runner.engines.cluster import Cluster
from suite.runner.engines.dask import pickled
from suite.runner.engines.workers import objection
from suite.runner.progress import Progress

pytestmark = pytest.mark.slow
# workers that were started elsewhere cannot import this file
cloudpickle.register_pickle_by_value(sys.modules[__name__])

STUDY = (
    '''"""A task and an architecture that no worker has installed."""
import numpy as np
from suite import Data, Experiment, architecture, task
'''
    + LAST_OF_FIVE
    + '''
@architecture("tilted")
def tilted(hp, x, *, units: int, per_step: bool):
    """A gated unit that reads backwards."""
    import keras
    return keras.layers.GRU(units, return_sequences=per_step, go_backwards=True)(x)

experiment = Experiment(
    tasks=["last-of-five"], architectures=["tilted"], trials=3, epochs=1, seeds=2, weights=100,
    search_space={"batch_size": [32]},
)
'''
)


ABANDONED = """
import sys, time
from pathlib import Path
from suite.runner.engines.cluster import Cluster

def work(folder):
    (folder / "begun").touch()
    time.sleep(4)
    (folder / "ended").touch()

with Cluster(sys.argv[1], threads=1) as engine:
    engine.submit(engine.free()[0], "work", work, Path(sys.argv[2]))
    time.sleep(600)
"""


IMPATIENT = """
import sys
from suite.cli import main
from suite.runner.engines import cluster
cluster.{seconds} = 1
*words, addresses = sys.argv[1:]
sys.exit(min([main([*words, address]) for address in addresses.split(",")]))
"""


def start(folder, address, *python):
    """Starts `suite run study.py` in a folder, on a scheduler's workers."""
    command = [sys.executable, *(python or ("-m", "suite"))]
    command += ["run", "study.py", "--no-report", "--scheduler", address]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def impatient(folder, addresses, seconds):
    """The least exit status of such commands whose named patience is a second, one an address, and what they said."""
    command = start(folder, ",".join(addresses), "-c", IMPATIENT.format(seconds=seconds))
    _, error = command.communicate(timeout=120)
    return command.returncode, error


def numbers(store):
    """Everything in the records that must not depend on how they came about."""
    keys = ("seed", "status", "hyperparameters", "spec", "metrics", "baseline", "history", "best_epoch", "clipped")
    return {record.id: {key: getattr(record, key) for key in keys} for record in store.records()}


def double(number):
    return 2 * number


def here(_):
    return os.getpid()


def sleep(seconds):
    time.sleep(seconds)


class Dask:
    """`dask scheduler` and any number of `dask worker`, each worker in an empty folder of its own."""

    def __init__(self, folder, host="127.0.0.1"):
        self.folder = folder
        self.processes = []
        self.file = folder / "scheduler.json"
        self.start("scheduler", "--host", host, "--port", "0", "--no-dashboard")
        while not self.file.exists():
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, *command, environment=()):
        """Starts a process of Dask's and returns it."""
        folder = self.folder / f"process-{len(self.processes)}"
        folder.mkdir()
        command = [sys.executable, "-m", "dask", *command, "--scheduler-file", self.file]
        with (folder / "log").open("wb") as log:
            output = {"stdout": log, "stderr": log, "env": os.environ | dict(environment)}
            self.processes.append(subprocess.Popen(command, cwd=folder, **output))
        return self.processes[-1]

    def worker(self, *options, **environment):
        """Starts a worker with the limits of a small machine, and waits until the scheduler knows it."""
        known = ("worker", "--nthreads", "1", "--no-dashboard", "--memory-limit", "4GiB")
        process = self.start(*known, *options, environment=environment)
        log = self.folder / f"process-{len(self.processes) - 1}" / "log"
        while "Registered to" not in log.read_text():
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        return process

    def stop(self, first=0):
        """Ends everything that is still there, or all but the scheduler."""
        for process in self.processes[first:]:
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.poll() is None:
                    for one in [*psutil.Process(process.pid).children(recursive=True), process]:
                        one.kill()
            process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """A scheduler for all tests that leave it alive."""
    running = Dask(tmp_path_factory.mktemp("dask"))
    yield running
    running.stop()


@pytest.fixture
def dask(scheduler):
    """That scheduler, without workers."""
    yield scheduler
    scheduler.stop(first=1)


def collect(engine, count, seconds=60):
    """The next `count` pieces of finished work, by what they were submitted as."""
    done, until = {}, time.monotonic() + seconds
    while len(done) < count:
        assert time.monotonic() < until, "nothing came back"
        done |= {one.token: one for one in engine.wait()}
    return done


def workers(engine, count, seconds=60):
    """The free workers, as soon as there are that many."""
    until = time.monotonic() + seconds
    while len(engine.free()) != count:
        assert time.monotonic() < until, f"there are {len(engine.free())} free workers"
        time.sleep(0.1)
    return engine.free()


class TestEngine:
    def test_work_goes_to_every_worker_and_to_those_that_come_later(self, dask):
        dask.worker()
        with Cluster(dask.address, threads=1) as engine:
            workers(engine, 1)
            dask.worker()
            for token, worker in enumerate(workers(engine, 2)):
                engine.submit(worker, token, here, None)
            assert engine.free() == []
            pids = {done.result for done in collect(engine, 2).values()}
        assert len(pids) == 2
        assert os.getpid() not in pids

    def test_a_killed_worker_and_a_killed_nanny_lose_only_their_own_work(self, dask):
        nannies = [dask.worker(), dask.worker()]
        with Cluster(dask.address, threads=1) as engine:
            for token, worker in enumerate(workers(engine, 2)):
                engine.submit(worker, token, here, None)
            pids = {token: done.result for token, done in collect(engine, 2).items()}
            before = workers(engine, 2)
            for token, worker in enumerate(before):
                engine.submit(worker, token, sleep, 600)
            os.kill(pids[0], signal.SIGKILL)
            (done,) = collect(engine, 1).values()
            assert (done.token, done.death.status) == (0, "killed")
            assert done.death.cause == "the worker process was killed by signal 9"
            (new,) = workers(engine, 1)
            assert new not in before
            owner = psutil.Process(pids[1]).parent()
            assert owner.pid in [nanny.pid for nanny in nannies]
            owner.kill()
            (done,) = collect(engine, 1).values()
            assert (done.token, done.death.status) == (1, "killed")
            assert "does not say why" in done.death.cause
            engine.submit(new, "more", double, 21)
            assert collect(engine, 1)["more"].result == 42

    def test_dropped_work_does_not_go_on(self, dask):
        dask.worker()
        with Cluster(dask.address, threads=1) as engine:
            (first,) = workers(engine, 1)
            engine.submit(first, "long", sleep, 600)
        with Cluster(dask.address, threads=1) as engine:
            (second,) = workers(engine, 1)
            engine.submit(second, "next", double, 21)
            assert collect(engine, 1)["next"].result == 42

    def test_a_worker_that_does_not_answer_does_not_keep_the_others_from_joining(self, dask, monkeypatch):
        dask.worker()
        with Cluster(dask.address, threads=1) as engine:
            (first,) = workers(engine, 1)
            engine.submit(first, "pid", here, None)
            silent = collect(engine, 1)["pid"].result
        os.kill(silent, signal.SIGSTOP)
        dask.start("worker", "--nthreads", "1", "--no-dashboard")  # comes while the silent one is being asked
        monkeypatch.setattr(cluster, "JOIN_SECONDS", 20)  # less than Dask would wait for the silent one
        with Cluster(dask.address, threads=1) as engine:
            (other,) = workers(engine, 1)
            assert other != first

    def test_it_waits_for_work_that_a_killed_command_left_on_a_worker(self, dask, tmp_path, monkeypatch):
        dask.worker()
        abandoned = subprocess.Popen([sys.executable, "-c", ABANDONED, dask.address, tmp_path])
        while not (tmp_path / "begun").exists():
            assert abandoned.poll() is None
            time.sleep(0.05)
        abandoned.kill()
        abandoned.wait()
        monkeypatch.setattr(cluster, "JOIN_SECONDS", 1)  # less than what was left there takes
        said = []
        with Cluster(dask.address, 1, said.append) as engine:
            workers(engine, 1)
            assert (tmp_path / "ended").exists()
        assert said == ["the workers are still busy with another command's work: waiting for it to end"]

    def test_a_scheduler_that_goes_away_ends_the_command(self, tmp_path, request):
        dask = Dask(tmp_path)
        request.addfinalizer(dask.stop)
        dask.worker()
        with Cluster(dask.address, threads=1) as engine:
            (worker,) = workers(engine, 1)
            engine.submit(worker, "long", sleep, 600)
            dask.processes[0].kill()
            until = time.monotonic() + 60
            with pytest.raises(RequestError, match="scheduler no longer answers; run the same command to continue"):
                while time.monotonic() < until:
                    assert engine.wait() == []
                    engine.free()


class TestCertificates:
    @pytest.fixture
    def certificates(self, tmp_path, monkeypatch):
        """A certificate, its key and the authority as files, which Dask's variables name."""
        made = Security.temporary()
        for role, name in (("ca_file", "CA_FILE"), ("cert", "CERT"), ("key", "KEY")):
            path = tmp_path / f"{name}.pem"
            path.write_text(getattr(made, f"tls_{role}" if role == "ca_file" else f"tls_client_{role}"))
            for each in (
                [name] if name == "CA_FILE" else [f"{who}__{name}" for who in ("CLIENT", "SCHEDULER", "WORKER")]
            ):
                monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{each}", str(path))
        return tmp_path

    def test_a_scheduler_with_certificates_gives_work_to_those_who_have_them(self, certificates, request):
        dask = Dask(certificates, host="tls://127.0.0.1")
        request.addfinalizer(dask.stop)
        assert dask.address.startswith("tls://")
        dask.worker()
        here = {
            f"distributed.comm.tls.client.{name}": str(certificates / f"{name.upper()}.pem") for name in ("cert", "key")
        }
        here["distributed.comm.tls.ca-file"] = str(certificates / "CA_FILE.pem")
        with config.set(here), Cluster(dask.address, threads=1) as engine:
            engine.submit(workers(engine, 1)[0], "work", double, 21)
            assert collect(engine, 1)["work"].result == 42
        with pytest.raises(RequestError, match="no Dask scheduler answers.*certificates"):
            Cluster(dask.address, threads=1).__enter__()


class TestRefusal:
    def test_an_object_that_cannot_be_sent_to_a_worker_is_reported_in_one_line(self):
        with pytest.raises(RequestError, match="cannot be sent to a worker .*lock.*use --workers 0"):
            pickled(double, (threading.Lock(),))

    def test_no_scheduler_is_refused_in_one_line_and_writes_nothing(self, tmp_path):
        (tmp_path / "study.py").write_text(STUDY)
        addresses = ["tcp://127.0.0.1:9", "127.0.0.1:9", "nonsense", "tcp://host", "foo://x:1", ""]
        status, error = impatient(tmp_path, addresses, "CONNECT_SECONDS")
        assert status == 2
        for address, line in zip(addresses, error.splitlines(), strict=True):
            assert f"no Dask scheduler answers at '{address}': start one with `dask scheduler`" in line
        assert [path.name for path in tmp_path.iterdir()] == ["study.py"]

    def test_a_scheduler_without_workers_is_refused_in_one_line_and_writes_nothing(self, dask, tmp_path):
        (tmp_path / "study.py").write_text(STUDY)
        status, error = impatient(tmp_path, [dask.address], "JOIN_SECONDS")
        assert (status, error.count("\n")) == (2, 1)
        assert f"start some with `dask worker {dask.address}" in error
        assert [path.name for path in tmp_path.iterdir()] == ["study.py"]

    @pytest.fixture
    def other_code(self, tmp_path):
        """A folder with a suite that differs from this one in a line."""
        shutil.copytree(ROOT / "suite", tmp_path / "suite")
        changed = tmp_path / "suite" / "errors.py"
        changed.write_text(changed.read_text() + "\n")
        return str(tmp_path)

    def test_a_worker_with_other_code_is_refused_with_both_versions(self, dask, other_code):
        dask.worker(PYTHONPATH=other_code)
        with pytest.raises(RequestError, match="code of suite [0-9a-f]{12} there, [0-9a-f]{12} here") as refused:
            Cluster(dask.address, threads=1).__enter__()
        assert "install the same versions" in str(refused.value)

    def test_one_that_joins_later_is_named_and_gets_no_work(self, dask, other_code):
        dask.worker()
        said = []
        with Cluster(dask.address, 1, said.append) as engine:
            before = workers(engine, 1)
            dask.worker(PYTHONPATH=other_code)
            until = time.monotonic() + 60
            while not said:
                assert time.monotonic() < until, "nothing was said"
                time.sleep(0.1)
            assert engine.free() == before
        assert len(said) == 1
        assert "cannot be used: code of suite" in said[0]

    def test_a_worker_without_a_nanny_is_refused(self, dask):
        dask.worker("--no-nanny")
        with pytest.raises(RequestError, match="has no nanny: leave out --no-nanny"):
            Cluster(dask.address, threads=1).__enter__()

    def test_versions_that_differ_are_named_with_both_values(self):
        expected = {"python": "3.11.7", "keras": "3.15.0", "tensorflow": "2.21.0"}
        answer = {"versions": {"python": "3.12.1", "keras": "3.15.0"}}
        found = objection(answer, expected)
        assert (
            found == "python 3.12.1 there, 3.11.7 here, tensorflow None there, 2.21.0 here: install the same versions"
        )
        assert objection({"versions": expected}, expected) is None
        assert "does not have this version" in objection(ModuleNotFoundError("No module named 'suite'"), expected)


@pytest.mark.training
class TestStudy:
    def test_records_equal_those_of_this_process_although_a_worker_is_killed(self, dask, tmp_path):
        (tmp_path / "study.py").write_text(STUDY)
        for _ in range(2):
            dask.worker()
        store = Store(tmp_path / "results" / "study")
        command = start(tmp_path, dask.address)
        while not store.record_paths():
            assert command.poll() is None, command.stderr.read()
            time.sleep(0.05)
        nanny = psutil.Process(dask.processes[-1].pid)
        for process in [nanny, *nanny.children(recursive=True)]:
            process.kill()
        _, error = command.communicate(timeout=300)
        assert command.returncode == 0, error
        alone = run(tmp_path / "study.py", tmp_path / "alone", workers=0, progress=Progress(quiet=True))
        assert numbers(store) == numbers(alone)
        assert store.predictions("last-of-five/tilted/final-000").keys() >= {"target", "prediction"}
        assert store.path("last-of-five/tilted/final-000", ".keras").stat().st_size > 0
