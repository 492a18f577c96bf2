"""What Prometheus is told: of all processes from the database, of HTTP from this one."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import Collector

from odoo_seed.core.figures import BUCKETS
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client.metrics_core import Metric

    from odoo_seed.core.figures import Figures

_ENDS = [*map(str, BUCKETS), "+Inf"]


class Measures:
    """All metrics.

    Args:
        figures: Reads what the database knows; raises DatabaseError.
    """

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_FromTheDatabase(figures))
        self._asked = Counter(
            "odoo_seed_http_requests", "Requests that were answered.", ["endpoint", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "odoo_seed_http_request_duration_seconds", "Waiting for runs included.", ["endpoint"],
            buckets=BUCKETS, registry=self._registry,
        )  # fmt: skip

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._asked.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)


class _FromTheDatabase(Collector):
    """Reads anew for every scrape: other processes' runs count too."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def describe(self) -> Iterable[Metric]:
        """Nothing is read before somebody asks."""
        return []

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        up = GaugeMetricFamily("odoo_seed_database_up", "Whether the database can be used.")
        try:
            found = self._figures()
        except DatabaseError:  # readyz tells why
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from _runs(found)
        yield _durations(found)
        yield from _counts(found)


def _runs(found: Figures) -> Iterator[Metric]:
    runs = CounterMetricFamily(
        "odoo_seed_runs", "Runs of all commands, workers and machines.",
        labels=["target", "verb", "status", "trigger"],
    )  # fmt: skip
    last = GaugeMetricFamily(
        "odoo_seed_last_run_timestamp_seconds", "When the newest run ended.",
        labels=["target", "verb", "status"],
    )  # fmt: skip
    newest: dict[tuple[str, str, str], float] = {}
    for row in found.runs:
        runs.add_metric([row.target, row.verb, row.status, row.trigger], row.number)
        if row.last is not None:
            key = (row.target, row.verb, row.status)
            newest[key] = max(row.last, newest.get(key, row.last))
    for key, ended in newest.items():
        last.add_metric(list(key), ended)
    yield runs
    yield last


def _durations(found: Figures) -> Metric:
    durations = HistogramMetricFamily(
        "odoo_seed_run_duration_seconds", "How long runs took.", labels=["target", "verb"]
    )
    rows = sorted(found.durations)
    for (target, verb), group in groupby(rows, key=lambda row: (row.target, row.verb)):
        alike = list(group)
        reached = [
            (end, float(sum(row.number for row in alike if row.bucket <= number)))
            for number, end in enumerate(_ENDS)
        ]
        durations.add_metric([target, verb], reached, sum(row.seconds for row in alike))
    return durations


def _counts(found: Figures) -> Iterator[Metric]:
    records = CounterMetricFamily(
        "odoo_seed_records", "Records written to Odoo; failed and blocked ones were not.",
        labels=["target", "verb", "outcome"],
    )  # fmt: skip
    for record in found.records:
        records.add_metric([record.target, record.verb, record.outcome], record.number)
    yield records
    done = CounterMetricFamily(
        "odoo_seed_requests", "Runs that were asked for and are done.",
        labels=["target", "action", "http_status"],
    )  # fmt: skip
    waiting = GaugeMetricFamily(
        "odoo_seed_requests_open", "Runs that were asked for and wait or go on.",
        labels=["target", "action", "status"],
    )  # fmt: skip
    calls: dict[tuple[str, str], int] = {}
    for asked in found.requests:
        labels = [asked.target, asked.action]
        if asked.http_status is not None:
            done.add_metric([*labels, str(asked.http_status)], asked.number)
        else:
            waiting.add_metric([*labels, asked.status], asked.number)
        key = (asked.target, asked.action)
        calls[key] = calls.get(key, 0) + asked.calls
    yield done
    yield waiting
    sent = CounterMetricFamily(
        "odoo_seed_odoo_calls", "Calls to Odoo of the runs that were asked for.",
        labels=["target", "action"],
    )  # fmt: skip
    for key, count in calls.items():
        sent.add_metric(list(key), count)
    yield sent
    drift = GaugeMetricFamily(
        "odoo_seed_drift_records", "What the newest comparison with Odoo found.",
        labels=["target", "finding"],
    )  # fmt: skip
    for one in found.drift:
        drift.add_metric([one.target, one.finding], one.number)
    yield drift
