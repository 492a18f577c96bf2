"""`make bench`: how fast and how small odoo-seed is, beside what else there is."""
