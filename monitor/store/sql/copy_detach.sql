-- Let the copy go. Filled in before it is run: copy.
DETACH {copy}
