"""The program over HTTP and in a real browser."""
