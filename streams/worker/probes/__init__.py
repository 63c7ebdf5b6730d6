"""Probes: health, the HTTP server that reports it, and the watch on the broker."""
