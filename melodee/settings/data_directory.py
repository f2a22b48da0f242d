"""The data directory: where one instance keeps its state."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataDirectory:
    """Where one instance keeps its state."""

    path: Path

    @classmethod
    def from_environment(cls) -> "DataDirectory":
        """`MELODEE_DATA`, else `melodee` below `XDG_DATA_HOME` (default `~/.local/share`)."""
        if given := os.environ.get("MELODEE_DATA"):
            return cls(Path(given).expanduser().absolute())
        base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        return cls(Path(base).expanduser().absolute() / "melodee")

    @property
    def lock(self) -> Path:
        """Held with `flock` by the `melodee up` that runs; says in JSON who that is and where it answers."""
        return self.path / "up.lock"

    @property
    def environment(self) -> Path:
        """All variables of the running instance, `KEY=value` a line, mode 0600."""
        return self.path / "melodee.env"

    @property
    def settings(self) -> Path:
        """`melodee.toml`: settings that are not in the environment; there when somebody wrote it."""
        return self.path / "melodee.toml"

    @property
    def rules(self) -> Path:
        """`rules.toml`: the librarian's metadata rules; there when somebody wrote it."""
        return self.path / "rules.toml"

    @property
    def token_key(self) -> Path:
        """The key that encrypts the secrets of token login; it is never in the database."""
        return self.path / "keys" / "token.key"

    @property
    def postgres(self) -> Path:
        """The database cluster that Melodee starts itself."""
        return self.path / "postgres"

    @property
    def dagster_home(self) -> Path:
        """`DAGSTER_HOME`: links to `dagster.yaml` and `workspace.yaml`, and Dagster's logs."""
        return self.path / "dagster"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.path / "cache"

    @property
    def logs(self) -> Path:
        """One log file for each process."""
        return self.path / "logs"

    @property
    def inbound(self) -> Path:
        """The default inbound volume."""
        return self.path / "inbound"

    @property
    def storage(self) -> Path:
        """The default storage volume."""
        return self.path / "storage"
