"""What is begun by the clock is begun once: several instances may share a catalogue, each with a clock of its own."""

from datetime import datetime

from melodee.database import Database


def strikes_here(database: Database, name: str, at: datetime, instance: str) -> bool:
    """Whether what has this name is begun at this time by this instance: the first one that asks, however often."""
    with database.begin() as db:
        return bool(db.value("strike", name=name, at=at, instance=instance))
