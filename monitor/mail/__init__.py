"""Mail about the reporting cycle: who is written to, what, and how it leaves; nothing here is waited for."""
