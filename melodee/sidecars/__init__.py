"""What lies beside music: cue sheets, playlists, lyrics, notes, checksums. A parser each, from bytes to data."""
