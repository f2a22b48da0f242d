"""Tracks that are a span of a file, cut out of it in threads of their own (`melodee.cuts`)."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from melodee.cuts import CutFile, Cuts, Wanted
from melodee.database import Row
from melodee.errors import DependencyError, MelodeeError
from melodee.ffmpeg import FfmpegFailed, FfmpegMissing
from melodee.machine import processors
from melodee.settings import DataDirectory, SidecarSettings
from melodee.volume_path import VolumePath
from melodee_api.errors import NotFound, Unavailable

logger = logging.getLogger(__name__)


class CutTracks:
    """The cache of cuts; one for each worker, all of them on the same folder."""

    def __init__(self, cuts: Cuts) -> None:
        self._cuts = cuts
        # What is decoded here keeps a processor busy; who waits for another's cut waits in a thread too.
        self._threads = ThreadPoolExecutor(max_workers=2 * processors(), thread_name_prefix="cuts")

    @classmethod
    def from_environment(cls) -> "CutTracks":
        """In the data directory's cache."""
        folder = DataDirectory.from_environment().cache / "cuts"
        return cls(Cuts(folder, SidecarSettings.from_environment().cut_cache_mb << 20))

    async def cut(self, song: Row, place: VolumePath) -> CutFile:
        """The track of a row of `song_file` that has a span. Raises `NotFound`, or `Unavailable`."""
        wanted = Wanted(place, song.span_start_ms, song.span_end_ms, _tags(song))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._cuts.cut, wanted)
        except (DependencyError, FfmpegMissing, FfmpegFailed, OSError) as error:
            logger.warning("Song %s could not be cut: %s", song.id, error)
            raise Unavailable from None
        except MelodeeError as error:
            logger.warning("Song %s could not be cut: %s", song.id, error)
            raise NotFound from None


def _tags(song: Row) -> tuple[tuple[str, str], ...]:
    return (
        ("title", song.title),
        ("artist", song.display_artist),
        ("album", song.album),
        ("album_artist", song.display_album_artist),
        ("track", "" if song.track_number is None else str(song.track_number)),
        ("disc", "" if song.disc_number is None else str(song.disc_number)),
        ("date", "" if song.year is None else str(song.year)),
    )
