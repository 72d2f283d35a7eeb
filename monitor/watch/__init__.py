"""What the server tells those who watch it: measures and log lines."""
