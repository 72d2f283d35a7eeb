"""What has to be done again after going back to a backup, or must not be: rights that were taken away, mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from monitor.language import say

OLD_MAIL_DAYS = 3  # what waited longer was most likely sent since, or says nothing new
_MOST_NAMED = 20
_AGAIN = {
    "token_revoked": ("撤销过的令牌又有效了，请再次撤销", "tokens that were revoked are good again: revoke them again"),
    "account_disabled": (
        "停用过的账户又可登录了，请再次停用",
        "accounts that were disabled are not: disable them again",
    ),
    "account_enabled": ("启用过的账户又停用了，请再次启用", "accounts that were enabled are not: enable them again"),
    "account_changed": (
        "改过角色或范围的账户又是原来的，请再改一次",
        "accounts whose role or scope was changed are as before: change them again",
    ),
    "password_reset": (
        "重置过的密码又是原来的，请再次重置",
        "passwords that were reset are the old ones again: reset them again",
    ),
    "password_set": (
        "本人改过的密码又是原来的，请告知本人再改",
        "passwords that people changed are the old ones again: let them change them again",
    ),
}


def tell_again(again: Mapping[str, tuple[str, ...]]) -> None:
    """`again`: action of the audit log → whose (backup/beyond.py)."""
    for action, (zh, en) in _AGAIN.items():
        if whose := again.get(action):
            more = f" … ({len(whose)})" if len(whose) > _MOST_NAMED else ""
            named = ", ".join(whose[:_MOST_NAMED]) + more
            click.echo(say(f"备份之后{zh}：{named}", f"since the backup, {en}: {named}"))


def give_up_mails(store: Path) -> None:
    """Give up what waited in a backup for days, and tell of the rest, which may be sent twice. Raises StoreError."""
    from monitor.mail.outbox import give_up, list_mails
    from monitor.store.store import Store

    before = datetime.now(UTC) - timedelta(days=OLD_MAIL_DAYS)
    with Store.open(store, audit_folder=store.parent / "audit") as opened:
        given_up = give_up(opened, before=before, reason="older than the restored backup allows; not tried again")
        waiting = len(list_mails(opened, states=("waiting",), unsent=True))
    if given_up:
        click.echo(
            say(
                f"备份中待发的邮件有 {given_up} 封早于 {OLD_MAIL_DAYS} 天，不再发送",
                f"{given_up} mails that waited in the backup are older than {OLD_MAIL_DAYS} days and are given up",
            )
        )
    if waiting:
        click.echo(
            say(
                f"备份中另有 {waiting} 封邮件待发，备份之后可能已经发过，启动后会再发一次",
                f"{waiting} mails wait in the backup; those that were sent since then are sent a second time",
            )
        )
