"""Who is responsible for what: departments, duties, boundaries and contacts as the published documents have them.

Imports the catalogue only; the register itself is data (`data/duties.yaml`).
"""
