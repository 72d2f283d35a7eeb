"""What stands in front of the web server, by the settings: the trusted proxy, the OpenID provider and its secret."""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.commands.errors import WrongUse

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.web.front import Front

_SECRET_BYTES = 4096


def front_of(settings: Settings) -> Front:
    """Raises WrongUse for a secret that others can read, or files that cannot be used."""
    from monitor.web.front import Front

    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.public_url is None:
        return Front(settings.trusted_proxy, settings.proxy_user_header)
    from monitor.web.oidc_provider import OidcSettings

    assert settings.oidc_client_secret_file is not None  # the settings refuse one without the other
    if settings.oidc_ca_file is not None:
        _need_authorities(settings.oidc_ca_file)
    oidc = OidcSettings(
        settings.oidc_issuer,
        settings.oidc_client_id,
        _secret(settings.oidc_client_secret_file),
        settings.public_url,
        settings.oidc_claim,
        settings.oidc_ca_file,
    )
    return Front(settings.trusted_proxy, None, oidc)


def _secret(path: Path) -> str:
    """The text of a file that nobody but its owner and group may read, and its owner alone may write."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(_SECRET_BYTES).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "UTF-8"
        raise WrongUse(
            f"{path}：客户端密钥文件无法读取（{reason}）；请检查 MONITOR_OIDC_CLIENT_SECRET_FILE",
            f"{path}: the client secret cannot be read ({reason}): check MONITOR_OIDC_CLIENT_SECRET_FILE",
        ) from None
    if mode & 0o037:
        raise WrongUse(
            f"{path}：客户端密钥文件权限为 {mode:04o}，他人可读或可改；请执行 chmod 600 {path}，若可能已泄露则更换密钥",
            f"{path}: the client secret has mode {mode:04o}, others may read or change it: chmod 600 {path}, and take"
            " a new secret if it may have leaked",
        )
    if not text or not text.isprintable():
        raise WrongUse(
            f"{path}：客户端密钥文件应只有一行密钥；请重新写入",
            f"{path}: the file must hold the client secret alone, on one line: write it anew",
        )
    return text


def _need_authorities(path: Path) -> None:
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as fault:
        reason = fault.strerror if isinstance(fault, FileNotFoundError | PermissionError) else "PEM"
        raise WrongUse(
            f"{path}：不是可用的 CA 证书（{reason}）；请检查 MONITOR_OIDC_CA_FILE",
            f"{path}: holds no authorities' certificates ({reason}): check MONITOR_OIDC_CA_FILE",
        ) from None
