"""The pages and the HTTP API: what a person or another program reaches over the network of the unit."""

from copilot.web.server import build_app

__all__ = ["build_app"]
