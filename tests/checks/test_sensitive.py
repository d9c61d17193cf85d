from __future__ import annotations

import importlib.util
import json
import logging

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.strategies import contexts, hostile_text, messages
from tests.text.sample_mail import sample_analyses

from sendguard import Action, Attachment, Guard, Message, checks
from sendguard.checks import Case
from sendguard.checks._word_lists import word_lists
from sendguard.checks.sensitive._national_ids import _kinds
from sendguard.checks.sensitive._secrets import (
    _is_value,
    _may_have_key,
    _may_have_password,
    _passwords,
    _shapes,
)
from sendguard.errors import ConfigurationError
from sendguard.text import Analysis, Place

GUARD = Guard(checks.sensitive_data())
needs_stdnum = pytest.mark.skipif(
    importlib.util.find_spec("stdnum") is None, reason="python-stdnum is not installed"
)
needs_plugins = pytest.mark.skipif(
    importlib.util.find_spec("detect_secrets") is None, reason="detect-secrets is not installed"
)

# The numbers of the card schemes' test pages and of registries' examples; made-up secrets, put
# together here so that no scanner takes this file for a leak.
CARD = "4111 1111 1111 1111"
IBAN = "DE89 3704 0044 0532 0130 00"
SSN = "536-90-4399"
DIGITS = "0123456789"
SMALL = "abcdefghijklmnopqrstuvwxyz"
MIXED = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9nO2qR5tU8wX"
JWT = ".".join(("eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0In0", "dozjgNryP4J3jVmNHl0w5N"))
SECRETS = {
    "AWS": "AKIA" + "QRSTUVWXYZ234567",
    "GitHub": "ghp_" + MIXED[:36],
    "GitHub fine-grained": "github_pat_" + MIXED[:22] + "_" + (MIXED * 2)[:59],
    "GitLab": "glpat-" + MIXED[:20],
    "Slack": "xoxb-" + "123456789012-" + MIXED[:24],
    "Stripe": "sk_live_" + MIXED[:24],
    "Google": "AIza" + MIXED[:35],
    "SendGrid": "SG." + MIXED[:22] + "." + MIXED[:43],
    "npm": "npm_" + MIXED[:36],
    "API": "sk-proj-" + MIXED[:48],
    "JWT": JWT,
    "private key": "-----BEGIN RSA PRIVATE KEY-----\n" + MIXED * 2 + "\n-----END RSA PRIVATE KEY-----",
    "OpenSSH": "-----BEGIN OPENSSH PRIVATE KEY-----\n" + MIXED * 2,
    "PGP": "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n" + MIXED,
}  # fmt: skip


def found(text: str, guard: Guard = GUARD) -> list[tuple[str, str]]:
    message = Message.email(to="a@b.example", text=text)
    return [(each.code, each.action.label) for each in guard.evaluate(message).findings]


# --- cards


@pytest.mark.parametrize(
    "number",
    [
        CARD, "4111-1111-1111-1111", "4111.1111.1111.1111", "4111\xa01111\xa01111\xa01111", "5555 5555 5555 4444",
        "2223 0031 2200 3222", "3782 822463 10005", "6011 1111 1111 1117", "3566 0020 2036 0505",
        "3056 930902 5904",
    ],
)  # fmt: skip
def test_a_number_grouped_as_on_a_card_is_held(number):
    assert found(f"Please charge {number}, thanks.") == [("content.card-number", "hold")]


@pytest.mark.parametrize(
    "text",
    [
        "card number 4111111111111111", "Visa: 4111111111111111 exp. 12/27", "Meine Kreditkarte: 378282246310005",
        "Tarjeta 5555555555554444", "order 7, card: 4111111111111111", "carte bancaire 4111111111111111",
    ],
)  # fmt: skip
def test_a_number_that_is_called_a_card_is_held(text):
    assert found(text) == [("content.card-number", "hold")]


def test_a_bare_number_that_could_be_a_card_is_a_warning():
    assert found("It is 4111111111111111.") == [("content.card-number", "warn")]
    assert found(f"Tracking {CARD}") == [("content.card-number", "warn")]


