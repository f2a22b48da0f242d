"""The errors of the core.

A subclass is its own message (its docstring) and carries a stable `code`, which is what the database, the metrics and
the UI call it. A reason is a sentence of its own behind it: it begins with a capital letter and ends with a full stop.
Items that fail are caught one by one as `MelodeeError`; a `DependencyError` is never an item's fault and is left to the
retry policy; what no retry can heal is a `FatalError`.
"""

from typing import ClassVar

from melodee.text import display_path


class MelodeeError(Exception):
    """Melodee could not do what was asked."""

    code: ClassVar[str] = "error"

    def __init__(self, reason: str = "", *, path: str | None = None) -> None:
        self.reason, self.path = reason, path
        message = (type(self).__doc__ or "").strip()
        # A name may be any bytes; a message goes to logs, JSON and the database, which take UTF-8 only.
        super().__init__(" ".join(part for part in (message, reason, path and f"({display_path(path)})") if part))

    @property
    def sentence(self) -> str:
        """What happened and why, without the path."""
        return f"{(type(self).__doc__ or '').strip()} {self.reason}".strip()


class DependencyError(MelodeeError):
    """Something that all items need is away."""

    code = "dependency"


class FatalError(MelodeeError):
    """This cannot heal by itself."""

    code = "fatal"


class SettingError(MelodeeError):
    """A setting is wrong."""

    code = "setting"
