"""What the budget promised and what came of it: performance tables of projects, the sums of a department budget that
must agree, and the yearly self-rating.

Tables are data (data/budget, and what is loaded into the store); judging them is pure; what people rate are acts.
"""