@pytest.mark.parametrize(
    "text",
    [
        "Order number 4111111111111111", "Sendungsnummer: 4111111111111111", "Your invoice 4111111111111111",
        "IMEI 352099001761481", "card 4111111111111112", "card 1234567890123456", "41111111111111111111111",
        "a-4111111111111111", "4111111111111111-7", "9999 4111 1111 1111 1111", "card 9400110200881234567890",
        "Call +49 30 1234 5678 9012", "4111 1111 11111111", "card ending in 1111", "ISBN 978-3-16-148410-0",
        "EAN 4006381333931", "https://shop.example/o/4111111111111111", "invoice 2027-000412 of 2027-03-01",
        "0.4111111111111111", "Kundennummer 5100000000000000", "card no. 4444444444444444",
    ],
)  # fmt: skip
def test_other_long_numbers_are_no_cards(text):
    assert found(text) == []


# --- IBANs


def test_an_iban_is_a_warning_and_ones_own_is_not():
    assert found(f"Pay to {IBAN}, please.") == [("content.iban", "warn")]
    own = Guard(checks.sensitive_data(own=[IBAN.lower()]))
    assert found(f"Pay to {IBAN} or {IBAN.replace(' ', '')}", own) == []
    assert found("Pay to GB82 WEST 1234 5698 7654 32", own) == [("content.iban", "warn")]


@pytest.mark.parametrize(
    "text", ["DE89 3704 0044 0532 0130 01", "DE89 3704 0044 0532 0130", "XX89370400440532013000"]
)
def test_what_is_no_iban_is_silent(text):
    assert found(text) == []


# --- national ids


@pytest.mark.parametrize(
    "label", ["SSN", "My SSN:", "social security number is", "Social Security #"]
)
def test_an_american_number_after_its_name_is_held(label):
    assert found(f"{label} {SSN}.") == [("content.national-id", "hold")]


@pytest.mark.parametrize(
    "text",
    [
        f"Part {SSN}", f"{SSN} is what I wrote, and the SSN is not.", "SSN 000-12-3456", "SSN 666-12-3456",
        "SSN 900-12-3456", "SSN 536-00-4399", "SSN 536-90-0000", "SSN 078-05-1120", "SSN 536904399",
        "SSN 1536-90-4399", "SSN 536-90-4399-1", "SSN: ***-**-4399", "lessn 536-90-4399",
    ],
)  # fmt: skip
def test_other_numbers_are_nobodys_id(text):
    assert found(text) == []


# Valid by their check digits, made up, or examples of the registries.
IDS = [
    "Steuer-ID 36 574 261 809", "Numéro de sécurité sociale : 2 95 10 99 126 111 93", "DNI 54362315K",
    "NIE: X-2482300W", "Codice fiscale RCCMNL83S18D969H", "BSN 111222333", "CPF 390.533.447-05",
    "NHS number 943 476 5919", "PESEL 44051401359", "Personnummer 811228-9874", "CPR 211062-5629",
    "Rijksregisternummer 85.07.30-033.28", "AHV 756.9217.0769.85", "social insurance 123-456-782",
]  # fmt: skip


@needs_stdnum
@pytest.mark.parametrize("text", IDS)
def test_more_countries_come_with_stdnum(text):
    guard = Guard(checks.sensitive_data(engines=["stdnum"]))
    assert found(text) == []
    assert found(text, guard) == [("content.national-id", "hold")]


@needs_stdnum
@pytest.mark.parametrize(
    "text",
    [
        "Steuer-ID 36 574 261 808", "DNI 54362315A", "BSN 111222334", "CPF 390.533.447-06", "PESEL 44051401358",
        "Order 111222333", "Ticket 44051401359 is open", "Call 943 476 5919", "Codice fiscale RCCMNL83S18D969X",
        "SIN 123-456-789", "cost 36 574 261 809",
    ],
)  # fmt: skip
def test_a_wrong_check_digit_or_no_name_is_no_id(text):
    assert found(text, Guard(checks.sensitive_data(engines=["stdnum"]))) == []


# --- secrets


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_its_makers_shape_is_held(name):
    assert found(f"Here it is: {SECRETS[name]}\nBye") == [("content.secret", "hold")]


@pytest.mark.parametrize(
    "text",
    [
        "Password: Summer2027x", "The password is Tr0ub4dor&3.", "Passwort: geheim123", "Ihr Kennwort lautet abc123xyz",
        "mot de passe : soleil2027", "contraseña: verano2027", "wachtwoord: zomer2027", "senha: verao2027",
        "pwd=hunter22!",
    ],
)  # fmt: skip
def test_a_password_in_plain_words_is_a_warning(text):
    assert found(text) == [("content.secret", "warn")]


