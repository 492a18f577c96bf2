"""The protocols: envelopes, exceptions, transactions, custom fields."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from xmlrpc.client import Fault, ServerProxy

import pytest
import requests

from odoo_seed.edges.odoo.prepare import missing_fields, prepare
from odoo_seed.edges.odoo.transport import open_transport
from odoo_seed.errors import OdooAccessError, OdooLoginError, OdooSetupError
from odoo_seed.sandbox.exceptions import ValidationError
from tests.contract.conftest import PASSWORD

if TYPE_CHECKING:
    from tests.contract.conftest import World


def test_the_server_tells_its_version(world: World) -> None:
    assert int(world.server.transport.version().split(".")[0]) >= 18


def test_logging_in_gives_the_users_id(world: World) -> None:
    person = world.as_person("manager")
    assert person.server.transport.login() == world.person("manager")


@pytest.mark.parametrize("part", ["password", "user", "database"])
def test_a_wrong_login_is_told(world: World, part: str) -> None:
    transport = open_transport(replace(world.server.target, **{part: "wrong"}))
    with pytest.raises(OdooLoginError) as caught:
        transport.login()
    assert world.server.target.password not in (str(caught.value) + caught.value.remedy).split()
    transport.close()


def test_an_api_key_works_in_place_of_a_password(world: World) -> None:
    target = replace(world.server.target_of("colleague"), password=world.server.key_of("colleague"))
    with closing(open_transport(target)) as transport:
        uid = transport.login()
        assert uid == world.person("colleague")
        assert transport.call("res.users", "read", [[uid], ["login"]])[0]["login"] == target.user


def test_whoever_is_no_administrator_needs_an_expiry_on_their_api_key(world: World) -> None:
    with pytest.raises(ValidationError, match="The API key must have an expiration date"):
        world.server.make_key("manager", lasting=True)


def test_one_persons_api_key_is_not_anothers(world: World) -> None:
    target = replace(world.server.target_of("manager"), password=world.server.key_of("colleague"))
    with closing(open_transport(target)) as transport, pytest.raises(OdooLoginError):
        transport.login()


@pytest.mark.parametrize("secret", ["key", "password"])
def test_auto_works_with_whatever_the_server_takes(world: World, secret: str) -> None:
    login = world.server.login_of("colleague")
    word = PASSWORD if secret == "password" else world.server.key_of("colleague")
    target = replace(world.server.target, user=login, password=word, protocol="auto")
    with closing(open_transport(target)) as transport:
        assert int(transport.version().split(".")[0]) == world.server.major
        uid = transport.login()
        assert uid == world.person("colleague")
        assert transport.call("res.users", "read", [[uid], ["login"]])[0]["login"] == target.user


def test_create_answers_an_id_to_one_and_a_list_to_several(world: World) -> None:
    one = world.call("project.tags", "create", {"name": world.unique()})
    several = world.call("project.tags", "create", [{"name": world.unique()}])
    assert isinstance(one, int)
    assert isinstance(several, list)
    assert len(several) == 1
    assert world.call("project.tags", "create", []) == []
    assert world.call("project.tags", "unlink", [one, *several]) is True


def test_write_and_unlink_answer_true(world: World) -> None:
    task = world.task(world.project())
    assert world.call("project.task", "write", [task], {"name": "x"}) is True
    assert world.call("project.task", "write", [], {"name": "x"}) is True
    assert world.call("project.task", "write", task, {}) is True
    assert world.call("project.task", "unlink", [task]) is True
    assert world.call("project.tags", "unlink", [99999999]) is True
    with world.refused("odoo.exceptions.MissingError"):
        world.call("project.task", "unlink", [task])


def test_none_is_an_answer(world: World) -> None:
    task = world.task(world.project())
    assert world.call("project.task", "action_archive", [task]) is None
    assert world.get(task, "active") is False


def test_ids_of_undone_creates_are_not_given_again(world: World) -> None:
    project = world.project()
    first = world.task(project)
    vals = {"name": "x", "project_id": project, "user_ids": []}
    with world.refused("builtins.ValueError"):
        world.call("project.task", "create", [vals, vals | {"state": "nonsense"}])
    assert world.task(project) > first


def test_a_missing_record_is_told(world: World) -> None:
    with world.refused("odoo.exceptions.MissingError", "does not exist or has been deleted"):
        world.write(99999999, name="x")


def unknown(model: str) -> tuple[str, ...]:
    """Odoo's words for a field that it does not know."""
    return tuple(f"Invalid field 'nowhere' {of} '{model}'" for of in ("on model", "on", "in"))


