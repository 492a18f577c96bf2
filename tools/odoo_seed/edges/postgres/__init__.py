"""Postgres: the embedded server, migrations and the store of the seed."""
