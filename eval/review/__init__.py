"""Human review: blind sample sheets for two raters, their agreement, and verdicts that override the automatic ones."""
