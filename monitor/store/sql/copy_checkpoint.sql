-- Write the copy's log of late writes into the file of the copy. Filled in before it is run: copy.
CHECKPOINT {copy}
