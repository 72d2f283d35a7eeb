"""District target assessment and gap sharing: what a city's rules of pooling make of a district's year. Pure."""
