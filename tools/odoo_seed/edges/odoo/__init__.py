"""Odoo over its remote procedure calls."""
