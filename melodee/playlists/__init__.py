"""Playlists that came as files: what their lines mean, and the playlists that they become."""
