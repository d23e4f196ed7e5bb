"""The links of both READMEs: each leads to a file, and the Chinese one says which pages are in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)(（英文）)?")


def _links(page: str) -> list[tuple[str, str]]:
    found = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    return [(to, said) for to, said in found if "://" not in to]


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_every_link_leads_to_a_file(page: str) -> None:
    links = _links(page)
    assert links
    assert [to for to, _ in links if not (ROOT / to).exists()] == []


def test_the_chinese_readme_says_which_pages_are_in_english() -> None:
    pages = [(to, said) for to, said in _links("README.zh.md") if to.startswith("docs/") and to.endswith(".md")]
    for to, said in pages:
        assert bool(said) != to.endswith(".zh.md"), to
        assert to.endswith(".zh.md") or not (ROOT / to.replace(".md", ".zh.md")).exists(), to
