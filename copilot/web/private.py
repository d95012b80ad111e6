"""What no cache may keep: it belongs to one person's screen."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

PRIVATE = {"cache-control": "no-store"}


def private(body: dict[str, Any], status: int = 200) -> JSONResponse:
    """A JSON answer for the asker alone."""
    return JSONResponse(body, status, PRIVATE)