def test_an_unknown_field_fails_the_whole_call(world: World) -> None:
    project = world.project()
    with world.refused("builtins.ValueError", *unknown("project.task")):
        world.task(project, nowhere=1)
    with world.refused("builtins.ValueError", *unknown("project.project")):
        world.write_project(project, name="new", nowhere=1)
    with world.refused("builtins.ValueError", *unknown("project.task")):
        world.call("project.task", "read", [world.task(project)], ["nowhere"])
    assert world.read("project.project", project, "name") == "contract"


def test_an_unknown_model_is_told(world: World) -> None:
    with pytest.raises(OdooSetupError, match=r"no model no\.such\.model"):
        world.call("no.such.model", "search", [])


def test_an_unknown_method_is_told(world: World) -> None:
    with world.refused("builtins.AttributeError", "The method 'project.task.nowhere' does not"):
        world.call("project.task", "nowhere")


def test_private_methods_are_out_of_reach(world: World) -> None:
    with pytest.raises(OdooAccessError, match="Private methods"):
        world.call("project.task", "_search", [])


def test_unknown_options_are_refused(world: World) -> None:
    with world.refused("builtins.TypeError", "unexpected keyword argument 'nowhere'"):
        world.call("project.task", "create", [], nowhere=1)


def test_a_custom_field_works_at_once_and_can_be_taken_away(world: World) -> None:
    name = f"x_contract_{world.unique('').strip()}"
    task = world.task(world.project())
    model = world.call("ir.model", "search", [("model", "=", "project.task")])[0]
    vals = {"model_id": model, "name": name, "ttype": "char", "copied": False, "index": True,
            "field_description": "Contract"}  # fmt: skip
    field = world.call("ir.model.fields", "create", [vals])[0]
    try:
        assert world.get(task, name) is False
        world.write(task, **{name: "kept"})
        assert world.call("project.task", "search", [(name, "=", "kept")]) == [task]
        copied = world.call("project.task", "copy", [task])[0]
        assert world.get(copied, name) is False
        row = world.call("ir.model.fields", "read", [field], ["model", "ttype", "copied", "index"])
        assert row == [{"id": field, "model": "project.task", "ttype": "char", "copied": False,
                        "index": True}]  # fmt: skip
        words = "Field names must be unique per model."
        with world.refused("odoo.exceptions.ValidationError", words):
            world.call("ir.model.fields", "create", [vals])
    finally:
        world.call("ir.model.fields", "unlink", [field])
    assert world.call("project.task", "fields_get", [name]) == {}


def test_custom_fields_are_copied_unless_told_otherwise(world: World) -> None:
    name = f"x_contract_{world.unique('').strip()}"
    task = world.task(world.project())
    model = world.call("ir.model", "search", [("model", "=", "project.task")])[0]
    vals = {"model_id": model, "name": name, "ttype": "char", "field_description": "Contract"}
    field = world.call("ir.model.fields", "create", [vals])[0]
    try:
        world.write(task, **{name: "kept"})
        copied = world.call("project.task", "copy", [task])[0]
        assert world.get(copied, name) == "kept"
    finally:
        world.call("ir.model.fields", "unlink", [field])


def test_custom_fields_begin_with_x(world: World) -> None:
    model = world.call("ir.model", "search", [("model", "=", "project.task")])[0]
    vals = {"model_id": model, "name": "mine", "ttype": "char", "field_description": "Mine"}
    with world.refused("odoo.exceptions.ValidationError", "must have a name that starts with 'x_'"):
        world.call("ir.model.fields", "create", [vals])


