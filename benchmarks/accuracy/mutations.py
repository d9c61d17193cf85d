"""How often shipped policies find what is wrong, and object to what is right.

``python -m benchmarks accuracy`` prints the tables of docs/explanation/accuracy.md. Good sends are
letters as `sendguard.testing.sends` draws them, and the mail in the folder that
SENDGUARD_SAMPLE_MAIL names; `sendguard.testing.mutations` turn them into wrong ones.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from time import process_time

from benchmarks.accuracy.material import SEED, honest_mail, known, letters
from sendguard import Action, Check, Decision, Guard, Message, checks
from sendguard.matching import MemoryDirectory
from sendguard.policy import load
from sendguard.stores import MemoryStore
from sendguard.testing import Send, mutations
from sendguard.testing.mutations import Mutation

POLICIES = ("recommended", "transactional", "marketing", "support-desk", "agent")
LETTERS = 150
MAIL = 100  # of the folder, for mutations; false alarms are counted on all of it
CHECKS: Mapping[str, Callable[[], Check]] = {
    name: getattr(checks, name)
    for name in (
        *("header_injection", "addresses", "domain_typos", "look_alikes", "malformed"),
        *("placeholders", "dummy_text", "empty_subject", "empty_body", "attachments_announced"),
        *("links", "visible_recipients", "repeated_recipients", "greeting", "offensive_greeting"),
        *("internal_only", "private", "facts", "contradictions", "attachment_types"),
        *("customer_binding", "near_miss", "namesake", "attachment_contents", "thread"),
        *("insensitive", "disparaging", "offensive", "hostile", "shouting", "brusque", "joking"),
        *("intimate", "reader_language", "too_short", "missing_greeting", "missing_sign_off"),
        *("promises", "apology", "answer", "unattended_sender"),
    )
} | {
    "sensitive_data (no IBAN)": lambda: checks.sensitive_data(
        kinds=("card-number", "national-id", "secret")
    ),
    "sensitive_data (IBAN)": lambda: checks.sensitive_data(kinds=("iban",)),
}


def row(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |")


def heading(*names: str) -> None:
    row(*names)
    row("---", *["---:"] * (len(names) - 1))


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def judged(guard: Guard, messages: Iterable[Message]) -> list[Decision]:
    return [guard.evaluate(message) for message in messages]


def alarms(decisions: Sequence[Decision]) -> tuple[str, str]:
    """The share held or blocked, and the share warned."""
    stopped = sum(decision.action >= Action.HOLD for decision in decisions)
    warned = sum(decision.action is Action.WARN for decision in decisions)
    return share(stopped, len(decisions)), share(warned, len(decisions))


def policies_on_honest_mail(mail: Sequence[Message], good: Sequence[Send]) -> None:
    print("\n### False alarms of the policies\n")
    heading(
        "policy",
        "mail: held",
        "warned",
        "mail, readers known: held",
        "warned",
        "letters: held",
        "warned",
    )
    for name in POLICIES:
        policy = load(name)
        plain = judged(Guard.from_policy(policy), mail)
        sent = [evaluated(name, known(message, n)) for n, message in enumerate(mail)]
        row(name, *alarms(plain), *alarms(sent), *alarms([evaluated(name, s) for s in good]))


def checks_on_honest_mail(mail: Sequence[Message], good: Sequence[Send]) -> None:
    print("\n### False alarms of each check\n")
    heading("check", "mail: held", "warned", "letters: held", "warned", "ms a message")
    for name, build in CHECKS.items():
        check = build()
        needs_directory = getattr(check, "directory", "none") is None
        guard = Guard(check, directory=MemoryDirectory(()) if needs_directory else None)
        started = process_time()
        found = judged(guard, mail)
        spent = 1_000 * (process_time() - started) / max(1, len(mail))
        sent = [guard_of_check(check, send).evaluate(send.message, send.context) for send in good]
        row(f"`{name}`", *alarms(found), *alarms(sent), f"{spent:.2f}")


def guard_of_check(check: Check, send: Send) -> Guard:
    return Guard(check, directory=send.directory)


def guard_of(policy: str, send: Send) -> Guard:
    return Guard.from_policy(load(policy), directory=send.directory, store=MemoryStore())


def evaluated(policy: str, send: Send) -> Decision:
    return guard_of(policy, send).evaluate(send.message, send.context)


class Score:
    """What one policy found of one kind of wrong send."""

    def __init__(self) -> None:
        self.tried = self.warned = self.stopped = 0

    def add(self, action: Action) -> None:
        self.tried += 1
        self.warned += action >= Action.WARN
        self.stopped += action >= Action.HOLD

    def __str__(self) -> str:
        if not self.tried:
            return "–"
        return f"{100 * self.warned / self.tried:.0f} / {100 * self.stopped / self.tried:.0f}"


Scores = dict[tuple[str, str], Score]


def caught(policy: str, mutation: Mutation, good: Send, wrong: Send) -> Action | None:
    """How the policy acts on what is wrong; None where it minded the good one in the same way."""
    guard = guard_of(policy, wrong)
    before = guard.evaluate(good.message, good.context)
    if mutation.caught_by(before) >= Action.WARN:
        return None
    if mutation.again:
        if not before.allowed:
            return None
        with guard.admit(good.message, good.context):
            pass
    return mutation.caught_by(guard.evaluate(wrong.message, wrong.context))


def scores_of(good: Sequence[Send]) -> Scores:
    found: Scores = defaultdict(Score)
    for name, mutation in mutations.ALL.items():
        for number, send in enumerate(good):
            wrong = mutation(send, Random(SEED + number))
            if wrong is None:
                continue
            for policy in POLICIES:
                action = caught(policy, mutation, send, wrong)
                if action is not None:
                    found[name, policy].add(action)
    return found


def shift(good: Sequence[Send], found: Scores) -> None:
    """Score the letters of a batch whose rows slipped: real mail has no data to slip."""
    for send in shifted(good):
        for policy in POLICIES:
            action = mutations.swap_recipient.caught_by(evaluated(policy, send))
            found["shift_rows", policy].add(action)


def shifted(good: Sequence[Send]) -> tuple[Send, ...]:
    """A batch whose rows slipped; one directory knows all of its readers."""
    single = [send for send in good if len(send.message.recipients) == 1]
    everybody = {contact.id: contact for send in single for contact in send.contacts}
    return mutations.shift_rows(
        [Send(send.message, send.context, tuple(everybody.values())) for send in single],
        Random(SEED),
    )


def mutation_table(title: str, found: Scores) -> None:
    print(f"\n### {title}\n")
    heading("mutation", "tried", *POLICIES)
    for name in (*mutations.ALL, "shift_rows"):
        scores = [found[name, policy] for policy in POLICIES]
        row(f"`{name}`", max(score.tried for score in scores), *scores)


def family_table(found: Sequence[Scores], honest: Mapping[str, Sequence[Decision]]) -> None:
    print("\n### Precision and recall by family\n")
    heading("family", *(f"{policy}: precision, recall" for policy in POLICIES))
    families: dict[str, list[str]] = defaultdict(list)
    for name, mutation in mutations.ALL.items():
        families[mutation.families[0].partition(".")[0]].append(name)
    for family, names in sorted(families.items()):
        cells = []
        for policy in POLICIES:
            tried = sum(scores[name, policy].tried for scores in found for name in names)
            right = sum(scores[name, policy].warned for scores in found for name in names)
            objecting = sum(
                any(f.code.startswith(f"{family}.") and f.action >= Action.WARN for f in d.findings)
                for d in honest[policy]
            )
            wrong = tried * objecting / len(honest[policy])
            precision = f"{right / (right + wrong):.3f}" if right else "–"
            cells.append(f"{precision}, {right / tried:.3f}" if tried else "–")
        row(f"`{family}`", *cells)


def detection() -> None:
    """The three figures on examples that people wrote, which the checks were built with."""
    from tests.checks.greeting_examples import everybody, greetings_of, letter, mailboxes_of
    from tests.checks.placeholder_examples import UNREPLACED
    from tests.text.announcements import ANNOUNCED, HONEST

    print("\n### Examples from templates and letters\n")
    heading("what", "tried", "found", "held")
    guard = Guard(checks.placeholders())
    by_language: dict[str, list[Decision]] = defaultdict(list)
    for language, text in UNREPLACED:
        by_language[language].append(guard.evaluate(Message.email(to="a@x.example", text=text)))
    every = [decision for group in by_language.values() for decision in group]
    named = f"merge fields of {len(by_language)} template languages and mailers"
    row(named, len(every), found_in(every), held_in(every))
    guard = Guard(checks.attachments_announced())
    announced = judged(guard, map(body, (t for group in ANNOUNCED.values() for t in group)))
    row(
        "attachments announced and missing", len(announced), found_in(announced), held_in(announced)
    )
    silent = judged(guard, map(body, (text for group in HONEST.values() for text in group)))
    row("honest sentences about attachments", len(silent), found_in(silent), held_in(silent))
    guard, pick = Guard(checks.greeting()), Random(SEED)
    people, right, wrong = everybody(), [], []
    for who in people:
        mailbox = pick.choice(list(mailboxes_of(who, pick)))
        other = pick.choice(people)
        while who.given == other.given or who.family == other.family:
            other = pick.choice(people)
        right += judged(guard, (letter(mailbox, each) for each in greetings_of(who)))
        wrong += judged(guard, (letter(mailbox, each) for each in greetings_of(other)))
    row("greetings of somebody else", len(wrong), found_in(wrong), held_in(wrong))
    row("greetings of the reader", len(right), found_in(right), held_in(right))


def body(text: str) -> Message:
    return Message.email(to="a@x.example", subject="Hello", text=text)


def found_in(decisions: Sequence[Decision]) -> str:
    return share(sum(d.action >= Action.WARN for d in decisions), len(decisions))


def held_in(decisions: Sequence[Decision]) -> str:
    return share(sum(d.action >= Action.HOLD for d in decisions), len(decisions))


def commonest(mail: Sequence[Message]) -> None:
    print("\n### What the policies say of honest mail\n")
    heading("code", *POLICIES)
    codes: dict[str, Counter[str]] = {}
    for policy in POLICIES:
        codes[policy] = Counter(
            code
            for decision in judged(Guard.from_policy(load(policy)), mail)
            for code in {f.code for f in decision.findings if f.action >= Action.WARN}
        )
    for code in sorted({code for counted in codes.values() for code in counted}):
        row(f"`{code}`", *(share(codes[policy][code], len(mail)) for policy in POLICIES))


def main() -> None:
    folder = os.environ.get("SENDGUARD_SAMPLE_MAIL")
    mail = list(honest_mail(folder)) if folder else []
    good = letters(LETTERS)
    print(f"{len(good)} letters, {len(mail)} mails, seed {SEED}")
    detection()
    policies_on_honest_mail(mail, good)
    found = [scores_of(good)]
    shift(good, found[0])
    mutation_table("Wrong letters: found / stopped, in %", found[0])
    if mail:
        commonest(mail)
        checks_on_honest_mail(mail, good)
        some = Random(SEED).sample(list(enumerate(mail)), min(MAIL, len(mail)))
        found.append(scores_of([known(message, number) for number, message in some]))
        mutation_table("Wrong mail: found / stopped, in %", found[1])
    honest = {
        policy: [
            *judged(Guard.from_policy(load(policy)), mail),
            *(evaluated(policy, send) for send in good),
        ]
        for policy in POLICIES
    }
    family_table(found, honest)
