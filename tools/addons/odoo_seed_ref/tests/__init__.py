from . import test_ref, test_take_over
