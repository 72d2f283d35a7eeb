"""The HTTP API under /api/v1: one table of operations (routes.py), one gate (gate.py), one document (openapi.py)."""
