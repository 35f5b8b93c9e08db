"""What stands in the environment before TensorFlow is imported."""

from suite import backend


def test_flags_that_numbers_depend_on_are_the_suites_and_other_flags_stay(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=3 --xla_dump_to=there")
    wanted = "--xla_dump_to=there --xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1"
    assert backend.xla_flags() == {"XLA_FLAGS": wanted}
    backend.expect_import()
    assert backend.xla_flags() == {"XLA_FLAGS": wanted}
