"""The one table of rights: role × action → scope. Pages, callbacks, the HTTP API and the command line all ask here.

A scope says on whose figures: `all`; `own`, the reporting units of the actor; `assigned`, the units and the
indicators (or departments) of the actor. No entry: never. docs/security.md prints this table (a test compares them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

AccountRole = Literal["viewer", "reporter", "reviewer", "planner", "operator"]
Role = AccountRole | Literal["console"]
"""`console`: whoever types commands on the machine of the store, and what lies in the inbox itself."""
Action = Literal[
    "read_plan",
    "read_figures",
    "export",
    "read_waiting",
    "read_people",
    "send",
    "review",
    "remind",
    "erase_people",
    "manage_accounts",
    "read_audit",
    "watch",
    "run_jobs",
    "evaluate",
    "self_assess",
    "supervise",
    "rectify",
]
Scope = Literal["all", "own", "assigned"]
READING: frozenset[Action] = frozenset({"read_plan", "read_figures", "export", "read_waiting"})
"""What is left of everybody's rights where only a published version is shown."""

ACTIONS: tuple[Action, ...] = get_args(Action)
ROLES: tuple[AccountRole, ...] = get_args(AccountRole)

RIGHTS: Mapping[Action, Mapping[Role, Scope]] = {
    # the catalogue, the method, the meaning of words
    "read_plan": {
        "viewer": "all", "reporter": "all", "reviewer": "all", "planner": "all", "operator": "all", "console": "all",
    },
    # figures that were accepted, who has sent and who has not
    "read_figures": {"viewer": "all", "reporter": "all", "reviewer": "all", "planner": "all", "console": "all"},
    # whatever one may read, as a file
    "export": {
        "viewer": "all", "reporter": "all", "reviewer": "all", "planner": "all", "operator": "all", "console": "all",
    },
    # what was sent and not accepted, or returned
    "read_waiting": {"reporter": "own", "reviewer": "assigned", "planner": "all", "console": "all"},
    # names and telephone numbers on forms
    "read_people": {"reporter": "own", "reviewer": "assigned", "planner": "all", "console": "all"},
    "send": {"reporter": "own", "planner": "all", "console": "all"},
    # accept, return, comment
    "review": {"reviewer": "assigned", "planner": "all", "console": "all"},
    "remind": {"reviewer": "assigned", "planner": "all", "console": "all"},
    "erase_people": {"planner": "all", "console": "all"},
    # accounts and API tokens
    "manage_accounts": {"operator": "all", "console": "all"},
    "read_audit": {"planner": "all", "operator": "all", "console": "all"},
    # how the server does: its work, backups, checks, space, measures
    "watch": {"operator": "all", "console": "all"},
    # start, stop and resume scheduled work
    "run_jobs": {"operator": "all", "console": "all"},
    # rounds of evaluation, conclusions and their approval, tasks and budget tables, filed documents
    "evaluate": {"planner": "all", "console": "all"},
    # a department's own part: self-assessment, progress of its tasks, self-rating, comments
    "self_assess": {"reviewer": "assigned", "planner": "all", "console": "all"},
    # supervision by data: requests, analysis, reports, what has to be put right
    "supervise": {"reviewer": "assigned", "planner": "all", "console": "all"},
    # what a supervised unit answers: objections, what it has put right
    "rectify": {"reporter": "own", "planner": "all", "console": "all"},
}  # fmt: skip
