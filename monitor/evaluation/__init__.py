"""Rounds of evaluation: what is known is frozen, the responsible units assess themselves, people conclude and approve.

A round that is approved never moves again.
"""
