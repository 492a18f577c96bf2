"""What the references of projects and of tasks have in common."""

NAME = "x_external_ref"
MODELS = ("project.project", "project.task")
UNIQUE = "UNIQUE (x_external_ref)"


def without_blank_ref(vals):
    """Return the values to write, a blank ref as none: blanks would clash with each other.

    Not a field class of its own, though that would be one place instead of four: Odoo converts the
    values of search domains by the same method as those to store, and `not in [False, ""]` would
    then find nothing.
    """
    ref = vals.get(NAME)
    return {**vals, NAME: False} if isinstance(ref, str) and not ref.strip() else vals
