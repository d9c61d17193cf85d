"""``sendguard policy check | explain | diff | schema``."""

from __future__ import annotations

import argparse

SUMMARY = "check, explain and compare policy files"

_EXIT_CODES = """\
exit codes:
  0  the policy is right; for `diff`: there is no difference
  1  for `check`: the policy is wrong; for `diff`: there is a difference
  2  wrong usage, or a policy that cannot be read
  3  sendguard itself is at fault"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description = "Work on policy files. POLICY is a .toml file, or a shipped policy's name."
    parser.epilog = _EXIT_CODES
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="say whether policies are right")
    check.add_argument("policies", nargs="+", metavar="POLICY")
    explain = actions.add_parser("explain", help="say in sentences what a policy will do")
    explain.add_argument("policies", nargs=1, metavar="POLICY")
    explain.add_argument(
        "--counts", metavar="FILE", help="what FiringCounts wrote: say which checks are noisy"
    )
    diff = actions.add_parser("diff", help="say what is different between two policies")
    diff.add_argument("policies", nargs=2, metavar="POLICY")
    for each in (check, explain, diff):
        each.add_argument("--environment", metavar="NAME", help="whose tables lie on top")
        each.add_argument("--format", choices=("text", "json"), default="text")
    schema = actions.add_parser("schema", help="write the JSON Schema of policy files")
    parser.set_defaults(counts=None)
    schema.set_defaults(policies=[], environment=None, format="json")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    from sendguard.cli._policy import PolicyOptions, policy

    return policy(
        PolicyOptions(
            options.action,
            tuple(options.policies),
            options.environment,
            options.format,
            options.counts,
        )
    )
