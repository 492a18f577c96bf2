"""The seed's YAML changed in place: what stays keeps its comments, order and layout."""

from odoo_seed.edges.seed_files.editing.editor import SeedEditor

__all__ = ["SeedEditor"]
