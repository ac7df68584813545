"""Chromium, in which pages of the web are tried, and the mark of tests that need it."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which("chromium")

# The set-up brings one where it can; a person may do without.
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
