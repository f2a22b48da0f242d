"""PostgreSQL for those who have none: its binaries found, a cluster made, a server started and stopped."""
