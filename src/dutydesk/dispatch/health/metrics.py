"""The metrics of a dispatcher in Prometheus' text format. Labels have names of closed sets only.

The library is an extra: whoever needs this module imports it when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from dutydesk.desk.base.health_rows import HealthFigures
from dutydesk.desk.service.queries import CommitHistogram
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase
from dutydesk.domain.frozen import value

#: The age groups of the queue as labels, in the order of the figures.
AGE_LABELS: Final = ("under_1h", "1h_to_4h", "4h_to_24h", "1d_to_3d", "over_3d")


@value(frozen=True, slots=True)
class Measured:
    """All that one page of metrics is made from. ``figures`` is ``None`` while the store gives none.

    ``alarms`` counts the standing alarms by code, ``feed_seconds`` is how far behind a reader of the log is.
    """

    state: DispatcherState
    figures: HealthFigures | None
    commits: CommitHistogram
    feed_seconds: float
    alarms: Mapping[str, int]


class MetricsText(Collector):
    """Makes the page from what was measured; the registry is its own."""

    content_type: Final = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._measured: Measured | None = None
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """The metrics of what was measured last; none before."""
        if self._measured is not None:
            yield from _metrics(self._measured)

    def render(self, measured: Measured) -> bytes:
        self._measured = measured
        return generate_latest(self._registry)


def _metrics(measured: Measured) -> Iterator[Metric]:
    yield from _of_dispatcher(measured.state)
    yield _gauge("store_up", "1 while the store gives its figures.", float(measured.figures is not None))
    yield _gauge("feed_lag_seconds", "From an event's recording until it could be read.", measured.feed_seconds)
    yield _labelled("alarms", "Standing alarms.", "code", measured.alarms)
    yield _commits(measured.commits)
    if measured.figures is not None:
        yield from _of_desk(measured.figures)


def _of_dispatcher(state: DispatcherState) -> Iterator[Metric]:
    phases = {phase.value.replace(" ", "_"): float(phase is state.phase) for phase in Phase}
    yield _labelled("dispatcher_phase", "1 for what this process does.", "phase", phases)
    yield _counter("received", "Messages that this process has taken in.", state.received)
    yield _counter("delivered", "Deliveries that this process has made.", state.delivered)
    yield _counter("delivery_failures", "Deliveries of this process that failed; retries follow.", state.failed)
    yield _gauge("troubles", "What is wrong with the dispatcher now.", len(state.troubles))


def _of_desk(figures: HealthFigures) -> Iterator[Metric]:
    yield _labelled("store_info", "1 for the kind of the store.", "realm", {figures.realm: 1.0})
    yield _labelled("items", "Items by state.", "state", figures.states)
    ages = dict(zip(AGE_LABELS, figures.queue_ages, strict=True))
    yield _labelled("queue_items", "Items that wait for a decision, by the time since their receipt.", "age", ages)
    yield _gauge("queue_oldest_seconds", "Age of the oldest item that waits.", figures.oldest_seconds)
    yield _counters("intake_messages", "Messages by the outcome of their intake.", "outcome", figures.outcomes)
    yield _labelled("deliveries", "Deliveries by state; failed ones are retried.", "state", figures.deliveries)
    yield _gauge("deliveries_offline", "Deliveries that wait for a bureau off the network.", figures.waiting)
    yield _counter("decisions", "Decisions of officers.", figures.decisions)
    yield _gauge("unfiled_items", "Items that are not filed yet.", figures.unfiled)
    yield _gauge("filing_lag_seconds", "Age of the oldest item that is not filed.", figures.unfiled_seconds)
    yield _gauge("chain_head", "Number of the last event of the log.", figures.head)
    if figures.checkpoint is not None and figures.checkpoint_seconds is not None:
        yield _gauge("checkpoint_age_seconds", "Age of the last signed checkpoint.", figures.checkpoint_seconds)
        uncovered = figures.head - figures.checkpoint
        yield _gauge("checkpoint_events_after", "Events that no signed checkpoint covers.", uncovered)


def _gauge(name: str, what: str, number: float) -> Metric:
    return GaugeMetricFamily(f"dutydesk_{name}", what, value=number)


def _counter(name: str, what: str, number: float) -> Metric:
    return CounterMetricFamily(f"dutydesk_{name}", what, value=number)


def _labelled(name: str, what: str, label: str, numbers: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"dutydesk_{name}", what, labels=[label])
    for of, number in numbers.items():
        family.add_metric([of], number)
    return family


def _counters(name: str, what: str, label: str, numbers: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(f"dutydesk_{name}", what, labels=[label])
    for of, number in numbers.items():
        family.add_metric([of], number)
    return family


def _commits(commits: CommitHistogram) -> Metric:
    bounds = (*(f"{bound:g}" for bound in commits.bounds), "+Inf")
    buckets = list(zip(bounds, map(float, accumulate(commits.counts)), strict=True))
    return HistogramMetricFamily(
        "dutydesk_commit_seconds", "How long this process's commits took.", buckets=buckets, sum_value=commits.seconds
    )
