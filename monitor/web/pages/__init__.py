"""One module a page: what it shows and in which order; the questions are answered by `report`."""
