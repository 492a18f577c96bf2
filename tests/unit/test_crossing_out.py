import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.secrets import without_secret

SECRET = "Pä ss/w:rd%41@#+<'\"\\=?"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        f"postgresql://bot:{quote(SECRET)}@db/x".removeprefix("postgresql://"),
        json.dumps(SECRET),
        repr(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        "Basic " + base64.b64encode(f"bot:{SECRET}".encode()).decode(),
        f"&lt;{SECRET.replace('&', '&amp;').replace('<', '&lt;')}&gt;",
    ],
)
def test_a_secret_is_crossed_out_however_it_is_written(form):
    found = without_secret(f"could not log in with {form}, sorry", SECRET, "bot")
    assert "***" in found
    for part in ("w:rd", "w%3Ard", "UMOkIHNz", "Ym90Ol", "41@"):
        assert part not in found
    assert found.startswith("could not log in with ")
    assert found.endswith(", sorry")


@given(st.text(min_size=3), st.text(), st.text())
def test_no_text_keeps_a_secret_and_one_without_it_stays(secret, before, after):
    found = without_secret(f"{before}{secret}{after}", secret)
    assert secret not in found.replace("***", "\n") or secret in "***\n"
    assert without_secret(before, secret) == before or secret_is_in(before, secret)


def secret_is_in(text, secret):
    return "***" in without_secret(text, secret)


@pytest.mark.parametrize("secret", ["", "a", "ab"])
def test_what_hides_nothing_leaves_the_words_readable(secret):
    assert without_secret("a bad cab", secret) == "a bad cab"
