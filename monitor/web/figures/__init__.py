"""Plotly figures as plain dicts on one template; a `go.Figure` costs 12–15 ms and 7 KB each."""
