"""Sphinx: how the pages of this folder become a site."""

from __future__ import annotations

from importlib.metadata import version as installed_version

import django
from django.conf import settings

project = "sendguard"
author = "The sendguard maintainers"
copyright = "The sendguard maintainers"
release = installed_version("sendguard")
version = ".".join(release.split(".")[:2])

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"sendguard {version}"
default_role = "py:obj"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
maximum_signature_line_length = 80

napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = ["Codes"]

# Importing the mail backend asks for settings, whatever they are.
settings.configure()
django.setup()
