"""The edge to the YAML folder."""

from odoo_seed.edges.seed_files.folder import SeedFolder

__all__ = ["SeedFolder"]
