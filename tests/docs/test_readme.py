"""What README.md shows of the command line is what the command line says."""

from __future__ import annotations

import re
from pathlib import Path

from sendguard.cli import main

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
HEAD = "From: Shop <billing@shop.example>\nContent-Type: text/plain; charset=utf-8\n"
INVOICE = f"""{HEAD}To: maria.lopez@customer.example, bob@other..example
Subject: Your invoice

Dear {{{{first_name}}}},

thank you for your order. Your invoice is attached.

The Shop
"""
WELCOME = f"""{HEAD}To: maria.lopez@customer.example
Subject: Welcome

Dear Maria,

welcome.

The Shop
"""


def test_the_output_of_check_is_real(tmp_path, monkeypatch, capsys):
    (tmp_path / "invoice.eml").write_text(INVOICE, encoding="utf-8")
    (tmp_path / "welcome.eml").write_text(WELCOME, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    shown = re.search(r"```text\n\$ sendguard (check [^\n]*)\n(.*?)```", README, re.DOTALL)
    assert main(shown[1].split()) == 1
    assert capsys.readouterr().out.rstrip() == shown[2].rstrip()
