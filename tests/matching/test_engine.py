import pytest

from sendguard import matching
from sendguard.matching import _engine


def test_the_public_names_are_these() -> None:
    assert matching.__all__ == [
        "IdentifierIndex",
        "IndexFileError",
        "Mention",
        "StringIndex",
        "SuppressionList",
    ]


@pytest.mark.parametrize(
    ("value", "forced"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_the_environment_forces_pure_python(
    monkeypatch: pytest.MonkeyPatch, value: str, forced: bool
) -> None:
    monkeypatch.setenv("SENDGUARD_NO_EXTENSIONS", value)
    assert (_engine.engine() == "python") == (forced or not _engine._EXTENSION)


def test_without_the_extension_pure_python_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENDGUARD_NO_EXTENSIONS", raising=False)
    monkeypatch.setattr(_engine, "_EXTENSION", False)
    assert _engine.engine() == "python"
