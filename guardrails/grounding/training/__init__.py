"""Training of the guard: pairs, injected errors, combination."""
