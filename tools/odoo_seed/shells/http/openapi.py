"""The OpenAPI document: the endpoints, and the shapes that `schemas/` describes."""

from __future__ import annotations

from typing import Any

from odoo_seed import __version__, wiring_files

Json = dict[str, Any]

_SHAPES = "#/components/schemas/"
_PROBLEMS = {
    400: "The request is not one; nothing was done.",
    401: "No run token, or not the right one.",
    404: "There is no such run.",
    409: "A run is going on at the target: `holder`, `run_id`, `since`.",
    413: "The body is too long.",
    415: "The body is not application/json.",
    422: "Refused: by a guard, a freeze, a stop, Odoo or the settings; or an Idempotency-Key that "
    "came with another request before.",
    429: "The token asks too often.",
    500: "An error of odoo-seed's own.",
    503: "Odoo or the database cannot be reached.",
}
_ASK = (
    "Ask for a run and wait for its end, for up to `wait_seconds`. Whoever stops waiting does not "
    "stop the run. The same Idempotency-Key is the same run, however often it is asked for."
)


def document() -> Json:
    """Return the document, OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "odoo-seed",
            "version": __version__,
            "description": "Runs of odoo-seed: from git's seed in the database to Odoo, and back.",
        },
        "paths": {
            "/functions/v1/seed-odoo-finance": {"post": _ask("seed", "Seed Odoo.")},
            "/functions/v1/shadow-odoo-finance": {
                "post": _ask("shadow", "Mirror what Odoo holds, and compare it with the seed.")
            },
            "/runs": {"get": _runs()},
            "/runs/{run_id}": {"get": _run()},
            "/healthz": {"get": _probe("healthz", "The service runs.")},
            "/readyz": {"get": _probe("readyz", "The database and every Odoo answer.", 503)},
            "/metrics": {"get": _plain("metrics", "Metrics for Prometheus.", "text/plain")},
            "/openapi.json": {"get": _plain("openapi", "This document.", "application/json")},
        },
        "components": {
            "schemas": _shapes(),
            "securitySchemes": {
                "run_token": {
                    "type": "http", "scheme": "bearer", "description": "SEED_RUN_TOKEN"
                }
            },
        },
    }  # fmt: skip


def _ask(action: str, summary: str) -> Json:
    problems = (400, 401, 409, 413, 415, 422, 429, 500, 503)
    return {
        "operationId": action,
        "summary": summary,
        "description": _ASK,
        "security": [{"run_token": []}],
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "A name for this one run, such as `close-2026-01`.",
                "schema": {
                    "type": "string", "minLength": 1, "maxLength": 255,
                    "pattern": "^[!-~](?:[ -~]*[!-~])?$",
                },
            }
        ],
        "requestBody": {"required": False, "content": _json("run_ask")},
        "responses": {
            "200": {
                "description": "The run ended; `ok` tells whether all went well.",
                "content": _json("answer"),
            },
            "202": {
                "description": "It waits or goes on: ask again by its run_id.",
                "headers": {
                    "Location": _header("Where to ask.", "string"),
                    "Retry-After": _header("Seconds until then.", "integer"),
                },
                "content": _json("answer"),
            },
            **_problems(*problems),
        },
    }  # fmt: skip


def _runs() -> Json:
    limit = {"type": "integer", "minimum": 1, "maximum": 200, "default": 20}
    target = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,39}$"}
    return {
        "operationId": "runs",
        "summary": "The newest runs that were asked for.",
        "security": [{"run_token": []}],
        "parameters": [
            {"name": "limit", "in": "query", "description": "How many.", "schema": limit},
            {"name": "target", "in": "query", "description": "Of one target.", "schema": target},
        ],
        "responses": {
            "200": {"description": "The newest first.", "content": _json("runs")},
            **_problems(400, 401, 429, 500, 503),
        },
    }


def _run() -> Json:
    return {
        "operationId": "run",
        "summary": "One run: how far it is, or how it ended.",
        "security": [{"run_token": []}],
        "parameters": [
            {
                "name": "run_id",
                "in": "path",
                "required": True,
                "description": "The run_id of an answer.",
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            "200": {"description": "The run.", "content": _json("run")},
            **_problems(401, 404, 429, 500, 503),
        },
    }


def _probe(name: str, summary: str, *problems: int) -> Json:
    well = {
        "type": "object",
        "additionalProperties": False,
        "required": ["ok"],
        "properties": {"ok": {"const": True}},
    }
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {
            "200": {"description": "So it is.", "content": {"application/json": {"schema": well}}},
            **_problems(*problems),
        },
    }


def _plain(name: str, summary: str, media_type: str) -> Json:
    shape = {"type": "object" if media_type.endswith("json") else "string"}
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {
            "200": {"description": summary, "content": {media_type: {"schema": shape}}},
            **_problems(500),
        },
    }


def _problems(*statuses: int) -> Json:
    return {str(status): _problem(status) for status in statuses}


def _problem(status: int) -> Json:
    headers: Json = {}
    if status == 401:
        headers["WWW-Authenticate"] = _header("Bearer", "string")
    if status in {409, 429, 503}:
        headers["Retry-After"] = _header("Seconds until it may be asked again.", "integer")
    told: Json = {
        "description": _PROBLEMS[status],
        "content": {"application/problem+json": {"schema": {"$ref": f"{_SHAPES}problem"}}},
    }
    return told | ({"headers": headers} if headers else {})


def _header(description: str, kind: str) -> Json:
    return {"description": description, "schema": {"type": kind}}


def _json(shape: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"{_SHAPES}{shape}"}}}


def _shapes() -> Json:
    """The shapes of `schemas/`, each under its own name, with references as OpenAPI wants them."""
    shapes: Json = {}
    for name in ("run_ask", "run_answer", "runs"):
        whole = dict(wiring_files.schema(name))
        del whole["$schema"]
        shapes |= whole.pop("$defs", {})
        shapes[name] = whole
    moved: Json = _moved(shapes)
    return moved


def _moved(part: Any) -> Any:
    if isinstance(part, list):
        return [_moved(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _reference(value) if key == "$ref" else _moved(value) for key, value in part.items()
    }


def _reference(to: str) -> str:
    return _SHAPES + to.removeprefix("#/$defs/").removesuffix(".schema.json")
