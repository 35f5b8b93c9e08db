"""An engine returns the result of work, its error, or the death of its worker."""

import os
import re
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from distributed import Client
from distributed.security import Security

from suite.errors import RequestError
from suite.runner.engines import workers
from suite.runner.engines.engine import Death
from suite.runner.engines.in_process import InProcess
from suite.runner.engines.processes import LocalProcesses
from suite.runner.engines.worker import GROWTH

pytestmark = pytest.mark.slow


def double(number):
    return 2 * number


def fail(message):
    raise OSError(message)


def die(_):
    os._exit(1)


def leave(code):
    raise SystemExit(code)


def close_all(last):
    print("closing", file=sys.stderr)
    os.closerange(3, last)


def fall(depth):
    return fall(depth + 1)


def disturb(raises):
    sys.path.clear()
    if raises:
        raise OSError("no sensor")


def leave_behind(ends):
    left = subprocess.Popen(["sleep", "1000"], start_new_session=bool(ends))
    if ends:
        Path(ends).write_text(f"{left.pid}")
        os._exit(1)
    return left.pid


def keep(size):
    kept.append(b"x" * size)
    return size


def swallow(_):
    while True:
        kept.append(b"x" * 2**24)
        time.sleep(0.02)


kept = []


def collect(engine, count, seconds=60):
    """The next `count` pieces of finished work, by what they were submitted as."""
    done, until = {}, time.monotonic() + seconds
    while len(done) < count:
        assert time.monotonic() < until, "nothing came back"
        done |= {one.token: one for one in engine.wait()}
    return done


@pytest.fixture(
    scope="module", params=[InProcess, lambda: LocalProcesses(2, threads=1)], ids=["in process", "processes"]
)
def engine(request):
    with request.param() as engine:
        yield engine


def test_it_returns_the_result_of_work(engine):
    for token, worker in enumerate(engine.free()):
        engine.submit(worker, token, double, 21)
        assert worker not in engine.free()
    count = token + 1
    assert [one.result for one in collect(engine, count).values()] == [42] * count
    assert len(engine.free()) == count


def test_it_returns_the_error_of_work(engine):
    engine.submit(engine.free()[0], "failing", fail, "no sensor")
    done = collect(engine, 1)["failing"]
    assert (type(done.error), str(done.error), done.death, done.result) == (OSError, "no sensor", None, None)


def test_it_returns_an_error_from_the_deepest_recursion(engine):
    engine.submit(engine.free()[0], "falling", fall, 0)
    assert type(collect(engine, 1)["falling"].error) is RecursionError


def test_work_that_would_end_its_process_is_an_error_and_the_process_goes_on(engine):
    engine.submit(engine.free()[0], "leaving", leave, 3)
    assert f"{collect(engine, 1)['leaving'].error}" == "it called sys.exit(3)"
    engine.submit(engine.free()[0], "next", double, 21)
    assert collect(engine, 1)["next"].result == 42


@pytest.mark.parametrize("raises", [False, True])
def test_what_work_changed_in_its_process_is_put_back_in_process(raises):
    with InProcess() as engine:
        before = [*sys.path]
        engine.submit(engine.free()[0], "disturbing", disturb, raises)
        assert sys.path == before


@pytest.mark.parametrize("raises", [False, True])
def test_a_worker_whose_first_work_changes_it_is_replaced(raises):
    with LocalProcesses(1, threads=1) as engine:
        (first,) = engine.free()
        engine.submit(first, "disturbing", disturb, raises)
        assert (collect(engine, 1)["disturbing"].error is not None) == raises
        assert first not in replaced(engine)


def test_processes_that_work_leaves_behind_are_ended_and_its_worker_is_replaced():
    with LocalProcesses(1, threads=1) as engine:
        (first,) = engine.free()
        engine.submit(first, "leaving", leave_behind, "")
        left = collect(engine, 1)["leaving"].result
        assert first not in replaced(engine)
        assert not runs(left)


def test_processes_that_a_dead_worker_left_behind_are_ended_at_the_latest_when_the_engine_closes(tmp_path):
    with LocalProcesses(1, threads=1) as engine:
        engine.submit(engine.free()[0], "leaving", leave_behind, f"{tmp_path / 'left'}")
        assert collect(engine, 1)["leaving"].death
    assert not runs(int((tmp_path / "left").read_text()))


def replaced(engine):
    """The free workers, once there are any."""
    until = time.monotonic() + 60
    while not engine.free():
        assert time.monotonic() < until, "the worker was not replaced"
        time.sleep(0.1)
    return engine.free()


def runs(pid):
    """Whether a process still runs; one that was killed may take a moment to end."""
    until = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return True
        time.sleep(0.1)
    return False


