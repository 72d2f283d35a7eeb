"""Figures computed from records: a folder of Parquet files becomes an ordinary file of observations, with its lineage.

A room above `intake`: what it computes enters the store by the same door as any other file.
"""
