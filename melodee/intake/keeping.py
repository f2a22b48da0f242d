"""What came beside music is written together with its songs: pictures, lyrics, notes and playlists."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from melodee.catalogue.artists import Artist
from melodee.catalogue.rows import Names, Picture
from melodee.catalogue.writer import Written, write_pictures
from melodee.database import Session
from melodee.intake.beside import Beside, add_lyrics_beside, write_lyrics_beside, write_notes
from melodee.intake.beside_again import lyrics_there
from melodee.intake.folder_words import VARIOUS
from melodee.intake.released import Released
from melodee.ledger import Place
from melodee.playlists.imports import PlaylistFile, complete_imports, import_playlist
from melodee.playlists.matching import Candidate
from melodee.sidecars.nfo import Notes
from melodee.text import fold


def keep_beside(  # noqa: PLR0917 - what a promotion has at hand
    db: Session, group: Sequence[Released], written: Written, names: Names, storage: Collection[int], batch: str
) -> None:
    """Writes what came beside the music of published releases, in the transaction of their songs.

    What could not be moved did not come: it stays where it was dropped, and says nothing.
    """
    _keep_pictures(db, group, names)
    came = [release.beside.of({each.wish.source.hash for each in release.moved}) for release in group]
    write_lyrics_beside(
        db,
        (
            (song, sheet)
            for release, beside in zip(group, came, strict=True)
            for _, key, sheet in beside.lyrics
            if (song := written.songs.get(release.targets[key])) is not None
        ),
    )
    every = {song for of_file in written.every.values() for song in of_file}
    albums = {release.place.id for release in group if release.place is not None}
    add_lyrics_beside(db, lyrics_there(db, albums, every, [release.row.id for release in group]))
    write_notes(
        db, (note for release, beside in zip(group, came, strict=True) for note in _notes(release, beside, names))
    )
    songs = [list(_candidates(release, written)) for release in group]
    published = [song for each in songs for song in each]
    complete_imports(db, published, batch)
    for release, beside, own in zip(group, came, songs, strict=True):
        for file, data, playlist in beside.playlists:
            origin = Place(release.row.volume_id, release.origin(file))
            came = PlaylistFile(origin, release.targets[file.path_hash], data, playlist)
            import_playlist(db, came, own, storage, batch, published)


def _keep_pictures(db: Session, group: Sequence[Released], names: Names) -> None:
    """Covers of discs, and pictures of artists, whose files got to where they were to go."""
    discs: list[tuple[int, int]] = []
    artists: list[int] = []
    pictures: list[tuple[int, Picture | None]] = []
    for release in group:
        there = {each.wish.target for each in release.moved}
        for disc, picture in release.art.discs.items():
            if release.place is not None and Place(picture.volume, picture.path) in there:
                discs.append((release.place.id, disc))
                pictures.append((picture.volume, picture))
    of_discs = len(pictures)
    for release in group:
        there = {each.wish.target for each in release.moved}
        picture, artist = release.art.artist, _artist(release, names)
        if picture is not None and artist is not None and Place(picture.volume, picture.path) in there:
            artists.append(artist.id)
            pictures.append((picture.volume, picture))
    if not pictures:
        return
    covers = write_pictures(db, pictures)
    if discs:
        db.run(
            "set_disc_covers",
            albums=[album for album, _ in discs],
            discs=[disc for _, disc in discs],
            covers=covers[:of_discs],
        )
    if artists:
        # The last one counts where several releases brought a picture of the artist.
        own = dict(zip(artists, covers[of_discs:], strict=True))
        db.run("set_artist_covers", ids=list(own), covers=list(own.values()))


def _artist(release: Released, names: Names) -> Artist | None:
    """Whose release it is; nobody's when it is a compilation."""
    if fold(release.description.display_artist) in VARIOUS:
        return None
    return names.artists[release.description.artists[0]]


def _notes(release: Released, beside: Beside[UUID], names: Names) -> Iterator[tuple[int, Notes]]:
    artist = _artist(release, names)
    for _, note in beside.notes:
        if note.about == "artist":
            if artist is not None:
                yield artist.id, note
        elif release.place is not None:
            yield release.place.id, note


def _candidates(release: Released, written: Written) -> Iterator[Candidate]:
    """The release's songs, as lines of playlists may name them."""
    for file in release.files:
        ids = written.every.get(release.targets[file.path_hash], []) if file.track is not None else []
        for song, track in zip(ids, release.songs.get(file.path_hash, ()), strict=False):
            artist = ", ".join(track.artists) or release.description.display_artist
            yield Candidate(song, release.origin(file), artist, track.title, track.duration_ms)