def test_people_without_access_rights_cannot_create_fields(world: World) -> None:
    vals = {"model_id": 1, "name": "x_mine", "ttype": "char", "field_description": "Mine"}
    with pytest.raises(OdooAccessError):
        world.as_person("manager").call("ir.model.fields", "create", [vals])


def test_prepare_is_done_once(world: World) -> None:
    transport = world.server.transport
    assert missing_fields(transport) == []
    assert prepare(transport) == []


def test_fields_are_described(world: World) -> None:
    wanted = ["name", "state", "user_ids", "date_deadline", "x_external_ref", "nowhere"]
    found = world.call("project.task", "fields_get", wanted, ["type", "relation", "required"])
    assert found == {
        "name": {"type": "char", "required": True},
        "state": {"type": "selection", "required": True},
        "user_ids": {"type": "many2many", "required": False, "relation": "res.users"},
        "date_deadline": {"type": "datetime", "required": False},
        "x_external_ref": {"type": "char", "required": False},
    }


def test_states_are_those_of_18_and_priorities_at_least(world: World) -> None:
    found = world.call("project.task", "fields_get", ["state", "priority"], ["selection"])
    assert [key for key, _ in found["state"]["selection"]] == [
        "01_in_progress", "02_changes_requested", "03_approved", "1_done", "1_canceled",
        "04_waiting_normal",
    ]  # fmt: skip
    assert {"0", "1"} <= {key for key, _ in found["priority"]["selection"]}


def test_faults_are_numbered_as_odoo_numbers_them(world: World) -> None:
    target = world.server.target
    proxy = ServerProxy(f"{target.address}/xmlrpc/2/object", allow_none=True)
    key = (target.database, world.server.transport.login(), target.password)

    def fault(*call: object, key: tuple[object, ...] = key) -> Fault:
        with pytest.raises(Fault) as caught:
            proxy.execute_kw(*key, *call)
        return caught.value

    technical = fault("project.task", "search", [[("nowhere", "=", 1)]])
    assert technical.faultCode == 1
    assert technical.faultString.startswith("Traceback (most recent call last):\n")
    assert "\nValueError: Invalid field" in technical.faultString
    warning = fault("project.task", "write", [[99999999], {"name": "x"}])
    assert (warning.faultCode, warning.faultString[:21]) == (2, "Record does not exist")
    denied = fault("project.task", "search", [[]], key=(*key[:2], "wrong"))
    assert (denied.faultCode, denied.faultString) == (3, "Access Denied")
    nothing = fault("project.task", "action_archive", [[]])
    assert nothing.faultCode == 1
    assert "cannot marshal None" in nothing.faultString
    private = fault("project.task", "_search", [[]])
    assert (private.faultCode, private.faultString[:15]) == (4, "Private methods")
    proxy("close")()


def test_json_envelopes_are_odoos(world: World) -> None:
    target = world.server.target
    key = [target.database, world.server.transport.login(), target.password]

    def post(*call: object) -> dict[str, object]:
        params = {"service": "object", "method": "execute_kw", "args": [*key, *call]}
        message = {"jsonrpc": "2.0", "method": "call", "id": 7, "params": params}
        reply = requests.post(f"{target.address}/jsonrpc", json=message, timeout=30)
        assert reply.status_code == 200
        found: dict[str, object] = reply.json()
        return found

    task = world.task(world.project())
    assert post("project.task", "search", [[("id", "=", task)]]) == {
        "jsonrpc": "2.0", "id": 7, "result": [task],
    }  # fmt: skip
    assert post("project.task", "action_archive", [[task]]) == {"jsonrpc": "2.0", "id": 7}
    error = post("project.task", "write", [[99999999], {"name": "x"}])["error"]
    assert error["code"] in {200, 0}  # 0 since 19
    assert error["message"] == "Odoo Server Error"
    data = error["data"]
    assert set(data) == {"name", "debug", "message", "arguments", "context"}
    assert data["name"] == "odoo.exceptions.MissingError"
    assert data["arguments"] == [data["message"]]
    assert data["debug"].startswith("Traceback (most recent call last):\n")
