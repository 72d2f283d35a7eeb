"""A rehearsal: a restored store looked at as it is, while nothing around the real one is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.commands.errors import WrongUse

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.store import Store

OWN_ADDRESS = "127.0.0.1"
_OF_PRODUCTION = (
    "audit_folder",
    "backup_folder",
    "inbox",
    "publish_folder",
    "smtp_host",
    "smtp_from",
    "smtp_user",
    "smtp_password_file",
    "contacts",
    "public_url",
    "trusted_proxy",
    "proxy_user_header",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_client_secret_file",
    "oidc_ca_file",
)
"""What the settings name that belongs to the real store: others send files there, read there, or sign people in."""


def rehearsed(settings: Settings) -> Settings:
    """Without all that; the audit folder is `audit` beside the store, where restoring put it.

    Raises WrongUse where there is no restored store.
    """
    from monitor.settings_values import is_loopback
    from monitor.store.audit_folder import AuditFolder

    if not settings.store.exists() or not AuditFolder.of(settings.store, None).has_key():
        raise _no_copy(settings)
    plain = settings.plain_http or is_loopback(settings.host)
    return settings.model_copy(update={**dict.fromkeys(_OF_PRODUCTION), "plain_http": plain})


def need_restored(settings: Settings, store: Store) -> None:
    """Raises WrongUse for a store that `monitor restore` did not make."""
    from monitor.store.audit import QUARANTINED, RESTORED
    from monitor.store.audit_listing import AuditFilter, list_audit

    if not any(list_audit(store, AuditFilter(action=action), most=1) for action in (RESTORED, QUARANTINED)):
        raise _no_copy(settings)


def _no_copy(settings: Settings) -> WrongUse:
    return WrongUse(
        f"{settings.store}：不是 monitor restore 恢复出来的数据库；请用 MONITOR_STORE 指明恢复出来的那一个，"
        "或去掉 --rehearse",
        f"{settings.store}: is no store that `monitor restore` made: name that one with MONITOR_STORE, or leave"
        " --rehearse out",
    )
