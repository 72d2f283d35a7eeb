"""plan-monitor: where a five-year plan stands, from the figures that were sent."""

__version__ = "0.1.0"
