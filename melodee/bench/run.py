"""A whole run: learn what there is, then time one call after the other."""

import gc
import os
import platform
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from melodee.bench.calls import every_call
from melodee.bench.calls.call import Call, Lacking, Source
from melodee.bench.connection import Connection, RequestFailed, ServerAway
from melodee.bench.errors import NothingToMeasure
from melodee.bench.library import Library
from melodee.bench.measure import Measurement, Pace
from melodee.bench.results import BY_CTRL_C, LibraryFacts, Machine, Results, Row, ServerFacts, SettingFacts
from melodee.bench.server import Questions, Refused, Server

Tell = Callable[[str], None]
"""Is told what is being done."""


def run(server: Server, settings: SettingFacts, label: str, tell: Tell) -> Results:
    """Measures a server; Ctrl-C, once calls are timed, ends it with what there is.

    Raises `NothingToMeasure` and `NoServer`.
    """
    calls = list(selected(settings.only, writes=settings.writes))
    questions = Questions(server)
    try:
        library = Library(questions, settings.seed, server.login.user)
        tell("how much there is")
        results = Results(
            label=label,
            url=str(server.address),
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            server=ServerFacts(server.type, server.server_version, server.version, server.open_subsonic),
            library=_facts(library),
            machine=_machine(),
            settings=settings,
            rows=[],
        )
        prepared = [(call, _prepare(call, library, tell)) for call in calls]
        _measure(server, library, results, prepared, tell)
    finally:
        questions.close()
    return results


def selected(pattern: str, *, writes: bool) -> Iterator[Call]:
    """The calls whose names match. Raises `NothingToMeasure`."""
    try:
        wanted = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise NothingToMeasure(f"{pattern!r} is no regular expression: {error}") from error
    found = [call for call in every_call() if wanted.search(call.name)]
    if not found:
        raise NothingToMeasure(f"No call's name has {pattern!r} in it")
    if not writes and all(call.writes for call in found):
        raise NothingToMeasure("These calls write: they want --writes")
    return (call for call in found if writes or not call.writes)


def _machine() -> Machine:
    return Machine(os.cpu_count() or 0, f"{platform.system()} {platform.machine()}", platform.python_version())


def _facts(library: Library) -> LibraryFacts:
    facts = LibraryFacts(library.song_count, library.album_count, library.artist_count)
    if not (facts.songs or facts.albums or library.songs):
        raise NothingToMeasure("The library is empty, or this user sees nothing of it")
    return facts


def _prepare(call: Call, library: Library, tell: Tell) -> Source | str:
    """The call's requests, or why there are none."""
    tell(f"what to ask {call.name} for")
    try:
        return call.prepare(library)
    except Lacking as error:
        return str(error)


def _measure(
    server: Server, library: Library, results: Results, prepared: list[tuple[Call, Source | str]], tell: Tell
) -> None:
    settings = results.settings
    pace = Pace(settings.seconds, settings.rounds)
    connections = [server.connect(settings.format, compressed=settings.gzip) for _ in range(settings.clients)]
    # What was learned is not looked through for garbage while calls are timed.
    gc.collect()
    gc.freeze()
    try:
        for number, (call, source) in enumerate(prepared, 1):
            tell(f"{number} of {len(prepared)}: {call.name}")
            if isinstance(source, str):
                results.rows.append(Row(call=call.name, group=call.group, charted=call.charted, missing=source))
                continue
            measurement = Measurement(call, source, connections, pace, settings.seed)
            try:
                measurement.run()
            except KeyboardInterrupt:
                results.ended_early = BY_CTRL_C
            except ServerAway as error:
                results.ended_early = f"the server went away ({error})"
            finally:
                results.rows += measurement.rows()
                _take_back(server, call, library)
            if results.ended_early:
                break
    finally:
        gc.unfreeze()
        for connection in connections:
            connection.close()


def _take_back(server: Server, call: Call, library: Library) -> None:
    """On a connection of its own: those of the clients may be in the middle of an answer."""
    if call.undo is None:
        return
    connection: Connection = server.connect()
    try:
        for request in call.undo(library):
            connection.ask(request)
    except (RequestFailed, Refused):
        pass  # The server is gone, and the run ends for that reason.
    finally:
        connection.close()
