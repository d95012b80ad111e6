"""The evaluator's pages: run suites, read and compare results, drill to a case, review blind."""

from copilot.web.evaluation.routes import evaluation_router

__all__ = ["evaluation_router"]
