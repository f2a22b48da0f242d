"""A synthetic catalogue with the shape of a real one, of any size, to measure and to try things on."""
