"""Work on the songs that are in the catalogue, leaf by leaf: tags read again, rules applied again, art, integrity."""