@pytest.mark.parametrize(
    "text",
    [
        "Reset your password: https://shop.example/reset/1", "Password: see the other mail", "password: ********",
        "Your password is required.", "Password: {{password1}}", "password: <abc123>", "Forgot your password?",
        "Passwords must have 8 characters", "passwordless sign-in: 2027 edition", "Password policy: v2.1",
        "AKIAIOSFODNN7EXAMPLE", "AKIA is a prefix", "ghp_short", "sk_test_" + MIXED[:24],
        "https://shop.example/login?token=" + JWT, "https://maps.example/api?key=AIza" + MIXED[:35],
        "https://bucket.example/f?X-Amz-Credential=AKIA" + "QRSTUVWXYZ234567",
        "a file that begins with -----BEGIN RSA PRIVATE KEY----- is a key", "-----BEGIN PUBLIC KEY-----\n" + MIXED,
        "-----BEGIN CERTIFICATE-----\n" + MIXED, "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "id 550e8400-e29b-41d4-a716-446655440000", "xAKIA" + "QRSTUVWXYZ234567", "eyJ is how it begins",
        "Your code is 123456.", "Tracking 1Z999AA10123456784", "mailto:password@shop.example",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret_is_silent(text):
    assert found(text) == []


@needs_plugins
def test_more_services_come_with_detect_secrets():
    guard = Guard(checks.sensitive_data(engines=["detect-secrets"]))
    azure = "AccountKey=" + (MIXED * 2)[:86] + "=="
    telegram = "110201543:" + MIXED[:35]
    for text in (azure, telegram, "https://ann:s3cretpw@host.example/"):
        assert found(text) == []
        assert found(f"{'word ' * 500}{text}", guard) == [("content.secret", "hold")]
    assert found("An honest mail about keys and tokens.", guard) == []


HONEST = pytest.mark.parametrize(
    "text",
    [
        "Your order 4711000022223333 has shipped with tracking 1Z999AA10123456784, expected 12 May.",
        "Hi team, deploy is done: commit 9fceb02d0ae598e95dc970b74767f19372d61af8, build 20270512.3, see https://ci.shop.example/build/77.",
        "Your one-time code is 834 221. It is valid for 10 minutes.",
        "Call us on +49 30 1234567 or 0800 123 4567, Mon-Fri 9-17.",
        "Ihre Kundennummer: 5100 0000 0000 0016, Ihre Vertragsnummer: 4000123412341234.",
        "To reset your password: https://shop.example/reset?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        "Your booking reference is X7Y2Z9, ticket number 2201 234 567 890.",
        "Passwort vergessen? Kein Problem. Passwort: Bitte selbst setzen unter https://shop.example/pw",
        "USt-IdNr. DE136695976, HRB 12345, Steuernummer 27/123/45678, Geschäftsführer: Tom Stone",
        "Votre colis 8J00123456789 est arrivé. SIRET 732 829 320 00074, TVA FR40303265045.",
        "CIF B12345674. Pedido 8400012345678. Teléfono 912 345 678.",
        "IMEI 490154203237518, serial C02XL0GYJGH5, MAC 00:1A:2B:3C:4D:5E, UUID 550e8400-e29b-41d4-a716-446655440000.",
        "Your meeting: https://zoom.us/j/98765432101?pwd=Q2hhbmdlTWUx meeting ID 987 6543 2101, passcode: 482913",
        "Wi-Fi at the venue: network Guest, password: welcome",
        "The API key goes into the header `X-Api-Key: <your key>`; see https://docs.shop.example/.",
        "ISBN 978-3-16-148410-0, EAN 4006381333931, DOI 10.1000/182.",
        "Our bank holidays: 24-12, 25-12, 26-12-2027; see 2027-12-24T10:00:00Z.",
        "The recall covers lots 4532015112830366-A and 6011-2222-3333.",
    ],
)  # fmt: skip


@HONEST
def test_honest_mail_full_of_numbers_is_not_held(text):
    engines = ["builtin"]
    engines += ["stdnum"] if importlib.util.find_spec("stdnum") else []
    engines += ["detect-secrets"] if importlib.util.find_spec("detect_secrets") else []
    guard = Guard(checks.sensitive_data(engines=engines))
    allowed = [("content.card-number", "warn")] if "5100 0000" in text else []
    assert found(text, guard) == allowed


# --- places


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"subject": CARD}, "subject"),
        ({"text": CARD}, "text"),
        ({"html": f"<p>{CARD[:9]}<b>{CARD[9:]}</b></p>"}, "html"),
        ({"html": f"<p style='display:none'>{CARD}</p>x"}, "html"),
        ({"text": f"ok\n\nOn 3 May 2027, Ann wrote:\n> {CARD}"}, "text"),
        ({"text": "4111\u200b 1111 1111 1111"}, "text"),
        ({"attachments": [Attachment("a.csv", f"n;{CARD}".encode(), "text/csv")]}, "attachment:0.text"),
        ({"attachments": [Attachment("a.txt", CARD.encode("utf-16"))]}, "attachment:0.text"),
        ({"attachments": [Attachment("a.html", f"<i>{CARD}</i>".encode(), "text/html")]}, "attachment:0.text"),
        ({"attachments": [Attachment(f"{CARD}.pdf", b"")]}, "attachment:0.name"),
    ],
)  # fmt: skip
def test_all_that_a_reader_gets_is_looked_at(fields, part):
    (finding,) = GUARD.evaluate(Message.email(to="a@b.example", **fields)).findings
    assert (finding.code, finding.part) == ("content.card-number", part)


