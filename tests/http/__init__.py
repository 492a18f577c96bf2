"""What is told over HTTP, whoever tells it: the Python service, or an Edge Function."""
# ruff: noqa: A005 - it is tests.http, never http
