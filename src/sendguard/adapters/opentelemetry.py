"""What a guard decides, as OpenTelemetry metrics and span events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry import metrics, trace

from sendguard.guard import Event

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

__all__ = ["OpenTelemetryObserver"]

_SCOPE: Final = "sendguard"
_DECIDED: Final = frozenset({"admitted", "held", "blocked"})
_DIGEST_LENGTH: Final = 14  # code points, as in `Decision.explain("log")`


class OpenTelemetryObserver:
    """Counts what happens to messages, and notes it in the span that is open at the time.

    Nothing of it shows an address or a word of a message: kinds, actions, codes, counts and the
    start of the digest, by which log records and spans are matched. Safe to share between threads.

    Metrics: ``sendguard.messages`` counts events (``sendguard.event``: admitted, held, blocked,
    sent, failed, unknown; ``sendguard.action``, ``sendguard.mode``, ``sendguard.channel``);
    ``sendguard.findings`` counts findings once, when their message is decided
    (``sendguard.finding.code``, ``sendguard.finding.action``, ``sendguard.mode``);
    ``sendguard.refusals`` counts recipients that the transport refused (``sendguard.channel``).

    Span events: ``sendguard.message.held`` and so on, with ``sendguard.action``,
    ``sendguard.mode``, ``sendguard.channel``, ``sendguard.digest``, ``sendguard.recipients``,
    ``sendguard.finding.codes`` and, of what was sent, ``sendguard.refusals``.

    Args:
        tracer_provider: for messages that are sent outside of any span, each event of which gets
            a short span of its own; by default the global one.
        meter_provider: of the counters; by default the global one.
    """

    def __init__(
        self,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._tracer = trace.get_tracer(_SCOPE, tracer_provider=tracer_provider)
        meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
        self._messages = meter.create_counter(
            "sendguard.messages", unit="{message}", description="What happened to messages."
        )
        self._findings = meter.create_counter(
            "sendguard.findings", unit="{finding}", description="What was found in messages."
        )
        self._refusals = meter.create_counter(
            "sendguard.refusals",
            unit="{recipient}",
            description="Recipients that the transport refused.",
        )

    def notify(self, event: Event) -> None:
        """Count the event, and add it to the current span."""
        self._count(event)
        if trace.get_current_span().get_span_context().is_valid:
            self._note(event)
        else:
            with self._tracer.start_as_current_span("sendguard.message"):
                self._note(event)

    def _count(self, event: Event) -> None:
        decision, channel = event.decision, event.message.channel
        self._messages.add(
            1,
            {
                "sendguard.event": event.kind,
                "sendguard.action": decision.action.label,
                "sendguard.mode": decision.mode,
                "sendguard.channel": channel,
            },
        )
        if event.refused:
            self._refusals.add(len(event.refused), {"sendguard.channel": channel})
        if event.kind in _DECIDED:
            for finding in decision.findings:
                self._findings.add(
                    1,
                    {
                        "sendguard.finding.code": finding.code,
                        "sendguard.finding.action": finding.action.label,
                        "sendguard.mode": decision.mode,
                    },
                )

    def _note(self, event: Event) -> None:
        span = trace.get_current_span()
        if not span.is_recording():
            return
        decision = event.decision
        attributes: dict[str, str | int | list[str]] = {
            "sendguard.action": decision.action.label,
            "sendguard.mode": decision.mode,
            "sendguard.channel": event.message.channel,
            "sendguard.digest": decision.digest[:_DIGEST_LENGTH],
            "sendguard.recipients": len(event.message.recipients),
            "sendguard.finding.codes": sorted({finding.code for finding in decision.findings}),
        }
        if event.refused:
            attributes["sendguard.refusals"] = len(event.refused)
        span.add_event(f"sendguard.message.{event.kind}", attributes)
