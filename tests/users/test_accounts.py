"""Accounts: who may not get in, what is never kept, what is always logged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.auditing import open_log
from copilot.errors import CopilotError
from copilot.facade import LogError
from copilot.settings import Settings
from copilot.users import AccountError, SignInRefused, Site, Throttled, open_site
from copilot.users import store as clock
from guardrails.audit import AuditLog, AuditUnavailable, Filters, Reader, Role

PHRASE = "cuatro-palabras-sin-orden"
HERE = "10.0.0.7"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "datos", unit="UMF-1")


@pytest.fixture
def log(settings: Settings) -> Iterator[AuditLog]:
    with open_log(settings) as one:
        yield one


@pytest.fixture
def site(settings: Settings, log: AuditLog) -> Site:
    site = open_site(settings, lambda: log)
    site.accounts.add("jefa", [Role.ADMIN], password=PHRASE)
    site.accounts.add("dra.ruiz", [Role.PHYSICIAN], full_name="Dra. Inés Ruiz", cedula="1234567", password=PHRASE)
    return site


def actions(log: AuditLog) -> list[tuple[str, str]]:
    found = log.search(Filters(), reader=Reader("prueba"), limit=1000, newest_first=False)
    return [(one.action, one.context.get("outcome", "")) for one in found]


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """The clock of the accounts goes on by ``seconds``."""
    import copilot.users.accounts
    import copilot.users.sessions
    import copilot.users.signin
    import copilot.users.throttle

    at = clock.now() + seconds
    for module in (copilot.users.accounts, copilot.users.sessions, copilot.users.signin, copilot.users.throttle):
        monkeypatch.setattr(module, "now", lambda: at)


def test_right_password_enters_and_every_way_in_and_out_is_logged(site: Site, log: AuditLog) -> None:
    account, secret = site.signin.enter(" DRA.Ruiz ", PHRASE, HERE)
    found = site.sessions.find(secret, active=True)
    assert found is not None
    assert found.identity.name == "dra.ruiz"
    assert found.identity.cedula == "1234567"
    assert not found.locked
    site.signin.leave(secret)
    assert site.sessions.find(secret, active=True) is None
    with pytest.raises(SignInRefused):
        site.signin.enter("dra.ruiz", "otra cosa distinta", HERE)
    assert [one[0] for one in actions(log)][-3:] == ["login", "logout", "login_failed"]
    assert account.id


def test_no_name_and_no_secret_is_kept_in_the_clear(site: Site, settings: Settings) -> None:
    _, secret = site.signin.enter("dra.ruiz", PHRASE, HERE)
    token = site.tokens.make("dra.ruiz", "hce")
    with pytest.raises(SignInRefused):
        site.signin.enter("dra.ruiz", "contraseña tecleada mal", HERE)
    with pytest.raises(SignInRefused):
        site.signin.enter("mi contraseña en la casilla del nombre", "x", HERE)
    site.accounts.store.close()
    users = b"".join(p.read_bytes() for p in (settings.data_dir / "users").iterdir())
    for kept in (PHRASE, secret, token, "tecleada", "casilla"):
        assert kept.encode() not in users
    audit = b"".join(p.read_bytes() for p in (settings.data_dir / "audit").iterdir())
    for kept in ("ruiz", "jefa", PHRASE, secret, token, "tecleada", "casilla"):
        assert kept.encode() not in audit
    for folder in ("users", "audit"):
        assert (settings.data_dir / folder).stat().st_mode & 0o077 == 0
    assert "ruiz" not in repr(site.accounts.find("dra.ruiz"))


def test_the_first_start_makes_one_administrator_once(settings: Settings, log: AuditLog) -> None:
    site = open_site(settings, lambda: log)
    new = site.accounts.first_administrator()
    assert new is not None
    assert site.accounts.first_administrator() is None
    account, _ = site.signin.enter("admin", new.password, HERE)
    assert account.must_change
    site.accounts.change_password("admin", PHRASE)
    with pytest.raises(SignInRefused):
        site.signin.enter("admin", new.password, HERE)
    assert not site.signin.enter("admin", PHRASE, HERE)[0].must_change


def test_a_one_time_password_expires(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    new = site.accounts.reset_password("dra.ruiz")
    later(monkeypatch, 73 * 3600)
    with pytest.raises(SignInRefused):
        site.signin.enter("dra.ruiz", new.password, HERE)


@pytest.mark.parametrize(
    "weak",
    ["", "corta", "123456789012", "aaaaaaaaaaaaaaaa", "contraseña123", "Hospital2026", "inesruiz-2026-abc", "x" * 300],
)
def test_weak_passwords_are_refused(site: Site, weak: str) -> None:
    with pytest.raises(AccountError):
        site.accounts.change_password("dra.ruiz", weak)


@pytest.mark.parametrize("name", ["", "con espacio", "ñandú", "<script>", "a" * 65, "-guion", "uno\ndos", "jefa"])
def test_names_that_no_account_may_have(site: Site, name: str) -> None:
    with pytest.raises(AccountError):
        site.accounts.add(name, [Role.PHYSICIAN])


def test_a_closed_account_is_out_at_once(site: Site) -> None:
    _, secret = site.signin.enter("dra.ruiz", PHRASE, HERE)
    token = site.tokens.make("dra.ruiz", "hce")
    assert site.tokens.find(token) is not None
    site.accounts.set_active("dra.ruiz", False)
    assert site.sessions.find(secret, active=True) is None
    assert site.tokens.find(token) is None
    with pytest.raises(SignInRefused):
        site.signin.enter("dra.ruiz", PHRASE, HERE)
    site.accounts.set_active("dra.ruiz", True)
    assert site.sessions.find(secret, active=True) is None, "a session of before must not come back"
    assert site.tokens.find(token) is None


def test_the_last_administrator_can_not_be_shut_out(site: Site) -> None:
    with pytest.raises(AccountError):
        site.accounts.set_active("jefa", False)
    with pytest.raises(AccountError):
        site.accounts.set_roles("jefa", [Role.COMMISSION])


def test_sessions_lock_when_idle_and_end_with_the_shift(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = site.signin.enter("dra.ruiz", PHRASE, HERE)
    later(monkeypatch, 16 * 60)
    found = site.sessions.find(secret, active=True)
    assert found is not None
    assert found.locked, "activity after the limit must not open it again"
    assert site.sessions.find(secret, active=True).locked  # type: ignore[union-attr]
    later(monkeypatch, 12 * 3600)
    assert site.sessions.find(secret, active=True) is None


def test_a_new_password_ends_the_old_sessions(site: Site) -> None:
    _, secret = site.signin.enter("dra.ruiz", PHRASE, HERE)
    site.accounts.change_password("dra.ruiz", "otra frase bien larga")
    assert site.sessions.find(secret, active=True) is None


@pytest.mark.parametrize("secret", ["", "x", "copiloto_nada", "'; DROP TABLE account; --", "é\ud800"])
def test_made_up_secrets_open_nothing(site: Site, secret: str) -> None:
    assert site.sessions.find(secret, active=True) is None
    assert site.tokens.find(secret) is None


def test_failures_slow_down_even_the_right_password(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        with pytest.raises(SignInRefused):
            site.signin.enter("dra.ruiz", "no es esta frase", HERE)
    with pytest.raises(Throttled):
        site.signin.enter("dra.ruiz", PHRASE, HERE)
    site.signin.enter("jefa", PHRASE, HERE)  # others from the same place are not in the way
    site.signin.enter("dra.ruiz", PHRASE, "10.0.0.8")  # nor is she from another
    later(monkeypatch, 5)
    site.signin.enter("dra.ruiz", PHRASE, HERE)


def test_names_that_do_not_exist_are_slowed_down_alike(site: Site) -> None:
    for _ in range(4):
        with pytest.raises(SignInRefused):
            site.signin.enter("nadie", "no es esta frase", HERE)
    with pytest.raises(Throttled):
        site.signin.enter("nadie", "no es esta frase", HERE)


def test_no_log_no_sign_in(site: Site, log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise AuditUnavailable("La bitácora no está disponible.")

    before = site.accounts.store.read
    monkeypatch.setattr(log, "append", broken)
    with pytest.raises(LogError):
        site.signin.enter("dra.ruiz", PHRASE, HERE)
    with before() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM account_session").scalar() == 0
    with pytest.raises(LogError):
        site.accounts.add("nuevo", [Role.PHYSICIAN])
    with pytest.raises(LogError):
        site.accounts.set_active("dra.ruiz", False)
    assert [one.name for one in site.accounts.all() if one.active] == ["dra.ruiz", "jefa"]


def test_an_unusable_database_is_told_in_spanish(tmp_path: Path, log: AuditLog) -> None:
    (tmp_path / "users.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(CopilotError, match="base de usuarios"):
        open_site(
            Settings(data_dir=tmp_path, users_url=f"sqlite:///{tmp_path / 'users.sqlite'}"), lambda: log
        )
