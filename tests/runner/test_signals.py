"""The first signal requests an end; the second, or the end of patience, interrupts."""

import signal
import threading
import time

import pytest

from suite.runner.signals import Interruption


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_requests_an_end_and_the_second_interrupts(number):
    said = []
    with Interruption(said.append, patience=600) as interruption:
        assert not interruption.requested
        signal.raise_signal(number)
        assert interruption.requested
        assert said == ["interrupted: active runs have up to 600 s; interrupt again to stop at once"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_the_end_of_patience_interrupts():
    with Interruption([].append, patience=0.1), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
        for _ in range(100):
            time.sleep(0.1)


def test_handlers_are_restored_afterwards():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Interruption([].append):
        signal.raise_signal(signal.SIGINT)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_outside_the_main_thread_signals_are_left_alone():
    before, entered = signal.getsignal(signal.SIGINT), []

    def enter():
        with Interruption([].append) as interruption:
            entered.append(interruption.requested)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert entered == [False]
    assert signal.getsignal(signal.SIGINT) is before