def test_text_messages_are_looked_at():
    message = Message.sms(to="+441632960001", text=f"Your card {CARD}")
    assert [f.code for f in GUARD.evaluate(message).findings] == ["content.card-number"]


def test_pictures_and_archives_are_passed_over():
    for kind in ("image/png", "application/zip", "application/pdf"):
        file = Attachment("a", CARD.encode(), kind)
        assert GUARD.evaluate(Message.email(to="a@b.example", attachments=[file])).findings == ()


def test_the_end_of_a_very_long_file_is_said_not_to_be_searched():
    file = Attachment("a.txt", b"word " * 300_000, "text/plain")
    (finding,) = GUARD.evaluate(Message.email(to="a@b.example", attachments=[file])).findings
    assert (finding.code, finding.part) == ("guard.not-evaluable", "attachment:0")


def test_the_span_is_that_of_the_number():
    text = f"Please charge {CARD}."
    (finding,) = GUARD.evaluate(Message.email(to="a@b.example", text=text)).findings
    assert text[slice(*finding.span)] == CARD


def test_many_numbers_give_few_findings_and_what_is_held_comes_first():
    ibans = " ".join(f"{IBAN}, " for _ in range(3))
    many = "\n".join(f"password{n}: Summer2{n:03}x, password: Winter2{n:03}y" for n in range(600))
    findings = GUARD.evaluate(
        Message.email(to="a@b.example", subject=many, text=f"{ibans}\n{CARD}")
    ).findings
    assert len(findings) == 11
    assert (findings[0].code, findings[0].action) == ("content.card-number", Action.HOLD)
    assert findings[0].part == "text"
    assert any("further places" in finding.message for finding in findings)


# --- nothing leaks

CANARIES = [CARD, "4111111111111111", IBAN, SSN, *SECRETS.values(), "Summer2027x", *IDS]


@pytest.mark.parametrize("canary", CANARIES, ids=range(len(CANARIES)))
def test_what_is_found_stands_in_no_output(canary, caplog):
    caplog.set_level(logging.DEBUG)
    engines = ["builtin"]
    engines += ["stdnum"] if importlib.util.find_spec("stdnum") else []
    engines += ["detect-secrets"] if importlib.util.find_spec("detect_secrets") else []
    guard = Guard(checks.sensitive_data(engines=engines))
    text = f"password: {canary}" if canary == "Summer2027x" else f"SSN, card: {canary} "
    message = Message.email(
        to="a@b.example",
        subject="x",
        text=text,
        attachments=[Attachment("a.txt", text.encode(), "text/plain")],
    )
    decision = guard.evaluate(message)
    assert len(decision.findings) >= 2
    shown = [
        repr(decision), repr(decision.findings), repr(guard), caplog.text,
        json.dumps(decision.to_dict()), *(f"{f.message}{f.suggestion}{f.part}" for f in decision.findings),
        *(decision.explain(audience) for audience in ("person", "agent", "log")),
    ]  # fmt: skip
    words = [word for word in canary.split() if any(map(str.isdigit, word)) and len(word) >= 4]
    for output in shown:
        assert canary not in output
        assert not any(word in output for word in words)


def test_the_checks_own_repr_masks_ones_accounts():
    check = checks.sensitive_data(own=[IBAN], kinds=["iban"], engines=["builtin"])
    assert repr(check) == "sensitive_data(kinds=('iban',), own=['…00'])"
    assert repr(checks.sensitive_data()) == "sensitive_data()"


# --- options


