"""Review: what a person sees of releases that wait, and what they decide about them.

Core functions that take a database and who it is that asks; the command line and the API call them.
"""
