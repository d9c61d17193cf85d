"""The native extension; everything else about the build stands in pyproject.toml.

It is optional: where it cannot be compiled, the pure-Python reader and builder of the same files
take its place. It uses the stable ABI of CPython 3.11, so that one build serves all later versions.
"""

import os
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

if os.name == "nt":
    _COMPILE, _LINK = ["/std:c++17", "/O2", "/EHsc"], []
else:
    _COMPILE = ["-std=c++17", "-O3", "-g0", "-fvisibility=hidden", "-Wall", "-Wextra"]
    _LINK = []
if os.environ.get("SENDGUARD_SANITIZE"):
    _COMPILE += ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    _LINK += ["-fsanitize=address,undefined"]


class BuildExtensions(build_ext):
    """Says in one line what it means that an optional extension could not be compiled."""

    def run(self):
        """Compile what can be compiled."""
        super().run()
        for extension in self.extensions:
            if not Path(self.get_ext_fullpath(extension.name)).exists():
                self.warn(
                    f"{extension.name} was not compiled: sendguard will use its pure-Python "
                    "engine, which is slower and gives equal answers"
                )


_NATIVE = "src/sendguard/matching/native"

setup(
    ext_modules=[
        Extension(
            "sendguard.matching._native",
            sources=[
                f"{_NATIVE}/{name}.cpp"
                for name in ("module", "bind_identifiers", "bind_members", "bind_strings")
            ],
            depends=sorted(map(str, Path(_NATIVE).glob("*.hpp"))),
            define_macros=[("Py_LIMITED_API", "0x030B0000")],
            extra_compile_args=_COMPILE,
            extra_link_args=_LINK,
            language="c++",
            py_limited_api=True,
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildExtensions},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if sys.version_info >= (3, 11) else {},
)
