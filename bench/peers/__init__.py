"""What we do beside what the usual tools do: the same files, the same questions, in turn, on one machine.

`python -m bench.peers` runs everything; README.md says what is compared with what, and how.
"""
