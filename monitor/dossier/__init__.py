"""Things that people work on together, each told by its acts: who did what, when, with which papers.

Append-only: the state of a dossier is worked out from its acts by the room that it belongs to, so it can be had as of
any moment.
"""
