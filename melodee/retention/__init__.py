"""Retention: what is past goes after a time, so that tables and Dagster's pages stay as small as the work at hand.

Nothing here touches a file of the library or a row of the catalogue.
"""
