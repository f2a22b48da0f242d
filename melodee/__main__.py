"""`python -m melodee` is the `melodee` command."""

from melodee.commands import main

main()
