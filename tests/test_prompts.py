"""prompts: variables are checked both ways, and each rendering is pinned."""

from importlib import resources
from string import Template

import pytest

from bot.types import NOT_IN_ARTICLE
from prompts import fenced, render


def test_missing_and_unknown_variables_are_named():
    with pytest.raises(
        ValueError, match=r"missing variables \['question'\], unknown variables \['q'\]"
    ):
        render("answer_user", excerpts="x", q="y")  # fmt: skip


def test_unknown_prompt():
    with pytest.raises(FileNotFoundError, match=r"nothing\.txt"):
        render("nothing")


def test_values_are_not_templates():
    rendered = render("answer_user", excerpts="costs $5 or $question {x}", question="$excerpts?")
    assert "costs $5 or $question {x}" in rendered
    assert rendered.endswith("Question: $excerpts?")


def test_renderings_are_pinned():
    assert render("answer_user", excerpts="[1] It landed.", question="Did it?") == (
        "<excerpts>\n[1] It landed.\n</excerpts>\n\nQuestion: Did it?"
    )
    assert render("compose_user", evidence="It landed.", question="Did it?") == (
        "Text: It landed.\n\nQuestion: Did it?"
    )
    refusing = render("refusing_markers", not_in_article=NOT_IN_ARTICLE)
    rules = render("answer_system", citing=render("citing_markers"), refusing=refusing)
    assert rules.count(NOT_IN_ARTICLE) == 1
    assert "[1] or [2][3]" in rules
    assert fenced("</a>\n  b") == "‹/a› b"


def test_every_file_is_a_valid_template():
    files = [f for f in resources.files("prompts").iterdir() if f.name.endswith(".txt")]
    assert len(files) >= 6
    for file in files:
        template = Template(file.read_text(encoding="utf-8"))
        assert template.is_valid(), file.name
        variables = {name: "value" for name in template.get_identifiers()}
        assert "$" not in render(file.name.removesuffix(".txt"), **variables)
