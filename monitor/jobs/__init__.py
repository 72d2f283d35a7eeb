"""Scheduled work inside the server's process."""
