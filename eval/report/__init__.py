"""Reports of runs: one self-contained HTML page, a Markdown summary, comparison of two runs, gates."""