def test_a_worker_that_dies_loses_its_own_work_and_is_replaced():
    with LocalProcesses(2, threads=1) as engine:
        first, second = engine.free()
        engine.submit(first, "deadly", die, None)
        engine.submit(second, "harmless", double, 21)
        done = collect(engine, 2)
        assert done["deadly"].death.status == "killed"
        assert re.fullmatch("the worker process exited with status 1", done["deadly"].death.cause)
        assert done["harmless"].result == 42
        until = time.monotonic() + 60
        while len(engine.free()) < 2:
            assert time.monotonic() < until, "the dead worker was not replaced"
            time.sleep(0.2)
        assert first not in engine.free()


def test_work_that_closes_all_descriptors_ends_its_worker_without_a_traceback(capfd):
    with LocalProcesses(1, threads=1) as engine:
        engine.submit(engine.free()[0], "closing", close_all, 99)
        assert collect(engine, 1)["closing"].death.status == "killed"
    assert capfd.readouterr() == ("", "closing\n")


def test_workers_that_die_before_they_are_introduced_are_given_up_after_three_of_each(monkeypatch):
    monkeypatch.setattr(workers, "introduce", lambda *arguments: os._exit(1))
    with LocalProcesses(1, threads=1) as engine, pytest.raises(RequestError, match="died 3 times while starting"):
        engine.free()


def test_a_nanny_that_starts_another_worker_is_never_closed_because_the_one_before_is_gone():
    import dask

    with LocalProcesses(1, threads=1) as engine:
        engine.free()
        lost = dask.config.get("distributed.deploy.lost-worker-timeout")
        assert dask.utils.parse_timedelta(lost) > 24 * 60 * 60


def test_a_worker_that_has_grown_is_replaced_after_its_work():
    with LocalProcesses(1, threads=1) as engine:
        (first,) = engine.free()
        for token, size in enumerate((0, GROWTH + 2**26)):
            engine.submit(engine.free()[0], token, keep, size)
            assert collect(engine, 1)[token].result == size
        until = time.monotonic() + 60
        while not engine.free():
            assert time.monotonic() < until, "the worker was not renewed"
        assert engine.free() != [first]
        engine.submit(engine.free()[0], "next", double, 21)
        assert collect(engine, 1)["next"].result == 42


def test_a_worker_past_its_memory_limit_is_killed_and_reported():
    with LocalProcesses(1, threads=1, share=2**29) as engine:
        (first,) = engine.free()
        engine.submit(first, "greedy", swallow, None)
        death = collect(engine, 1)["greedy"].death
        assert death.status == "out-of-memory"
        held = re.fullmatch("the worker process passed its memory limit: it held (\\d+) MB", death.cause)
        assert 0.9 * 512 < int(held.group(1)) < 1024


def test_work_past_its_limit_is_stopped_by_force_and_its_worker_replaced():
    with LocalProcesses(1, threads=1) as engine:
        (first,) = engine.free()
        engine.submit(first, "endless", time.sleep, 10**6, limit=0.5)
        assert collect(engine, 1)["endless"].death == Death("timeout", "it was killed at its time limit")
        until = time.monotonic() + 60
        while not engine.free():
            assert time.monotonic() < until, "the worker was not replaced"
            time.sleep(0.1)
        assert engine.free() != [first]


def test_leaving_ends_every_process_even_a_busy_one():
    with LocalProcesses(2, threads=1) as engine:
        for token, worker in enumerate(engine.free()):
            engine.submit(worker, token, os.getpid)
        workers = [done.result for done in collect(engine, 2).values()]
        engine.submit(engine.free()[0], "endless", time.sleep, 10**6)
    assert not any(psutil.pid_exists(pid) for pid in workers)


def test_other_users_of_the_machine_can_neither_send_work_nor_read_anything():
    with LocalProcesses(1, threads=1) as engine:
        (worker,) = engine.free()
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        ports = {one.laddr for process in family for one in process.net_connections() if one.status == "LISTEN"}
        assert {place.ip for place in ports} == {"127.0.0.1"}
        own = engine._client.scheduler.address
        for address, key in [(own.replace("tls", "tcp"), None), (own, Security.temporary())]:
            with pytest.raises(OSError):  # whatever ends a handshake
                Client(address, security=key, timeout=2, set_as_default=False)
        answers = {port: request(f"http://{ip}:{port}/info/main/workers.html") for ip, port in ports}
        assert set(answers.values()) <= {None, 404}
        assert 404 in answers.values(), "the servers for people were asked"
        assert stat.S_IMODE(Path(worker).parents[1].stat().st_mode) == 0o700  # made for the run
        engine.submit(worker, "own", double, 21)
        assert collect(engine, 1)["own"].result == 42


def request(address):
    """The status of the answer, or None if none is given."""
    try:
        return urllib.request.urlopen(address, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_every_worker_computes_with_the_threads_it_was_given():
    with LocalProcesses(1, threads=3) as engine:
        engine.submit(engine.free()[0], "threads", os.getenv, "OMP_NUM_THREADS")
        assert collect(engine, 1)["threads"].result == "3"
