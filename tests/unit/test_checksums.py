"""The checksum of a plan: that of its JSON, made piece by piece."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.checksums import digest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.lists(VALUES), st.lists(VALUES))
def test_pieces_make_the_checksum_of_the_whole_list(inner: list[object], after: list[object]):
    """Plans that were written down before must keep their checksums."""
    whole = json.dumps(["default", inner, *after], ensure_ascii=True, sort_keys=True)
    expected = hashlib.sha256(whole.encode()).hexdigest()[:16]
    assert digest(["default", inner, *after]) == expected
    assert digest(["default", iter(inner), *after]) == expected
