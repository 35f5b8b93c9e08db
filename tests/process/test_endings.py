"""Code of a user neither ends the process nor interrupts the command; a person does."""

import signal
import sys

import pytest

from suite.errors import EndingError
from suite.process.endings import is_by_a_person, without_exit


def raises():
    raise KeyboardInterrupt


def ends():
    raise BaseException


def waits():
    try:
        signal.raise_signal(signal.SIGINT)
    finally:
        sys.intern("an interruption passes through other code")


def test_code_that_ends_well_returns_its_result():
    assert without_exit(max, 1, 2) == 2


def test_what_code_raises_is_a_fault_of_that_code():
    for code, said in (
        (raises, "raised KeyboardInterrupt"),
        (lambda: sys.exit(3), r"called sys.exit\(3\)"),
        (ends, "raised Ba"),
    ):
        with pytest.raises(EndingError, match=said):
            without_exit(code)


def test_a_signal_interrupts():
    with pytest.raises(KeyboardInterrupt) as interrupted:
        without_exit(waits)
    assert is_by_a_person(interrupted.value)


def test_other_errors_are_no_interruption():
    assert not is_by_a_person(ValueError())
