from functools import partial

from lxml import etree
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

MODELS = ("project.project", "project.task")


class TestRef(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env["project.project"].create({"name": "P", "x_external_ref": "P1"})
        cls.task = cls.env["project.task"].create(
            {"name": "T", "project_id": cls.project.id, "x_external_ref": "T1"}
        )
        cls.records = {"project.project": cls.project, "project.task": cls.task}

    def assert_refused(self, change):
        with (
            self.assertRaises(IntegrityError) as caught,
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            change()
            self.env.flush_all()
        self.assertIn("x_external_ref_unique", caught.exception.diag.constraint_name)

    def test_a_ref_cannot_be_created_twice(self):
        for model, record in self.records.items():
            values = {"name": "again", "x_external_ref": record.x_external_ref}
            with self.subTest(model):
                self.assert_refused(partial(self.env[model].create, values))

    def test_a_ref_cannot_be_written_twice(self):
        for model, record in self.records.items():
            other = self.env[model].create({"name": "other", "x_external_ref": "OTHER"})
            with self.subTest(model):
                values = {"x_external_ref": record.x_external_ref}
                self.assert_refused(partial(other.write, values))

    def test_a_ref_of_an_archived_record_is_still_taken(self):
        self.task.active = False
        values = {"name": "again", "x_external_ref": "T1"}
        self.assert_refused(partial(self.env["project.task"].create, values))

    def test_a_project_and_a_task_may_share_a_ref(self):
        self.task.x_external_ref = "P1"
        self.env.flush_all()
        self.assertEqual(self.task.x_external_ref, self.project.x_external_ref)

    def test_blank_refs_are_none_and_do_not_clash(self):
        for model in MODELS:
            records = self.env[model].create(
                [{"name": "none", "x_external_ref": blank} for blank in ("", "", " \t", False)]
            )
            records[0].x_external_ref = ""
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(records.mapped("x_external_ref"), [False] * 4)
            self.assertEqual(
                self.env[model].search_count(
                    [("id", "in", records.ids), ("x_external_ref", "!=", False)]
                ),
                0,
            )

    def test_searches_that_name_blanks_find_refs(self):
        for model, record in self.records.items():
            for domain in (
                ("not in", [False, ""]),
                ("!=", ""),
                ("in", ["", record.x_external_ref]),
            ):
                with self.subTest(model, domain=domain):
                    found = self.env[model].search([("x_external_ref", *domain)])
                    self.assertIn(record, found)

    def test_a_ref_is_kept_as_it_was_written(self):
        self.task.x_external_ref = " T 1 "
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.task.x_external_ref, " T 1 ")

    def test_copies_have_no_ref(self):
        self.assertFalse(self.task.copy().x_external_ref)
        copy = self.project.copy()
        self.assertFalse(copy.x_external_ref)
        self.assertEqual(set(copy.task_ids.mapped("x_external_ref")), {False})

    def test_managers_alone_see_it_on_the_forms(self):
        user = self.user_of("project.group_project_user")
        manager = self.user_of("project.group_project_manager")
        for model in MODELS:
            self.assertFalse(self.fields_in(model, "form", user))
            [field] = self.fields_in(model, "form", manager)
            self.assertEqual(field.get("readonly"), "1")

    def test_users_of_projects_search_by_it(self):
        user = self.user_of("project.group_project_user")
        for model in MODELS:
            self.assertEqual(len(self.fields_in(model, "search", user)), 1)

    def test_portal_users_do_not_meet_it(self):
        portal = self.user_of("base.group_portal")
        view = self.env.ref("project.project_sharing_project_task_view_search")
        self.assertFalse(self.fields_in("project.task", "search", portal, view.id))

    def user_of(self, group):
        login = group.replace(".", "_")
        return new_test_user(self.env, login, group, context={"no_reset_password": True})

    def fields_in(self, model, kind, user, view_id=None):
        if view_id is None and kind == "form":
            name = {"project.project": "edit_project", "project.task": "view_task_form2"}[model]
            view_id = self.env.ref(f"project.{name}").id
        arch = self.env[model].with_user(user).get_view(view_id, kind)["arch"]
        return etree.fromstring(arch).findall(".//field[@name='x_external_ref']")
