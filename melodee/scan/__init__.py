"""Scans of storage volumes: what was added, changed, moved or taken away by others, and what the ledger makes of it."""
