"""What is measured: counted while requests are answered, and asked for each time somebody looks (`/metrics`).

Names, types and labels are a contract with rules and dashboards outside (docs/operators.md lists them): add, never
rename. Seconds, bytes and moments (seconds since 1970) throughout.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    Metric,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from monitor.store.errors import StoreFatal

_log = logging.getLogger("monitor.watch")
# 0.3, 0.8 and 3 s are the bounds that answers and uploads are held to
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.3, 0.8, 1.5, 3, 8, 20, 60)
Part = Callable[[], Iterable[Metric]]

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nothing here asks for


class Measures:
    """Safe to use from many threads. `add` a part: a name and what gives its measures when it is asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.requests = Histogram(
            "monitor_http_request_seconds",
            "From a request's arrival until its answer has been handed over",
            ("route", "method", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.under_way = Gauge("monitor_http_requests_under_way", "Requests being answered", registry=self.registry)
        self._parts = _Parts()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.registry.register(self._parts)

    def add(self, name: str, part: Part) -> None:
        """Ask this too from now on; a part that fails is told as `monitor_part_up` 0 and leaves the others alone."""
        self._parts.add(name, part)

    def text(self, accept: str) -> tuple[bytes, str]:
        """All measures, and their content type, in the form that an Accept header asks for. Raises StoreFatal."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


class _Parts(Collector):
    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}
        self._failing: set[str] = set()
        self._lock = threading.Lock()

    def add(self, name: str, part: Part) -> None:
        with self._lock:
            self._parts = {**self._parts, name: part}

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering asks nobody."""
        return ()

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("monitor_part_up", "1 where the part's measures could be read", labels=("part",))
        for name, part in self._parts.items():
            found: tuple[Metric, ...] = ()
            try:
                found = tuple(part())
            except StoreFatal:
                raise
            except Exception as fault:
                self._tell(name, fault)
            else:
                self._failing.discard(name)
            up.add_metric((name,), 0 if name in self._failing else 1)
            yield from found
        yield up

    def _tell(self, name: str, fault: Exception) -> None:
        """The first failure of a row: whoever looks comes back every few seconds."""
        if name not in self._failing:
            self._failing.add(name)
            _log.warning("the measures of %s cannot be read: %s", name, type(fault).__name__, exc_info=fault)