def test_only_the_kinds_that_are_named_are_looked_for():
    text = f"card {CARD}, {IBAN}, SSN {SSN}, {SECRETS['AWS']}"
    for kind in ("card-number", "iban", "national-id", "secret"):
        assert [code for code, _ in found(text, Guard(checks.sensitive_data(kinds=[kind])))] == [
            f"content.{kind}"
        ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kinds": ["cards"]}, "kinds is 'cards'"),
        ({"kinds": []}, "kinds is empty"),
        ({"engines": ["presidio"]}, "engines is 'presidio'"),
        ({"own": ["DE89 3704 0044 0532 0130 01"]}, "no valid IBAN"),
        ({"own": ["x"]}, "no valid IBAN"),
    ],
)
def test_unusable_options_are_refused(options, words):
    with pytest.raises(ConfigurationError, match=words):
        checks.sensitive_data(**options)


@pytest.mark.parametrize(
    "options", [{"kinds": "iban"}, {"engines": "stdnum"}, {"own": IBAN}, {"own": [1]}]
)
def test_wrong_types_are_refused(options):
    with pytest.raises(TypeError):
        checks.sensitive_data(**options)


@pytest.mark.parametrize(("engine", "extra"), [("stdnum", "ids"), ("detect-secrets", "secrets")])
def test_an_engine_that_is_not_installed_names_its_extra(engine, extra, monkeypatch):
    monkeypatch.setattr("sendguard.checks.sensitive._sensitive_data.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=rf"install sendguard\[{extra}\]"):
        checks.sensitive_data(engines=[engine])
    assert checks.sensitive_data() == checks.sensitive_data(engines=["builtin"])


def test_the_engines_are_loaded_with_the_first_message_alone():
    import subprocess
    import sys

    script = (
        "import sys; from sendguard import checks; checks.sensitive_data(engines=['builtin'])\n"
        "assert not {'stdnum', 'detect_secrets', 'requests'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


@given(messages(), contexts)
def test_no_message_makes_it_raise(message, context):
    for _ in checks.sensitive_data().find(Case(message, context, Analysis(message))):
        pass


@pytest.mark.parametrize(
    "unit",
    [
        "4111 ", "1", "1-", "DE89 3704 ", "SSN ", "SSN 536-90-4399 ", "password: ", "password is ", "eyJ", "eyJaaaaaaaaaa.",
        "xoxb-1", "-----BEGIN RSA PRIVATE KEY-----\n", "AKIA", "sk-proj-", "a", " ", "\ud800", "\0", "://",
    ],
)  # fmt: skip
def test_a_megabyte_of_anything_is_looked_at(unit):
    GUARD.evaluate(Message.email(to="a@b.example", text=unit * (1_000_000 // len(unit))))


def test_real_mail_is_hardly_ever_warned_of_and_never_held():
    analyses = [a for _, a in sample_analyses()]
    actions = [GUARD.evaluate(a.message).action for a in analyses]
    assert Action.HOLD not in actions
    assert actions.count(Action.WARN) <= 0.003 * len(actions)


# --- quick looks

NAMED = sorted({
    *word_lists("sensitive")["password_words"],
    *(label for entry in word_lists("sensitive")["ids"] for label in entry["labels"]),
})  # fmt: skip


@given(st.data())
def test_a_quick_look_rules_out_no_key_and_no_token(data):
    _, shape, _ = data.draw(st.sampled_from(_shapes()))
    assert _may_have_key(data.draw(st.from_regex(shape)))


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["1", ": ", " is ", "\n", "s", "_", "-", "a1b2c3d4", "123-45-6788", "²"]
            ),
            st.sampled_from(NAMED).flatmap(
                lambda name: st.sampled_from([name, name.upper(), name.replace("i", "\u0131")])
            ),
            hostile_text,
        ),
        max_size=8,
    ).map("".join)
)
@example("PASSWORD: s3cret99")
@example("Kennwort lautet a1b2c3d4")
@example("parola d'ordine: ²²abcdef")
@example("2SSNs 123-45-6788")
def test_a_quick_look_rules_out_no_password_and_no_national_id(text):
    place = Place.of("text", text)
    has_password = any(_is_value(match["value"]) for match in _passwords().finditer(place.plain))
    assert _may_have_password(place) or not has_password
    for kind in _kinds(all_countries=importlib.util.find_spec("stdnum") is not None):
        is_named = kind.labels.search(place.plain) is not None
        assert not is_named or kind.names.may_be_among(place.words)
