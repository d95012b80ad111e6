"""Settings: one class, read from the environment (``COPILOT_*``) and one optional file.

Importing this module also switches off every telemetry and hub access of our dependencies, before any of
them is imported (DESIGN rule 3: nothing leaves the machine).
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

OFFLINE_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "CHROMA_TELEMETRY_ENABLED": "False",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "OTEL_SDK_DISABLED": "true",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Variables that our dependencies read at import; set here, never left to the site."""

os.environ.update(OFFLINE_ENVIRONMENT)


def _cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


class Settings(BaseSettings):
    """Everything a site can set. Environment wins over the file named by ``COPILOT_CONFIG``."""

    model_config = SettingsConfigDict(
        env_prefix="COPILOT_",
        env_file=os.environ.get("COPILOT_CONFIG", "copilot.env"),
        env_file_encoding="utf-8",
        extra="ignore",
    )

    data_dir: Path = Field(default_factory=lambda: _data_home() / "imss-copilot")
    """Everything mutable of the site: index, log, users, examples. A new empty directory works."""
    model_dir: Path = Field(default_factory=lambda: _cache_home() / "imss-copilot" / "models")
    """Model files, shared by all data directories."""

    llm: str = "qwen2.5-coder-1.5b"
    """Row of ``models.toml`` that serves as language model."""
    llm_base_url: str = ""
    """Address of an OpenAI-compatible server (with ``/v1``), for registry rows of kind ``openai``."""
    llm_server_model: str = ""
    """Name of the model on that server."""
    llm_api_key: str = ""
    """Key of that server, if it asks for one."""
    llm_threads: int = 0
    """Threads of the language model; 0: as many as there are cores."""
    llm_timeout_s: float = 120.0
    """Longest wait for one call of the model, its time in the queue included."""
    llm_queue: int = 64
    """Requests that may wait for the model; one more is refused with a clear message."""
    line_wait_s: float = 900.0
    """Longest wait in line of a note asked for in a page; what the model may take is counted from its turn on."""
    embeddings: str = "e5-small"
    """Row of ``models.toml`` or the folder of any sentence-transformers model."""

    grounding_reader: Literal["profundo", "pares"] = "profundo"
    """Who settles what the comparison of facts leaves in doubt: ``profundo``, the lower layers of the default language
    model over the whole note (seconds for a new note; loads that model's 1.1 GB where it doesn't run anyway);
    ``pares``, the bundled encoder over an excerpt (quick, less exact), also used where the model is missing."""

    dictation: str = "whisper-base"
    """Row of ``models.toml`` (kind ``whisper``) that turns speech into text; empty: no dictation."""
    dictation_max_s: float = 600
    """Longest recording taken, in seconds."""

    use_llm: bool = True
    """False: sections are assigned by the classifier alone (small machines)."""
    answer_selection: Literal["encoder", "model"] = "encoder"
    """Who orders the first passages of an answer; ``model`` asks the language model too, which takes seconds."""
    redaction_policy: Literal["clinical", "strict"] = "clinical"
    """``clinical`` or ``strict``."""
    max_chars: int = 2_000_000
    """Longest text accepted in one request (a whole PDF pasted fits)."""

    audit_url: str = ""
    """SQLAlchemy address of the audit log; empty: SQLite in the data directory."""
    chroma_url: str = ""
    """Address of a Chroma server; empty: embedded, in the data directory."""
    unit: str = "UNIDAD"
    """Name of the medical unit, as it goes to the log."""
    host: str = "127.0.0.1"
    """Address the pages are served on."""
    port: int = 7860
    """Port the pages are served on."""
    allow_remote: bool = False
    """True: serve on an address other than loopback (behind TLS: own certificate or a reverse proxy)."""
    tls_cert: Path | None = None
    """Certificate chain (PEM), to serve HTTPS without a proxy."""
    tls_key: Path | None = None
    """Private key of the certificate (PEM)."""
    login: Literal["cuentas", "personal"] = "cuentas"
    """``cuentas``: everyone signs in. ``personal``: one person on their own machine (loopback only) enters by the link
    printed in the terminal at start."""
    users_url: str = ""
    """SQLAlchemy address of accounts and sessions; empty: SQLite in the data directory."""
    notes_url: str = ""
    """SQLAlchemy address of drafts and signed notes (encrypted); empty: SQLite in the data directory."""
    oidc_issuer: str = ""
    """Address of the institution's identity provider (OpenID Connect); empty: passwords of our own alone."""
    oidc_client_id: str = ""
    """Name under which the provider knows this program."""
    oidc_client_secret: SecretStr = SecretStr("")
    """Its secret there; empty: a public client (PKCE alone)."""
    oidc_claim: str = "preferred_username"
    """Claim of the identity token that holds the user's name here."""
    oidc_label: str = "Entrar con la cuenta institucional"
    """Words of the link on the sign-in page."""
    oidc_redirect: str = ""
    """Address of ``/entrar/regreso`` as browsers see it, where a proxy hides it; empty: as the request says."""
    session_idle_min: float = 15
    """Minutes without activity after which a session locks and asks for the password again."""
    sign_proof_min: float = 60
    """Minutes after which a signature asks again who it is (password or identity provider); 0: each signature asks;
    below 0: none does."""
    session_hours: float = 12
    """Hours after which a session ends (one shift)."""
    timezone: str = "America/Mexico_City"
    """Time zone in which pages and reports show times (the log keeps UTC)."""
    web_max_chars: int = 100_000
    """Longest text one request of a page or of the HTTP API may bring (about 40 sheets)."""

    def ensure_data_dir(self) -> Path:
        """Create the data directory (owner only) and return it."""
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.data_dir


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
