"""What people write into YAML and into Odoo comes to life nowhere in our output."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from product import Product, Project, Task

from odoo_seed.core.escape import harmless, json_text

LIVELY = (
    "::error::boo ##[error]boo @everyone #1 GH-2 <img src=x onerror=alert(1)> </details> | a | "
    "`x` [a](javascript:1) ![b](http://evil.example/b.png) www.evil.example <!-- c --> **d** ~~e~~"
)
YAML = f"\u202e{LIVELY}\u2066\U000e0041\u200b"
ODOO = f"\x1b[31m{YAML}\x9b31m\x07\r\n::warning::boo"
RUNNER = re.compile(r"^\s*::|##\[", re.MULTILINE)
UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0041]"
)

OURS = {
    "h3", "p", "ul", "li", "code", "table", "thead", "tbody", "tr", "th", "td", "details",
    "summary", "b", "strong", "sub",
}  # fmt: skip


class Tags(HTMLParser):
    """The elements and the words outside code of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.words = ""
        self._in_code = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self._in_code += tag == "code"
        assert not [name for name, _ in attrs if name != "align"]

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag == "code"

    def handle_comment(self, data: str) -> None:
        self.elements.add(f"comment {data}")

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.words += data


@pytest.fixture(params=["xmlrpc", "jsonrpc"])
def hostile(
    product: Product, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Product:
    """Applied once; then something hostile everywhere, and every kind of finding."""
    monkeypatch.setenv("ODOO_PROTOCOL", request.param)
    tasks = [Task("A1", YAML), Task("A2"), Task("A3", depends=["A1"])]
    product.write(Project("ALPHA", YAML, tasks=tasks))
    product.ok("run")
    product.change_in_odoo("project.task", "B1", name=ODOO)
    product.odoo.as_user().call(
        "project.task", "create", [{"name": ODOO, "x_external_ref": ODOO, "project_id": 1}]
    )
    product.odoo.as_user().call("res.users", "write", [2], {"name": ODOO})
    product.write(
        Project("ALPHA", YAML, tasks=[Task("A1", f"new {YAML}"), Task("A2"), Task("A4", YAML)])
    )
    product.write(
        Project("BETA", tasks=[Task("B1"), Task("B2"), Task("B3", assignee="no@example.com")])
    )
    product.write(Project("GAMMA", YAML, company=YAML[1:200].strip(), tasks=[Task("C1", YAML)]))
    product.ok("load")
    product.ok("shadow")
    return product


def outputs(product: Product, form: str) -> list[str]:
    """Everything that the verbs say, before and after a seed in which Odoo refuses a record."""
    told = [product.run("plan", "--format", form).out, product.run("verify", "--format", form).out]
    product.odoo.trouble("odoo_error", model="project.task", method="create", message=ODOO, times=2)
    told.append(product.run("run", "--format", form).out)
    told.append(product.run("summary", "--format", form).out)
    product.odoo.trouble("odoo_error", model="project.task", message=ODOO)
    failed = product.run("plan", "--format", form)
    assert (failed.code, "boo" in failed.err) == (1, True)
    return [*told, failed.err]


def test_nothing_hostile_reaches_a_terminal_or_a_log(hostile: Product) -> None:
    for told in outputs(hostile, "text"):
        assert "boo" in told
        assert not UNSEEN.search(told), told
        assert not RUNNER.search(told), told


def test_nothing_hostile_comes_to_life_in_markdown(hostile: Product) -> None:
    *pages, _error = outputs(hostile, "markdown")
    for page in pages:
        assert "boo" in page
        assert not UNSEEN.search(page), page
        assert not RUNNER.search(page), page
        rendered = Tags(cmarkgfm.github_flavored_markdown_to_html(page, Options.CMARK_OPT_UNSAFE))
        assert rendered.elements <= OURS
        assert not re.search(r"@\w|#\d|GH-\d|https?://|www\.\w", rendered.words), rendered.words
        assert len(re.findall("^<details>", page, re.MULTILINE)) == len(
            re.findall("^</details>$", page, re.MULTILINE)
        )


def test_json_shows_nothing_unseen_and_loses_nothing(hostile: Product) -> None:
    *told, _error = outputs(hostile, "json")
    for text in told:
        assert not UNSEEN.search(text)
        assert not RUNNER.search(text)
    hostile.odoo.calm()
    plan = hostile.run("plan", "--format", "json").json("plan")
    (orphan,) = plan["orphans"]
    # XML cannot hold control characters, so Odoo drops them.
    assert re.sub("[\x00-\x1f]", "", orphan["external_ref"]) == re.sub("[\x00-\x1f]", "", ODOO)


@pytest.mark.parametrize(
    "text", ["::error::x", "  ::x", "a\n\t ::x\n::y", "\n\n ::x", "a ##[error]x"]
)
def test_no_line_begins_as_a_workflow_command(text: str) -> None:
    assert not RUNNER.search(harmless(text))
    assert RUNNER.search(text)


def test_json_text_is_the_same_json() -> None:
    value = {"a": [ODOO, YAML, "é “ok” 😀 \ud800", 1.5, None]}
    assert json.loads(json_text(value)) == value
    assert "é “ok” 😀" in json_text(value)
