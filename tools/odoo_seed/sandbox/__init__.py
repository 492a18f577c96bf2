"""An in-process stand-in for an Odoo 18 server, for the demo and the tests.

It is held to the real thing by `tests/contract`.
"""

from odoo_seed.sandbox.server import SandboxServer

__all__ = ["SandboxServer"]
