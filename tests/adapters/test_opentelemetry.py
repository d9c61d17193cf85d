from __future__ import annotations

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON

from sendguard import Action, Attachment, Finding, Guard, Message, MessageNotSent, rule
from sendguard.adapters.opentelemetry import OpenTelemetryObserver


@rule("test.words")
def words(message, context):
    text = message.text or ""
    for word, action in (("block", Action.BLOCK), ("hold", Action.HOLD), ("warn", Action.WARN)):
        if word in text:
            yield Finding(
                code=f"test.{word}", action=action, message=text, recipient=message.recipients[0]
            )


class Telemetry:
    """A guard whose telemetry stays in memory."""

    def __init__(self, sampler=None, mode="enforce"):
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()
        self.tracers = TracerProvider(sampler=sampler) if sampler else TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader])
        observer = OpenTelemetryObserver(self.tracers, self.meters)
        self.guard = Guard(words, observers=[observer], mode=mode)
        self.tracer = self.tracers.get_tracer("test")

    def send(self, text, refused=None):
        message = Message.email(to=["canary@x.example", "b@x.example"], text=text)
        with self.guard.admit(message) as admission:
            admission.sent(refused)

    def points(self, name):
        data = self.reader.get_metrics_data()
        return [
            (dict(point.attributes), point.value)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    @property
    def spans(self):
        return self.exporter.get_finished_spans()

    def close(self):
        self.tracers.shutdown()
        self.meters.shutdown()


@pytest.fixture
def telemetry():
    telemetry = Telemetry()
    yield telemetry
    telemetry.close()


def test_messages_are_counted_by_what_happened_to_them(telemetry):
    telemetry.send("hello")
    telemetry.send("hello")
    for word in ("block", "hold"):
        with pytest.raises(MessageNotSent):
            telemetry.send(word)
    base = {"sendguard.mode": "enforce", "sendguard.channel": "email"}
    counted = {
        (row["sendguard.event"], row["sendguard.action"]): value
        for row, value in telemetry.points("sendguard.messages")
        if base.items() <= row.items()
    }
    assert counted == {
        ("admitted", "allow"): 2,
        ("sent", "allow"): 2,
        ("blocked", "block"): 1,
        ("held", "hold"): 1,
    }


def test_each_finding_is_counted_once_though_its_message_has_two_events(telemetry):
    telemetry.send("warn")
    with pytest.raises(MessageNotSent):
        telemetry.send("warn and block")
    counted = {
        row["sendguard.finding.code"]: (row["sendguard.finding.action"], value)
        for row, value in telemetry.points("sendguard.findings")
    }
    assert counted == {"test.warn": ("warn", 2), "test.block": ("block", 1)}


def test_recipients_that_the_transport_refused_are_counted(telemetry):
    telemetry.send("hello", refused={"b@x.example": (550, b"no"), "c@x.example": (550, b"no")})
    assert telemetry.points("sendguard.refusals") == [({"sendguard.channel": "email"}, 2)]


def test_the_open_span_gets_an_event_for_each_step(telemetry):
    with telemetry.tracer.start_as_current_span("request"):
        telemetry.send("warn", refused={"b@x.example": (550, b"no")})
    (span,) = telemetry.spans
    assert [event.name for event in span.events] == [
        "sendguard.message.admitted",
        "sendguard.message.sent",
    ]
    attributes = dict(span.events[1].attributes)
    assert len(attributes.pop("sendguard.digest")) == 14
    assert attributes == {
        "sendguard.action": "warn",
        "sendguard.mode": "enforce",
        "sendguard.channel": "email",
        "sendguard.recipients": 2,
        "sendguard.finding.codes": ("test.warn",),
        "sendguard.refusals": 1,
    }


def test_outside_of_any_span_each_event_gets_one_of_its_own(telemetry):
    with pytest.raises(MessageNotSent):
        telemetry.send("block")
    (span,) = telemetry.spans
    assert (span.name, [e.name for e in span.events]) == (
        "sendguard.message",
        ["sendguard.message.blocked"],
    )


def test_a_span_that_is_not_sampled_stays_silent():
    telemetry = Telemetry(sampler=ALWAYS_ON)
    unsampled = TracerProvider(sampler=ALWAYS_OFF)
    with unsampled.get_tracer("test").start_as_current_span("request"):
        telemetry.send("hello")
    assert telemetry.spans == ()
    assert len(telemetry.points("sendguard.messages")) == 2
    unsampled.shutdown()
    telemetry.close()


def test_what_is_only_observed_says_so():
    telemetry = Telemetry(mode="observe")
    telemetry.send("block")
    rows = [row for row, _ in telemetry.points("sendguard.messages")]
    assert {row["sendguard.mode"] for row in rows} == {"observe"}
    telemetry.close()


def test_no_address_and_no_word_is_written(telemetry):
    message = Message.email(
        sender="canary-sender@shop.example",
        to=["canary-to@x.example"],
        subject="canary-subject",
        text="canary-text warn",
        html="<p>canary-html</p>",
        headers={"X-Canary": "canary-header"},
        attachments=[Attachment("canary-name.txt", b"canary-content", "text/plain")],
        template="canary-template",
    )
    with (
        telemetry.tracer.start_as_current_span("request"),
        telemetry.guard.admit(message) as admission,
    ):
        admission.sent({"canary-to@x.example": b"canary-answer"})
    written = "".join(span.to_json() for span in telemetry.spans)
    written += telemetry.reader.get_metrics_data().to_json()
    assert "test.warn" in written
    assert "canary" not in written
    assert "example" not in written


def test_without_providers_the_global_ones_are_used_and_cost_nothing():
    message = Message.chat(to=["r1"], text="hello")
    with Guard(words, observers=[OpenTelemetryObserver()]).admit(message) as admission:
        pass
    assert admission.outcome == "sent"
