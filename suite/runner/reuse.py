"""Reuse: adopt records from another results folder instead of repeating runs with an equal spec."""

from suite.errors import RequestError, UnreadableError
from suite.experiment.run import Run
from suite.files.paths import real
from suite.results.experiment_info import ExperimentInfo
from suite.results.folders import existing
from suite.results.record import Record
from suite.results.specs import differences
from suite.results.statuses import DETERMINED
from suite.results.store import Store

BESIDE = (".npz", ".keras")


class Reuse:
    """Another results folder whose runs can be adopted; none without a `directory`. `count`: number of adopted runs.

    Raises RequestError if the folder is missing, contains no records, or is the folder that this command writes to.
    """

    def __init__(self, directory: str | None, store: Store):
        self.source = existing(directory) if directory else None
        self.store = store
        self.count = 0
        if self.source and real(self.source.root) == real(store.root):
            raise RequestError(f"'{directory}' is the folder that this experiment continues: give --reuse another one")
        if self.source and not self.source.record_paths():
            raise RequestError(
                f"'{directory}' contains no records to reuse: name results/<experiment> of another experiment"
            )

    def adopt(self, run: Run) -> Record | None:
        """Copy the record, predictions and model of an equal run and return the record; return None if there is none.

        Do not adopt a run that failed by chance, or a successful final run without predictions or model.
        """
        record = self._read(run)
        if self.source is None or record is None or not self._is_equal(self.source, record, run):
            return None
        try:
            self.store.adopt(self.source, run.id, "attempt")
        except UnreadableError:  # such a run is made again
            return None
        self.count += 1
        return record

    def experiment(self) -> ExperimentInfo | None:
        """Return the content of the other folder's experiment.json; None if it is missing or cannot be read."""
        try:
            return self.source.experiment() if self.source else None
        except UnreadableError:
            return None

    def checksum(self, run: Run) -> str | None:
        """Return the data checksum of the other folder's run with the same id; None if it has no such run."""
        record = self._read(run)
        return record.spec.get("data", {}).get("checksum") if record else None

    def _read(self, run: Run) -> Record | None:
        try:
            return self.source.read(run.id) if self.source else None
        except UnreadableError:
            return None

    @staticmethod
    def _is_equal(source: Store, record: Record, run: Run) -> bool:
        if record.status not in DETERMINED or differences(record.spec, run.spec):
            return False
        whole = run.role != "final" or not record.ok  # only final runs have predictions and a model
        return whole or all(source.path(run.id, suffix).exists() for suffix in BESIDE)
