"""Clinical documentation co-pilot for IMSS: free text in, NOM-004-SSA3-2012 note out, locally."""

from copilot import settings as _settings  # noqa: F401  (offline switches before anything else)

__version__ = "0.1.0"
