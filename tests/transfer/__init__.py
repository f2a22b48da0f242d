"""Moving a file: its bytes are whole somewhere at every moment, and no other file loses its name to it."""
