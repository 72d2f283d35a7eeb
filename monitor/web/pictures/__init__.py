"""Pictures to take away: the charts of a page as SVG, drawn from the same answers and the same elements as the page."""
