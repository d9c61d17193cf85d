"""Django's admin for held messages: look at them, approve, reject, take back.

Whoever may decide has one of the permissions ``sendguard.approve_held``, ``reject_held`` and
``undo_held``, and ``sendguard.view_heldmessage`` to see the messages. Nobody approves his own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from sendguard.adapters.django._page import FRAMING, frame_of, parts_of
from sendguard.adapters.django._settings import project_queue
from sendguard.adapters.django._store import DjangoHoldStore
from sendguard.adapters.django.models import HeldMessage
from sendguard.errors import ConfigurationError, HoldError, StoreError
from sendguard.holds import Held, HoldQueue, identity
from sendguard.model import Actor
from sendguard.stores import OPEN, from_microseconds, to_microseconds

_STATES = (
    ("open", "Open"),
    ("waiting", "Waiting"),
    ("doubt", "In doubt"),
    ("sent", "Sent"),
    ("rejected", "Rejected"),
    ("undone", "Taken back"),
    ("expired", "Expired"),
    ("all", "All"),
)


class StateFilter(admin.SimpleListFilter):  # type: ignore[misc]  # Django has no type hints
    """By where they stand; those that are open unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:  # noqa: ARG002  (Django's signature)
        """What can be chosen."""
        return _STATES

    def choices(self, changelist: Any) -> Any:
        """The choices; `open` takes the place of Django's own "All"."""
        for value, title in _STATES:
            yield {
                "selected": (self.value() or "open") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:  # noqa: ARG002  (Django's signature)
        """The messages of that state."""
        now = to_microseconds(datetime.now(UTC))
        cut_off = queryset.filter(state="sending", due__lte=now)  # its sender died
        match self.value() or "open":
            case "open":
                return queryset.filter(state__in=OPEN)
            case "waiting":
                return queryset.filter(state__in=("waiting", "leased"))
            case "doubt":
                return queryset.filter(state="doubt") | cut_off
            case "all":
                return queryset
        return queryset.filter(state=self.value())


class CodeFilter(admin.SimpleListFilter):  # type: ignore[misc]  # Django has no type hints
    """By the finding for which they wait."""

    title = "finding"
    parameter_name = "code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:  # noqa: ARG002  (Django's signature)
        """The codes of what is open, and the one that is chosen."""
        rows = HeldMessage.objects.filter(state__in=OPEN).values_list("labels", flat=True)
        codes = {code for labels in rows.distinct() for code in labels.split()}
        return [(code, code) for code in sorted(codes | set(filter(None, [self.value()])))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:  # noqa: ARG002  (Django's signature)
        """The messages with that code."""
        code = self.value()
        if not code:
            return queryset
        return (
            queryset.filter(labels=code)
            | queryset.filter(labels__startswith=f"{code} ")
            | queryset.filter(labels__endswith=f" {code}")
            | queryset.filter(labels__contains=f" {code} ")
        )


@admin.register(HeldMessage)
class HeldMessageAdmin(admin.ModelAdmin):  # type: ignore[misc]  # Django has no type hints
    """Shows what waits, and takes what is decided about it to the project's queue."""

    list_display = ("subject", "recipients", "reasons", "since", "standing")
    list_display_links = ("subject",)
    list_filter = (StateFilter, CodeFilter, "channel")
    list_per_page = 50
    ordering = ("held_at", "id")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  (Django's signature)
        """Nobody: transports put messages here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Nobody: a message leaves as it was held or not at all."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Nobody: messages end, and `HoldQueue.purge` forgets them."""
        return False

    @admin.display(description="message")  # type: ignore[untyped-decorator]  # the same
    def subject(self, row: HeldMessage) -> str:
        """Its subject, or how it begins."""
        held = _held(row)
        if held is None:
            return "cannot be read by this version"
        return held.message.subject or (held.message.text or "")[:60] or "(nothing to read)"

    @admin.display(description="to")  # type: ignore[untyped-decorator]  # the same
    def recipients(self, row: HeldMessage) -> str:
        """The first of those who would get it, and how many more."""
        held = _held(row)
        if held is None or not held.message.recipients:
            return ""
        first, *others = (each.address for each in held.message.recipients)
        return f"{first} and {len(others)} more" if others else first

    @admin.display(description="why")  # type: ignore[untyped-decorator]  # the same
    def reasons(self, row: HeldMessage) -> str:
        """The findings in sentences, each once."""
        held = _held(row)
        return "" if held is None else " ".join(dict.fromkeys(f.message for f in held.reasons))

    @admin.display(description="held since", ordering="held_at")  # type: ignore[untyped-decorator]  # the same
    def since(self, row: HeldMessage) -> datetime:
        """Since when."""
        return from_microseconds(row.held_at)

    @admin.display(description="state")  # type: ignore[untyped-decorator]  # the same
    def standing(self, row: HeldMessage) -> str:
        """Where it stands."""
        held = _held(row)
        return row.state if held is None else _standing(held)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",  # noqa: ARG002  (Django's signature)
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One message; what is posted is a decision about it.

        Not in a transaction, as Django's own is: a decision is a step of the queue, which stays.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        queue = _queue()
        try:
            held = queue.get(object_id or "")
        except HoldError as error:
            raise Http404(str(error)) from error
        if request.method == "POST":
            _decide(request, queue, held)
            return HttpResponseRedirect(request.get_full_path())
        response = TemplateResponse(
            request,
            "sendguard/held_message.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": held.message.subject or "held message",
                "held": held,
                "standing": _standing(held),
                "frame": frame_of(held),
                "parts": parts_of(held),
                "decisions": _open_to(request, held),
                **(extra_context or {}),
            },
        )
        response["Content-Security-Policy"] = FRAMING
        return response


def _queue() -> HoldQueue:
    return project_queue() or HoldQueue(DjangoHoldStore())


def _held(row: Any) -> Held | None:
    """The message of a row, read once; None where a newer version wrote it."""
    if not hasattr(row, "held"):
        try:
            row.held = _queue().get(row.pk)
        except (HoldError, StoreError):
            row.held = None
    found: Held | None = row.held
    return found


def _standing(held: Held) -> str:
    if held.state == "waiting" and held.missing > 0:
        return (
            "waits for 1 approval" if held.missing == 1 else f"waits for {held.missing} approvals"
        )
    if held.state in ("waiting", "approved"):
        return "leaves with a later release"
    return held.state.replace("-", " ")


def _is_author(request: HttpRequest, held: Held) -> bool:
    """Whether the message is by whoever asks, by any of the names that he has here."""
    user = request.user
    names = (user.get_username(), str(user.pk), getattr(user, "email", ""), user.get_full_name())
    authors = set(map(identity, held.authors))
    return not authors.isdisjoint(identity(name) for name in names if name)


def _open_to(request: HttpRequest, held: Held) -> tuple[str, ...]:
    """What whoever asks may decide about it."""
    if held.state not in ("waiting", "approved"):
        return ()
    by_author = _is_author(request, held)
    allowed = {
        "approve": request.user.has_perm("sendguard.approve_held") and not by_author,
        "reject": request.user.has_perm("sendguard.reject_held"),
        "undo": request.user.has_perm("sendguard.undo_held") or by_author,
    }
    return tuple(decision for decision, may in allowed.items() if may)


def _decide(request: HttpRequest, queue: HoldQueue, held: Held) -> None:
    decision, note = request.POST.get("decision", ""), request.POST.get("note", "").strip()
    if held.state in ("waiting", "approved") and decision not in _open_to(request, held):
        raise PermissionDenied
    # Approved is what was looked at: it may have been edited since the page was loaded.
    if request.POST.get("digest") != held.digest:
        messages.error(request, "The message has changed meanwhile; look at it again.")
        return
    roles = tuple(request.user.groups.values_list("name", flat=True))
    by = Actor(request.user.get_username(), roles=roles)
    steps: dict[str, Callable[[], Held]] = {
        "approve": lambda: queue.approve(held.id, by=by, note=note),
        "reject": lambda: queue.reject(held.id, by=by, reason=note),
        "undo": lambda: queue.undo(held.id, by=by),
    }
    try:
        now = steps[decision]()
    except KeyError:
        raise PermissionDenied from None
    except (HoldError, ConfigurationError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Done: {_standing(now)}.")
