"""Tests of monitor/sdmx; a folder of tests called sdmx would hide the library of that name."""
