"""What the references of projects and of tasks have in common."""

from odoo import fields

NAME = "x_external_ref"
MODELS = ("project.project", "project.task")
UNIQUE = "UNIQUE (x_external_ref)"


class Ref(fields.Char):
    """A Char that is empty rather than blank, so that records without a reference never clash."""

    def convert_to_cache(self, value, record, validate=True):
        """Every value that is created, written or imported comes through here."""
        text = super().convert_to_cache(value, record, validate)
        return text if text and text.strip() else None
