"""Scope and injection guard: what may be asked, and orders hidden in a text. No network, no language model.

>>> ScopeGuard().check("¿Quién gana el clásico?").allowed
False
>>> ScopeGuard().check("Futbolista con esguince de tobillo, ¿manejo?").allowed
True
"""

from guardrails.scope.guard import ScopeGuard
from guardrails.scope.mixed import Separated, separate
from guardrails.scope.types import Category, Chances, InjectionFinding, RequestReader, ScopeVerdict

__all__ = [
    "Category",
    "Chances",
    "InjectionFinding",
    "RequestReader",
    "ScopeGuard",
    "ScopeVerdict",
    "Separated",
    "separate",
]
