"""What must always be true of a store: small checks that are data, the whole proof, and the store made again."""

from .checks import CheckResult, run_checks

__all__ = ["CheckResult", "run_checks"]
