"""Where the files that are not Python lie: beside the packages in a checkout, inside `melodee` in a wheel."""

from pathlib import Path

_INSIDE = Path(__file__).resolve().parent
_CHECKOUT = _INSIDE.parent


def path(name: str) -> Path:
    """The path of `sql`, `dagster.yaml` or `workspace.yaml`. Raises `FileNotFoundError` when it is not installed."""
    for candidate in (_INSIDE / name, _CHECKOUT / name):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is missing from this installation of Melodee; install it again")
