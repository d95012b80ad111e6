"""Who may use the co-pilot: local accounts, their roles, sessions and API tokens; every change is in the audit log."""

from copilot.users.accounts import Account, Accounts, NewAccount
from copilot.users.errors import AccountError, SignInRefused, Throttled
from copilot.users.identity import ROLE_LABELS, ROLES, Identity
from copilot.users.passwords import check_policy, one_time_password
from copilot.users.sessions import Session, Sessions
from copilot.users.signin import SignIn
from copilot.users.site import Site, open_site
from copilot.users.store import Store, users_url
from copilot.users.tokens import Tokens

__all__ = [
    "ROLES",
    "ROLE_LABELS",
    "Account",
    "AccountError",
    "Accounts",
    "Identity",
    "NewAccount",
    "Session",
    "Sessions",
    "SignIn",
    "SignInRefused",
    "Site",
    "Store",
    "Throttled",
    "Tokens",
    "check_policy",
    "one_time_password",
    "open_site",
    "users_url",
]
