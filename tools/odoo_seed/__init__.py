"""Projects and tasks as reviewed YAML: loaded into Supabase, synced to Odoo, verified."""

__version__ = "0.1.0"
