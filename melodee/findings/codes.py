"""Every finding that there is: one table of codes, with what each means and what a librarian can do about it."""

from typing import NamedTuple

SEVERITIES = ("error", "warning", "info")
"""Worst first. Under the default policy, errors let a release wait for a person."""

GROUPS = {
    "readable": "Whether all files of the release could be read, and hold what their checksums say.",
    "complete": "Whether its songs are numbered without gaps and repeats, and all that the tags count are there.",
    "well_tagged": "Whether artist, album, titles and years are given and agree, in clean text.",
    "sound": "Whether lengths, bit rates, sampling rates, channels and formats are what one expects of music.",
    "artwork": "Whether there is a cover, and of a sensible size.",
    "unique": "Whether its files are there only once, in the batch and in the library.",
}
"""What the findings of a group are about; each is a check in Dagster."""


class Code(NamedTuple):
    """What is known of a finding wherever it turns up."""

    severity: str
    group: str
    explanation: str
    remedy: str
    harmful: bool = False
    """Publishing would do harm that is hard to mend: the release waits under every policy."""


CODES: dict[str, Code] = {
    # Files that failed when they were read are not part of the release; their codes are those of the failures.
    "unreadable": Code(
        "warning", "readable",
        "A file beside the release's music could not be read, so the release is published without it.",
        "See 'melodee failures list' for what is wrong with it; a mended file joins the album by itself.",
    ),
    "empty": Code(
        "warning", "readable",
        "A file beside the release's music holds no bytes.",
        "Copy it again; it joins the album by itself.",
    ),
    "truncated": Code(
        "warning", "readable",
        "A file beside the release's music ends before its sound does.",
        "Copy or rip it again; it joins the album by itself.",
    ),
    "mislabelled": Code(
        "warning", "readable",
        "A file beside the release's music holds another format than its name says.",
        "Rename it as the message says; it joins the album by itself.",
    ),
    "permission_denied": Code(
        "warning", "readable",
        "A file beside the release's music may not be read.",
        "Give the account that runs Melodee the right to; it joins the album by itself.",
    ),
    "decode_error": Code(
        "error", "readable",
        "A song cannot be decoded from beginning to end: part of its sound is damaged.",
        "Listen to it; rip or copy it again where it is damaged, or approve it as it is.",
        harmful=True,
    ),
    "checksum_mismatch": Code(
        "error", "readable",
        "A file does not hold what the list of checksums beside it says, so its bytes have changed since.",
        "Copy it again from where it came; where the list is out of date, approve the release.",
        harmful=True,
    ),
    "unreadable_tag": Code(
        "warning", "readable",
        "The sound of a file is good, but its tag could not be read.",
        "Write its tags anew with a tag editor, or approve what the path says.",
    ),
    # Is everything there?
    "missing_file": Code(
        "warning", "complete",
        "A list of checksums names a file that is not there.",
        "Add the file, or approve the release without it.",
    ),
    "missing_track_number": Code(
        "warning", "complete",
        "The tags of a song give no track number, so it is taken from the file's name or missing.",
        "Number the songs with a tag editor or a metadata rule.",
    ),
    "gap_in_numbering": Code(
        "warning", "complete",
        "Track numbers are missing between the first and the last of a disc.",
        "Add the missing songs, which join the album by themselves, or mend the numbers.",
    ),
    "repeated_track_number": Code(
        "warning", "complete",
        "Several songs of a disc have the same number.",
        "Mend the numbers, or the disc numbers where two discs have become one; remove what is there twice.",
    ),
    "missing_tracks": Code(
        "warning", "complete",
        "The tags count more songs on a disc than there are.",
        "Add the missing songs, which join the album by themselves, or approve what there is.",
    ),
    "missing_disc": Code(
        "warning", "complete",
        "The tags count more discs than there are, or a disc between others is missing.",
        "Add the missing disc, which joins the album by itself, or approve what there is.",
    ),
    "totals_disagree": Code(
        "info", "complete",
        "The songs do not agree on how many songs or discs there are, or are numbered beyond it.",
        "Mend the totals with a tag editor; nothing depends on them.",
    ),
    "cue_disagrees": Code(
        "warning", "complete",
        "A cue sheet cannot cut the file it is for, which is catalogued as one song: its times do not fit.",
        "Mend the sheet or replace the file, and drop both again; or approve the one song.",
    ),
    "unused_cue": Code(
        "info", "complete",
        "A cue sheet is for a file that is not there, so nothing is cut by it.",
        "Name the file in the sheet as it is called, and drop both again, where the sheet is for it.",
    ),
    "hidden_track": Code(
        "info", "complete",
        "There is sound before the first track of a cue sheet, which no song in the catalogue has.",
        "Nothing; the file itself still holds it.",
    ),
    "unreadable_sidecar": Code(
        "warning", "readable",
        "A file beside the music, or a cue sheet in its tags, could not be read.",
        "Mend or remove it; the music does not need it.",
    ),
    # What the tags say.
    "unknown_artist": Code(
        "error", "well_tagged",
        "No song says by whom it is, so the release would be filed under Unknown Artist with all others like it.",
        "Tag the artist or write a metadata rule that takes it from the path, and drop the release again.",
    ),
    "unknown_album": Code(
        "warning", "well_tagged",
        "Neither tags nor folder say of which album the songs are, so they join all others of their artist like them.",
        "Tag the album, or put the files into a folder of its name and drop them again; approve loose songs.",
    ),
    "missing_artist": Code(
        "warning", "well_tagged",
        "A song does not say by whom it is.",
        "Tag its artist; until then it counts as the album artist's.",
    ),
    "missing_album": Code(
        "warning", "well_tagged",
        "A song does not say of which album it is, so the folder's name was taken.",
        "Tag the album, or approve the folder's name.",
    ),
    "missing_title": Code(
        "warning", "well_tagged",
        "A song has no title, so the file's name was taken.",
        "Tag the title, or approve the file's name.",
    ),
    "missing_tag": Code(
        "info", "well_tagged",
        "The tags of a song leave something out that the path says.",
        "Tag it where the path is wrong.",
    ),
    "missing_year": Code(
        "info", "well_tagged",
        "No song says in which year the release came out.",
        "Tag the year; lists by year leave the album out until then.",
    ),
    "mixed_years": Code(
        "info", "well_tagged",
        "The songs name different years, of which the most frequent became the album's.",
        "Tag one year for the release; the year of a recording belongs into the tag of the original date.",
    ),
    "mixed_artists": Code(
        "warning", "well_tagged",
        "The songs are by different artists and no album artist is given, so it became a compilation.",
        "Tag the album artist, or mark the release as a compilation.",
    ),
    "unwanted_text": Code(
        "warning", "well_tagged",
        "A title, an artist or the album holds an address or an advertisement.",
        "Drop it with a metadata rule or a tag editor.",
    ),
    "garbled_text": Code(
        "warning", "well_tagged",
        "A title, an artist or the album was stored in one encoding and read in another.",
        "Convert the text with a tag editor, or write it anew.",
    ),
    "control_characters": Code(
        "warning", "well_tagged",
        "Control characters were taken out of a tag.",
        "Nothing, unless the text reads wrong; the file itself still has them.",
    ),
    "invisible_characters": Code(
        "info", "well_tagged",
        "Characters that nobody sees, such as zero-width spaces and soft hyphens, were taken out of a tag.",
        "Nothing: names that look the same are the same now; the file itself still has them.",
    ),
    "overlong_tag": Code(
        "warning", "well_tagged",
        "A tag was longer than any name is, and cut.",
        "Shorten the tag with a tag editor, where the end of it is missed.",
    ),
    "wrong_encoding": Code(
        "warning", "well_tagged",
        "A tag was stored in another encoding than it says, and read as what it is.",
        "Nothing, unless the text reads wrong; writing the tags anew mends the file.",
    ),
    "too_many_values": Code(
        "warning", "well_tagged",
        "A tag had more values than any song has, and the rest was left out.",
        "Remove what does not belong there.",
    ),
    # What is heard.
    "too_short": Code(
        "info", "sound",
        "A song is shorter than songs are.",
        "Listen whether it is whole; interludes are that short.",
    ),
    "too_long": Code(
        "info", "sound",
        "A song is longer than songs are.",
        "Cut it where it is a whole record, or add a cue sheet; approve mixes and books.",
    ),
    "low_bit_rate": Code(
        "info", "sound",
        "A song has few bits a second, which can be heard.",
        "Rip it again, or approve what there is.",
    ),
    "low_sampling_rate": Code(
        "info", "sound",
        "A song has few samples a second, so its high notes are missing.",
        "Rip it again, or approve what there is.",
    ),
    "many_channels": Code(
        "info", "sound",
        "A song has more channels than many players play.",
        "Nothing, where yours plays it.",
    ),
    "mixed_formats": Code(
        "info", "sound",
        "The release's songs are in different formats, as when it was put together from several sources.",
        "Nothing, unless one of them is there twice.",
    ),
    # What is seen.
    "missing_cover_art": Code(
        "info", "artwork",
        "There is no picture, neither beside the music nor inside it.",
        "Drop a cover.jpg in the folder of the drop, or put one beside the songs on storage: it joins the album.",
    ),
    "small_cover_art": Code(
        "info", "artwork",
        "The cover is too small to look good.",
        "Replace it by a larger one.",
    ),
    "large_cover_art": Code(
        "info", "artwork",
        "The cover is larger than any player shows it.",
        "Nothing; a smaller one saves room.",
    ),
    "broken_image": Code(
        "warning", "artwork",
        "A picture beside the music, or inside it, could not be read.",
        "Replace or remove it.",
    ),
    "image_too_large": Code(
        "warning", "artwork",
        "A picture is too large to be shown at all.",
        "Make it smaller.",
    ),
    # What is there already.
    "duplicate_file": Code(
        "warning", "unique",
        "A file of the release, or of another one that is on its way, holds the very same bytes.",
        "Reject one of them, or remove the file.",
    ),
    "duplicate_of_published": Code(
        "error", "unique",
        "A file holds the very same bytes as one that the library has already.",
        "Reject the release where the library has all of it; else approve it.",
    ),
}  # fmt: skip
"""By code. A code never changes its meaning: rules, alerts and people's scripts go by it."""

UNKNOWN = Code(
    "warning", "readable",
    "It has a code that this version of Melodee does not know.",
    "Judge it by what it says.",
)  # fmt: skip
"""What is known of any other code: what is stored may come from another version, and no release stops at that."""

OF_A_SIDECAR = "unreadable_sidecar"


def sidecar_code(code: str) -> str:
    """The code of a finding about a cue sheet that failed with `code`, which may be any that a disk answers with."""
    return code if code in CODES else OF_A_SIDECAR
