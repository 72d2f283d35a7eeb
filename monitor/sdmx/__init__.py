"""The plan and its figures in SDMX, the statisticians' own format for exchange: structure, data out, data in."""
