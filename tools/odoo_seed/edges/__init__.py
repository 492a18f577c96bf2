"""Edges: what implements the ports against the outside world. They do not know each other."""
