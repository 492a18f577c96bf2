"""`python -m odoo_seed`."""

import sys

from odoo_seed.shells.cli import main

sys.exit(main())
