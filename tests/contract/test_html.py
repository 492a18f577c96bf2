"""What Odoo's sanitizer makes of descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from odoo_seed.core.html import to_html

if TYPE_CHECKING:
    from tests.contract.conftest import World

QUOTED = 'data-o-mail-quote-node="1" data-o-mail-quote="1"'
BECOMES = [
    ("a & b", "<p>a &amp; b</p>"),
    ("line1\nline2", "<p>line1\nline2</p>"),
    ("see <b>x</b> y", "<p>see <b>x</b> y</p>"),
    ("<b>x</b> y", "<span><b>x</b> y</span>"),
    ("pre<p>a</p>", "<p>pre</p><p>a</p>"),
    ("<p>a<br/>b</p>", "<p>a<br>b</p>"),
    ("<p>a<p>b", "<p>a</p><p>b</p>"),
    ("<p>&nbsp;x&#160;</p>", "<p>&nbsp;x&nbsp;</p>"),
    ("<p>&quot;x&quot; &#39;y&#39; &copy; &euro;</p>", "<p>\"x\" 'y' © €</p>"),
    ('<p title="a&quot;b">x</p>', "<p title='a\"b'>x</p>"),
    ("<!-- c --><p>x</p>", "<p>x</p>"),
    ("<script>alert(1)</script><p>x</p>", "<p>x</p>"),
    ("<iframe src='x'></iframe><p>a</p>", "<p>a</p>"),
    ('<p onclick="x()">c</p>', "<p>c</p>"),
    ("<img src=x onerror=alert(1)>", '<img src="x">'),
    ('<a href="javascript:alert(1)">l</a>', '<a href="">l</a>'),
    ('<a href="data:text/html,x">x</a>', '<a href="">x</a>'),
    ('<a href=" https://e.com">x</a>', '<a href="https://e.com">x</a>'),
    (
        "<p>a</p>\n<blockquote><p>q</p></blockquote>",
        f"<p>a</p>\n<blockquote {QUOTED}><p>q</p></blockquote>",
    ),
    ("<blockquote>q</blockquote><p>b</p><hr>",
     '<blockquote data-o-mail-quote-node="1" data-o-mail-quote="1">q</blockquote><p>b</p><hr>'),
    ("<p>x\n&gt; y\n&gt; z\nw</p>",
     '<p>x<span data-o-mail-quote="1">\n&gt; y\n&gt; z</span>\nw</p>'),
    ("<pre><code>$ ls\n&gt; out\n</code></pre>",
     '<pre><code>$ ls<span data-o-mail-quote="1">\n&gt; out</span>\n</code></pre>'),
    ("--\nsignature", '<p><span data-o-mail-quote="1">--\nsignature</span></p>'),
    ("\n<p>a</p>", "<p>a</p>"),
    (" ", ""),
    ("", ""),
]  # fmt: skip
STAYS = [
    "<p>a &amp; b</p>", "<p>a</p><p>b</p>", "<p>a</p>\n<p>b</p>\n", "<p></p>",
    "<p>  two  spaces </p>", "<p>&lt;b&gt;</p>", "<p>é — “q” 😀</p>", "<p>it's \"q\"</p>",
    "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>", '<ol start="3"><li>x</li></ol>',
    "<h1>T</h1>\n<p>p <strong>s</strong> <em>e</em> <code>c</code></p>", "<p>a</p><hr><p>b</p>",
    '<pre><code class="language-py">x = 1 &amp;&amp; y\n</code></pre>', "<b>bold</b>",
    "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
    '<p><a href="mailto:x@example.com" title="t">m</a></p>', "<p>a</p>tail",
    '<a href="https://e.com/?a=1&amp;b=2">l</a>', "<p>@user #1 http://x.com</p>",
]  # fmt: skip
MARKDOWN = """Reconcile *all* **bank** accounts & petty cash, "as of" <cut-off>.
Second line\\
after a break.

1. first `code`
2. second
   - inner [link](https://example.com/?a=1&b=2 "t")

> quoted

---

    preformatted <x> & y

## Heading
"""


@pytest.mark.parametrize(("sent", "kept"), [*BECOMES, *((html, html) for html in STAYS)])
def test_html_is_normalised(world: World, sent: str, kept: str) -> None:
    project = world.project(description=sent)
    task = world.task(project, description=sent)
    assert world.get(task, "description") == kept
    assert world.read("project.project", project, "description") == kept


@pytest.mark.parametrize(
    ("sent", "kept_by_18"), [("<div>x</div>", "x"), ("<div><p>a</p></div>", "<p>a</p>")]
)
def test_a_div_around_everything_stays_since_19(world: World, sent: str, kept_by_18: str) -> None:
    kept = kept_by_18 if world.server.major < 19 else sent
    assert world.read("project.project", world.project(description=sent), "description") == kept


def test_what_markdown_becomes_is_normalised_once(world: World) -> None:
    project = world.project()
    task = world.task(project, description=to_html(MARKDOWN))
    first = world.get(task, "description")
    world.write(task, description=first)
    assert world.get(task, "description") == first
    expected = (
        to_html(MARKDOWN)
        .replace("<br />", "<br>")
        .replace("<hr />", '<hr data-o-mail-quote="1">')  # it follows the quotation
        .replace("&quot;", '"')
        .replace("<blockquote>", '<blockquote data-o-mail-quote-node="1" data-o-mail-quote="1">')
    )
    assert first == expected


def test_a_description_that_changes_leaves_a_revision_and_an_equal_one_none(world: World) -> None:
    task = world.task(world.project(), description="<p>a</p>")

    def revisions() -> int:
        kept = world.get(task, "html_field_history_metadata") or {}
        return len(kept.get("description", []))

    assert revisions() == 0
    for text, expected in (("<p>a</p>", 0), ("<p>b</p>", 1), ("<p>b</p>", 1), (False, 2)):
        world.write(task, description=text)
        assert revisions() == expected


def test_no_description_and_an_empty_one_differ(world: World) -> None:
    project = world.project()
    assert world.get(world.task(project, description=False), "description") is False
    assert world.get(world.task(project, description=""), "description") == ""
