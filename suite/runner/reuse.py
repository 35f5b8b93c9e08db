"""Reuse: records of an equal spec in another results folder are adopted instead of made again."""

from suite.errors import RequestError, UnreadableError
from suite.experiment.run import Run
from suite.results.experiment_info import ExperimentInfo
from suite.results.record import Record
from suite.results.statuses import DETERMINED
from suite.results.store import Store, existing

BESIDE = (".npz", ".keras")


class Reuse:
    """Another results folder, asked for every run before it is made; None for none. `count`: runs adopted.

    Raises RequestError when the folder is missing, holds no records, or is the one written to.
    """

    def __init__(self, directory: str | None, store: Store):
        self.source = existing(directory) if directory else None
        self.store = store
        self.count = 0
        if self.source and self.source.root.resolve() == store.root.resolve():
            raise RequestError(f"'{directory}' is the folder that this experiment continues: --reuse names another one")
        if self.source and not self.source.record_paths():
            raise RequestError(f"'{directory}' holds no records to reuse: name results/<experiment> of another one")

    def adopts(self, run: Run) -> bool:
        """Copies the record of an equal run, data checksum included, with predictions and model; whether there was one.

        A final run without its predictions and its model is not adopted, nor one that failed by chance.
        """
        if not self._holds(run):
            return False
        path = self.store.path(run.id)
        if path.exists():
            self.store.set_aside(path, "attempt")
        self.store.adopt(self.source, run.id)
        self.count += 1
        return True

    def experiment(self) -> ExperimentInfo | None:
        """The other folder's experiment.json; None where there is none, or none that can be read."""
        try:
            return self.source and self.source.experiment()
        except UnreadableError:
            return None

    def checksum(self, run: Run) -> str | None:
        """The checksum of the data that the other folder's run of this id was made with."""
        record = self._read(run)
        return record.spec.get("data", {}).get("checksum") if record else None

    def _read(self, run: Run) -> Record | None:
        try:
            return self.source and self.source.read(run.id)
        except UnreadableError:
            return None

    def _holds(self, run: Run) -> bool:
        record = self._read(run)
        if not record or record.status not in DETERMINED or record.spec != run.spec:
            return False
        whole = run.role == "trial" or not record.ok
        return whole or all(self.source.path(run.id, suffix).exists() for suffix in BESIDE)
