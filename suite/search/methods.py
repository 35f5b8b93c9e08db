"""Methods: the kinds of search."""

import importlib.util

from suite.errors import RequestError

SEARCHES = {
    "random": "Independent draws: the same configurations whatever was interrupted.",
    "bayesian": "Proposals depend on the order in which trials ended.",
    "hyperband": "A configuration that goes on to more epochs is trained again from its start.",
    "tpe": "Proposals depend on the order in which trials ended.",
}


def check_installed(search: str) -> None:
    """Raises RequestError for a kind of search whose package is not there."""
    if search == "tpe" and importlib.util.find_spec("optuna") is None:
        raise RequestError(
            "search 'tpe' needs Optuna, which is not installed: pip install 'sequence-suite[optuna]', "
            "or choose another search"
        )
