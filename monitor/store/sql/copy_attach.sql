-- Open the empty copy beside the store. Filled in before it is run: path (quoted), copy (its name meanwhile).
ATTACH {path} AS {copy}
