"""Twenty physicians at once, through the page they use."""
