"""The commission's page: search, one interaction in full, integrity, figures, reports. Its reads are logged."""

from copilot.web.commission.files import files_router
from copilot.web.commission.page import commission_page

__all__ = ["commission_page", "files_router"]
