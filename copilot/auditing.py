"""The audit log as the settings describe it: SQLite in the data directory, or the address given."""

from __future__ import annotations

from copilot.settings import Settings
from guardrails.audit import AuditLog


def audit_url(settings: Settings) -> str:
    """SQLAlchemy address of the log."""
    return settings.audit_url or f"sqlite:///{settings.data_dir / 'audit' / 'log.sqlite'}"


def open_log(settings: Settings) -> AuditLog:
    """Open or create the site's log; raises :class:`guardrails.audit.AuditUnavailable`."""
    settings.ensure_data_dir()
    return AuditLog.open(audit_url(settings), settings.data_dir / "keys", f"imss-copilot/{settings.unit}")
