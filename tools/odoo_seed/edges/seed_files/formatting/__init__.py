"""Canonical formatting of the seed's YAML: what people wrote, laid out alike."""

from odoo_seed.edges.seed_files.formatting.files import SeedFormatter

__all__ = ["SeedFormatter"]
