"""Who somebody is and what they may do: rights, accounts, passwords, sessions. Knows of no page and no figure."""
