"""Which calls of a run the crash tests break."""

from __future__ import annotations

from tests.integration.crash_world import telling


def test_of_calls_alike_the_first_and_the_last_and_of_reads_those_before_a_write():
    read, write, create = ("t", "search_read"), ("t", "write"), ("t", "create")
    assert telling([read, read, create, write, write, write, read, write, read]) == [
        2, 3, 4, 6, 7, 8,
    ]  # fmt: skip
