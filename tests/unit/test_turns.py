"""Batches dealt out to connections: in order within a track, and none left out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.order import Batch
from odoo_seed.core.plan import Change
from odoo_seed.turns import Turns


def track(number, length):
    return [
        Batch("create", "task", (Change("create", "task", f"{number}.{level}", f"P{number}", ""),))
        for level in range(length)
    ]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.integers(1, 4))
def test_every_batch_is_dealt_once_and_after_the_one_before_it(lengths, lines):
    turns = Turns([track(number, length) for number, length in enumerate(lengths)], lines)
    done, lock = [], Lock()

    def run():
        while True:
            with turns.turn() as batch:
                if batch is None:
                    return
                refs = [change.external_ref.split(".") for change in batch.changes]
                for number, level in refs:
                    assert level == "0" or [number, str(int(level) - 1)] in done
                with lock:
                    done.extend(refs)

    with ThreadPoolExecutor(lines) as pool:
        for running in [pool.submit(run) for _ in range(lines)]:
            running.result()
    wanted = [[str(n), str(level)] for n, length in enumerate(lengths) for level in range(length)]
    assert sorted(done) == sorted(wanted)


def test_ten_tracks_over_three_connections_are_shared_evenly():
    """Four, three and three would leave the first alone at the end."""
    turns = Turns([track(number, 8) for number in range(10)], 3)
    together, sizes = Barrier(3), [0, 0, 0]

    def run(line):
        for _ in range(8):
            with turns.turn() as batch:
                assert batch is not None
                sizes[line] += len(batch.changes)
                together.wait(10)

    with ThreadPoolExecutor(3) as pool:
        for running in [pool.submit(run, line) for line in range(3)]:
            running.result()
    assert sizes == [24, 24, 24]
    assert sum(len(batch.changes) for batch in _rest(turns)) == 8


def _rest(turns):
    while True:
        with turns.turn() as batch:
            if batch is None:
                return
            yield batch


def test_what_goes_wrong_in_one_turn_ends_all():
    turns = Turns([track(0, 2), track(1, 2)], 2)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn() as batch:
        assert batch is None
    assert list(_rest(turns)) == []
