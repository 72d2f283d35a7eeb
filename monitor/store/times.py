"""Moments are kept as UTC without a zone, to the microsecond; this is where they cross over."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)


def to_stored(moment: datetime) -> datetime:
    """As the store keeps it: UTC, no zone. A moment without a zone is taken to be UTC already."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def from_stored(moment: datetime) -> datetime:
    """A stored moment with its zone."""
    return moment.replace(tzinfo=UTC)
