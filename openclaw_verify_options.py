"""pytest's entry point in a checkout.

pytest rewrites the assertions of the whole package that its entry point is in: of this module.
"""

from fixtures.suite.run import options

__all__ = ["options"]
