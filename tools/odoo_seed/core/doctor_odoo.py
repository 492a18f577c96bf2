"""What Odoo and the user that we log in as must be like, whatever the seed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from odoo_seed.core.doctor import Trouble, about, failed, ok, skipped, warning
from odoo_seed.core.targets import option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.doctor import Check
    from odoo_seed.core.doctor_facts import Field, Holder, OdooFacts
    from odoo_seed.core.live import Key

OLDEST, NEWEST = 18, 19
"""Major versions that the contract suite runs against."""

JSON2_SINCE = 19

_SKEW_LIMIT = 60
"""Seconds; the Date header tells whole ones, and an answer may take a few."""


def usable(version: str) -> bool:
    """Whether it is worth logging in to an Odoo of this version."""
    return major(version) >= OLDEST


def readable(facts: OdooFacts) -> bool:
    """Whether nothing is known that would keep the user from reading what is written."""
    lacking = facts.lacking if isinstance(facts.lacking, tuple) else ()
    return all(operation != "read" for _, operation in lacking)


def major(version: str) -> int:
    """The first number of a version such as ``18.0``."""
    return int(version.split(".", 1)[0])


def is_since_19(facts: OdooFacts) -> bool:
    """Whether this Odoo has the ways of 19, which renamed much in the settings of users."""
    return isinstance(facts.version, str) and major(facts.version) >= 19


def examine_odoo(facts: OdooFacts) -> Iterator[Check]:
    """Yield the checks in the order in which one builds on the other."""
    yield from about("odoo settings", facts.settings, lambda _: ok("odoo settings", "complete"), "")
    yield from about("odoo address", facts.version, lambda _: _address(facts), "odoo settings")
    version = None if isinstance(facts.version, Trouble) else facts.version
    yield from about("odoo version", version, _version, "odoo address")
    yield from about("odoo protocol", version, lambda told: _protocol(facts, told), "odoo address")
    yield from about("odoo clock", version, lambda _: _clock(facts.skew), "odoo address")
    login = f"{facts.login} in the database {facts.database}"
    before_login = "odoo version" if version and not usable(version) else "odoo address"
    yield from about("odoo login", facts.uid, lambda _: ok("odoo login", login), before_login)
    yield from about("odoo user", facts.internal, lambda yes: _user(facts, yes), "odoo login")
    yield from about("odoo language", facts.english, _language, "odoo user")
    yield from about("odoo app", facts.fields, lambda _: ok("odoo app", "Project"), "odoo user")
    fields = None if isinstance(facts.fields, Trouble) else facts.fields
    yield from about("odoo group", facts.manager, lambda yes: _group(facts, yes), "odoo app")
    before_rights = "odoo app" if facts.manager is None else "odoo group"
    yield from about("odoo rights", facts.lacking, _rights, before_rights)
    yield from about("odoo field", fields, lambda found: _field(facts, found), "odoo app")
    yield from about("odoo field copied", fields, _copied, "odoo app")
    before_refs = "odoo field" if readable(facts) else "odoo rights"
    yield from about("odoo refs", facts.holders, _refs, before_refs)


def _key(facts: OdooFacts) -> str:
    name, path = facts.variable("ODOO_PASSWORD"), "My Profile → Account Security → New API Key"
    return f"Set {name} to an API key of the user ({path})."


def _bot(facts: OdooFacts) -> str:
    return f"Settings → Users → {facts.login}"


def _address(facts: OdooFacts) -> Check:
    found = f"{facts.address} answers"
    if facts.address.startswith("https://") or is_local(facts.address):
        return ok("odoo address", found)
    return warning(
        "odoo address",
        f"{found} without TLS: the password crosses the network in the clear",
        f"Let the server speak https, and say https:// in {facts.variable('ODOO_URL')}.",
    )


def is_local(address: str) -> bool:
    """Whether an http address is on this machine."""
    return urlsplit(address).hostname in {"127.0.0.1", "localhost", "::1"}


def _version(version: str) -> Check:
    if not usable(version):
        remedy = f"Upgrade Odoo to {OLDEST}.0 or later."
        return failed("odoo version", f"Odoo {version} is too old", remedy)
    if major(version) <= NEWEST:
        return ok("odoo version", f"Odoo {version}")
    return warning(
        "odoo version",
        f"Odoo {version} is newer than what odoo-seed was tried with ({OLDEST} and {NEWEST})",
        "Look for a newer odoo-seed, and try it on a copy of the database first.",
    )


def _protocol(facts: OdooFacts, version: str) -> Check:
    name, protocol, setting = "odoo protocol", facts.protocol, facts.variable("ODOO_PROTOCOL")
    deprecated = f"which Odoo {version} calls deprecated in its log"
    if protocol == "auto" and isinstance(facts.uid, Trouble):
        return skipped(name, "waits for “odoo login”")  # it hangs on the key
    if protocol == "auto" and isinstance(facts.json2, Trouble):
        found = f"auto falls back to jsonrpc, {deprecated}: {facts.json2.message}"
        remedy = f"{_key(facts)} If it is one, let the proxy before Odoo pass /json/2."
        return warning(name, found, remedy)
    if protocol == "auto":
        return ok(name, f"auto: {'json2' if facts.json2 else 'jsonrpc'}")
    if protocol == "json2":
        return ok(name, protocol)
    if major(version) >= JSON2_SINCE and "json2" in facts.protocols:
        return warning(name, f"{protocol}, {deprecated}", f"Set {setting}=auto. {_key(facts)}")
    return ok(name, protocol + f"; {setting}=jsonrpc reads faster" * (protocol == "xmlrpc"))


def _clock(skew: float | None) -> Check:
    name = "odoo clock"
    if skew is None:
        return skipped(name, "the server does not tell its time")
    if abs(skew) <= _SKEW_LIMIT:
        return ok(name, "agrees with this machine's")
    return warning(
        name,
        f"Odoo's clock is {_span(abs(skew))} {'ahead of' if skew > 0 else 'behind'} this machine's",
        "Set both clocks by NTP; times in reports and deadlines of today are off until then.",
    )


def _span(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _user(facts: OdooFacts, internal: bool) -> Check:
    if internal:
        return ok("odoo user", "active and internal")
    return failed(
        "odoo user",
        f"{facts.login} is a portal or public user",
        f"{_bot(facts)} → {'Role: User' if is_since_19(facts) else 'User Type: Internal User'}, or "
        f"name another user in {facts.variable('ODOO_USER')}.",
    )


def _language(active: bool) -> Check:
    if active:
        return ok("odoo language", "en_US is active")
    return warning(
        "odoo language",
        "en_US is not active: names are read and written in it, so what users of other languages "
        "see may differ",
        "Settings → Translations → Languages → English (US) → Activate.",
    )


def _group(facts: OdooFacts, manager: bool) -> Check:
    if manager:
        return ok("odoo group", "Project / Administrator")
    return failed(
        "odoo group",
        f"{facts.login} lacks the group Project / Administrator",
        f"{_bot(facts)} → Project: Administrator.",
    )


def _rights(lacking: tuple[tuple[str, str], ...]) -> Check:
    if not lacking:
        return ok("odoo rights", "read, write and create on all models that are written")
    by_model: defaultdict[str, list[str]] = defaultdict(list)
    for model, operation in lacking:
        by_model[model].append(operation)
    told = "; ".join(f"no {', no '.join(names)} on {model}" for model, names in by_model.items())
    return failed(
        "odoo rights",
        told,
        "Settings → Technical → Access Rights (in developer mode): allow it there to the group "
        "Project / Administrator.",
    )


def _field(facts: OdooFacts, fields: Mapping[str, Field | None]) -> Iterator[Check]:
    name = "odoo field"
    missing = [model for model, found in fields.items() if found is None]
    if missing:
        prepare = f"`odoo-seed prepare{option(facts.target)}`"
        remedy = f"Run {prepare}."
        right = "Role: Administrator" if is_since_19(facts) else "Administration: Access Rights"
        if facts.access_rights is not True:
            remedy = (
                f"Let an administrator run {prepare} once with their own login, or "
                f"install the module odoo_seed_ref; or give {facts.login} for that time the right "
                f"to make it ({_bot(facts)} → {right})."
            )
        yield failed(name, f"x_external_ref is missing on {' and '.join(missing)}", remedy)
    for model, found in fields.items():
        if found is not None and found.type != "char":
            yield failed(
                name,
                f"x_external_ref on {model} is of type {found.type}, not char",
                f"Settings → Technical → Fields (in developer mode): remove x_external_ref of "
                f"{model}, then run `odoo-seed prepare{option(facts.target)}`.",
            )
    if all(found is not None and found.type == "char" for found in fields.values()):
        yield ok(name, f"x_external_ref on {' and '.join(fields)}")


def _copied(fields: Mapping[str, Field | None]) -> Check:
    name = "odoo field copied"
    there = {model: found.copied for model, found in fields.items() if found is not None}
    if not there:
        return skipped(name, "waits for “odoo field”")
    if copied := [model for model, yes in there.items() if yes]:
        return warning(
            name,
            f"duplicating a record of {' and '.join(copied)} in Odoo copies its x_external_ref too",
            "Settings → Technical → Fields (in developer mode) → x_external_ref: untick Copied.",
        )
    if None in there.values():
        return skipped(name, "only users with Access Rights can see whether copies keep the ref")
    return ok(name, "copies of a record do not keep its ref")


def _refs(holders: Mapping[Key, tuple[Holder, ...]]) -> Check:
    name = "odoo refs"
    twice = {key: same for key, same in holders.items() if len(same) > 1}
    if not twice:
        return ok(name, f"{len(holders)} in Odoo, none of them twice")
    told = "; ".join(
        f"{ref} stands on {len(same)} {kind}s: ids {', '.join(str(one.odoo_id) for one in same)}"
        for (kind, ref), same in twice.items()
    )
    return failed(name, told, "Clear x_external_ref on all but one of them in Odoo.")
