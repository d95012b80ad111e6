"""The accounts of this site as the settings describe them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from copilot.settings import Settings
from copilot.users.accounts import Accounts
from copilot.users.sessions import Sessions
from copilot.users.signin import SignIn
from copilot.users.store import Store, users_url
from copilot.users.tokens import Tokens
from guardrails.audit import AuditLog


@dataclass(frozen=True)
class Site:
    """Everything about who may use the co-pilot here."""

    accounts: Accounts
    sessions: Sessions
    signin: SignIn
    tokens: Tokens


def open_site(settings: Settings, log: Callable[[], AuditLog]) -> Site:
    """Open or create the accounts; ``log`` opens the audit log on first use. Raises :class:`AccountError`."""
    accounts = Accounts(Store(users_url(settings)), log, settings.unit)
    sessions = Sessions(accounts.store, int(settings.session_idle_min * 60), int(settings.session_hours * 3600))
    return Site(accounts, sessions, SignIn(accounts, sessions), Tokens(accounts))
