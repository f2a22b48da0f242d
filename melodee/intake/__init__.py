"""Intake: from files on an inbound volume to releases on a storage volume and rows in the catalogue."""
