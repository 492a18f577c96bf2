from odoo.exceptions import UserError
from odoo.tests import TransactionCase
from odoo.tools import SQL

from ..hooks import MODULE, hand_back, take_over
from ..models.ref import MODELS, NAME


class TestTakeOver(TransactionCase):
    """The hooks by themselves; in these tests the module is installed already."""

    def setUp(self):
        super().setUp()
        self.records = {
            model: self.env[model].create([{"name": "one"}, {"name": "two"}, {"name": "three"}])
            for model in MODELS
        }
        self.env.flush_all()
        for records in self.records.values():
            self.cr.execute(
                SQL(
                    "ALTER TABLE %s DROP CONSTRAINT %s",
                    SQL.identifier(records._table),
                    SQL.identifier(f"{records._table}_x_external_ref_unique"),
                )
            )

    def set_refs(self, model, *refs):
        for record, ref in zip(self.records[model], refs, strict=True):
            self.cr.execute(
                SQL(
                    "UPDATE %s SET x_external_ref = %s WHERE id = %s",
                    SQL.identifier(record._table),
                    ref,
                    record.id,
                )
            )
        self.env.invalidate_all()

    def test_duplicates_are_refused_and_named(self):
        for model in MODELS:
            self.set_refs(model, "SAME", "SAME", "ELSE")
        with self.assertRaises(UserError) as caught:
            take_over(self.env)
        for model, records in self.records.items():
            one, two = records[:2].ids
            self.assertIn(f"{model}: SAME is on the records {one}, {two}\n", str(caught.exception))
        self.assertNotIn("ELSE", str(caught.exception))

    def test_many_duplicates_are_counted(self):
        self.env.cr.execute(
            "INSERT INTO project_task (name, state, x_external_ref) "
            "SELECT 'n', '01_in_progress', 'R' || (n / 2) FROM generate_series(0, 49) n"
        )
        with self.assertRaises(UserError) as caught:
            take_over(self.env)
        self.assertIn("project.task: and 5 more", str(caught.exception))

    def test_values_are_kept_and_blank_ones_emptied(self):
        self.set_refs("project.task", "ONE", "", " \n")
        take_over(self.env)
        self.env.invalidate_all()
        tasks = self.records["project.task"]
        self.assertEqual(tasks.mapped("x_external_ref"), ["ONE", False, False])

    def test_a_field_of_another_kind_is_refused(self):
        field = self.env["ir.model.fields"]._get("project.task", NAME)
        self.cr.execute("UPDATE ir_model_fields SET ttype = 'integer' WHERE id = %s", [field.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, r"project\.task: .* \(integer\)"):
            take_over(self.env)

    def test_uninstalling_hands_the_field_back(self):
        hand_back(self.env)
        for model in MODELS:
            field = self.env["ir.model.fields"]._get(model, NAME)
            self.assertEqual(field.state, "manual")
            self.assertFalse(field.get_external_id()[field.id])

    def test_uninstalling_leaves_the_field_to_another_module_that_defines_it(self):
        field = self.env["ir.model.fields"]._get("project.task", NAME)
        self.env["ir.model.data"].create(
            {"module": "other", "name": "ref", "model": "ir.model.fields", "res_id": field.id}
        )
        hand_back(self.env)
        self.assertEqual(field.state, "base")
        owners = self.env["ir.model.data"].search(
            [("model", "=", "ir.model.fields"), ("res_id", "=", field.id)]
        )
        self.assertEqual(set(owners.mapped("module")), {MODULE, "other"})
