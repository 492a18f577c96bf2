"""`ops.resolve_odoo_context` against the same rules, written down a second time in Python."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    Said = tuple[str | None, ...]

ANSWERS = ("target", "odoo_database", "company_name", "partner_name", "analytic_account_name")
HOME, SINGLY = slice(0, 2), range(2, 5)

keys = st.tuples(
    st.sampled_from(["default", "other"]),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "P", "Q"]),
    st.sampled_from([None, "production", "staging"]),
)
answers = st.tuples(*(st.sampled_from([None, f"{name[0]}1", f"{name[0]}2"]) for name in ANSWERS))
bindings = st.dictionaries(keys, answers.filter(any), max_size=9)


def resolved(rows: dict[Said, Said], asked: Said) -> Said:
    """What is nearest speaks first: project, account, tenant; at each the environment's own."""
    tenant, *rest = asked
    speaking: list[Said] = []
    for project_named, account_named, environment_named in product((True, False), repeat=3):
        for (of, account, project, environment), said in rows.items():
            if of != (tenant or "default"):
                continue
            named = (project is not None, account is not None, environment is not None)
            fits = all(
                one is None or one == wanted
                for one, wanted in zip((account, project, environment), rest, strict=True)
            )
            if fits and named == (project_named, account_named, environment_named):
                speaking.append(said)
    home = next((said[HOME] for said in speaking if any(said[HOME])), (None, None))
    singly = (next((said[place] for said in speaking if said[place]), None) for place in SINGLY)
    return (*home, *singly)


def asked_of(connection: psycopg.Connection[Said], questions: Sequence[Said]) -> list[Said]:
    names = ("tenants", "accounts", "projects", "environments")
    return connection.execute(
        "select c.* from unnest(%(tenants)s::text[], %(accounts)s::text[], %(projects)s::text[],"
        " %(environments)s::text[]) with ordinality as q (t, a, p, e, place)"
        " cross join lateral ops.resolve_odoo_context(q.t, q.a, q.p, q.e) as c order by q.place",
        dict(zip(names, map(list, zip(*questions, strict=True)), strict=True)),
    ).fetchall()


QUESTIONS = list(
    product(
        (None, "default", "other"), (None, "a", "c"), (None, "P", "Z"), (None, "production", "dev")
    )
)


def test_every_question_is_answered_by_the_nearest_that_speaks_whatever_is_null(
    database_url: str,
) -> None:
    with psycopg.connect(database_url) as connection:

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(bindings)
        def check(rows: dict[Said, Said]) -> None:
            connection.execute("delete from ops.odoo_bindings")
            with connection.cursor() as cursor:
                cursor.executemany(
                    "insert into ops.odoo_bindings (tenant, account, project, environment,"
                    f" {', '.join(ANSWERS)}) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)".encode(),
                    [(*key, *said) for key, said in rows.items()],
                )
            wanted = [resolved(rows, question) for question in QUESTIONS]
            assert asked_of(connection, QUESTIONS) == wanted

        check()
