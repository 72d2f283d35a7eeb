"""The form to fill: one call as an .xlsx, prefilled for its unit, that comes back without a question."""

from .calling import TemplateError, find_call
from .writing import template_name, write_template

__all__ = ["TemplateError", "find_call", "template_name", "write_template"]
