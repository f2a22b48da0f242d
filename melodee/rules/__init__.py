"""Metadata rules: what a librarian wants done to tags before anything else is made of them."""
