"""Reading audio: formats by name, tags by mutagen, cheap checks for damage, embedded and folder pictures."""
