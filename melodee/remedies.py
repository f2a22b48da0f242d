"""What to do about each code of a failure, in a sentence: the same that docs/operating.md says."""

from collections.abc import Mapping

REMEDIES: Mapping[str, str] = {
    # Of a file or folder.
    "empty": "Copy it again.",
    "truncated": "Copy or rip it again.",
    "mislabelled": "Rename it as the message says.",
    "unreadable": "See whether another program plays it; mend its permissions.",
    "broken_image": "Replace or remove it.",
    "image_too_large": "Make it smaller.",
    "name_taken": "Remove it, or give it another title or track number.",
    "name_refused": "Shorten it, or choose a template with shorter names.",
    "too_large": "Use a volume on another file system.",
    "symlink": "Put the file or folder itself there.",
    "special_file": "Take it away.",
    "permission_denied": "Give the account that runs Melodee the right to; it is tried again by itself.",
    "unreadable_folder": "See the message; it is tried again by itself.",
    "still_changing": "Nothing: it is tried again by itself.",
    "changed_while_copying": "Nothing, or drop it again when it is complete.",
    "vanished": "Drop it again if you want it.",
    "no_music_left": "Mend the music that it lay beside.",
    "corrupted": "Put a good copy in its place, and look after the disk.",
    "decode_error": "Put a good copy in its place, and look after the disk.",
    "read_failed": "Copy it from elsewhere, and look after the disk.",
    "not_linkable": "Look at the volume's file system.",
    "unsafe_path": "Rename it.",
    "file_system": "See the message.",
    # Of a whole volume or batch.
    "volume_unavailable": "Mount it, or mend its permissions; it is looked at again by itself.",
    "disk_full": "Make room; it is tried again by itself.",
    "read_only": "Mount the volume writable; it is tried again by itself.",
    "machine_short": "Close other programs, or raise the limits; it is tried again by itself.",
    "batch_is_busy": "Wait for the other run.",
    "too_much_gone": "Mount the volume's disk; where it is right, run 'melodee volume scan NAME --accept'.",
    "volume_is_busy": "Wait for the other scan.",
    "nothing_to_scan": "Scan a storage volume.",
    "no_volume": "Add a volume of that kind with 'melodee volume add'.",
    "unknown_volume": "See who removed the volume's row.",
    "leaf_is_busy": "Wait for the other run.",
    "unknown_leaf": "Remove the partition; it is another database's.",
    "unknown_batch": "Remove the partition; it is another database's.",
    "bad_rules": "Mend what 'melodee rules check' names; the batch is taken up again by itself.",
    "setting": "Mend the setting where Melodee is started, and start it again.",
    "unexpected": "See the traceback on the run's page, and report it.",
    # Mended on the way in.
    "control_characters": "Nothing: they were left out.",
    "invisible_characters": "Nothing: they were left out.",
    "overlong_tag": "Nothing, or shorten the tag and drop the file again.",
    "too_many_values": "Nothing, or remove values and drop the file again.",
    "wrong_encoding": "Nothing, or write the tag anew.",
    "unreadable_tag": "Write the tag anew with another program.",
    # Of what lies beside music.
    "unreadable_sidecar": "Mend or remove it; the music does not need it.",
    "unmatched_lines": "Drop the songs that are missing, and the playlist is completed.",
    "cue_disagrees": "Mend the cue sheet or replace the file, and drop both again.",
    "unused_cue": "Name the file in the cue sheet as it is called.",
    "hidden_track": "Nothing; the file itself still holds it.",
}

OTHERWISE = "See the message."


def remedy(code: str) -> str:
    """What to do about a failure with this code."""
    return REMEDIES.get(code, OTHERWISE)
