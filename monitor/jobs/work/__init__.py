"""The kinds of scheduled work, each in a module of its own."""
