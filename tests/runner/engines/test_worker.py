"""A worker sends every error, whatever a user's code put into it."""

import threading

from suite.runner.engines.worker import sendable


class SensorError(Exception):
    """Holds what cannot leave its process, such as a lock or an open port."""

    def __init__(self, port, fault):
        super().__init__(f"{port}: {fault}")
        self.port = port


class OtherwiseMadeError(Exception):
    """Is sent, and then cannot be made again."""

    def __reduce__(self):
        return int, ("no number",)


def raised(error):
    try:
        raise error
    except type(error) as found:
        return found


def test_an_error_is_sent_as_it_is_but_without_its_traceback_which_may_be_too_deep():
    error = raised(OSError("no sensor"))
    assert sendable(error) is error
    assert error.__traceback__ is None


def test_an_error_that_cannot_be_sent_is_put_in_words():
    for error in (raised(SensorError(threading.Lock(), "silent")), raised(OtherwiseMadeError("silent"))):
        assert type(sendable(error)) is RuntimeError
        assert str(sendable(error)) == f"{type(error).__name__}: {error}"
