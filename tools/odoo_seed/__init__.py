"""odoo-seed: projects and tasks as reviewed YAML, upserted into Supabase, synced to Odoo, verified."""

__version__ = "0.1.0"
