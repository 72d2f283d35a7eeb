"""What one value of a setting may be, and how it is told where it may not: texts of both languages, split by a bar."""

from __future__ import annotations

import re
from datetime import UTC
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

Network = IPv4Network | IPv6Network
NEVER = "never"

_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+(?:/[A-Za-z0-9._~%/-]*)?")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_CLAIM = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,99}")
# headers with a meaning of their own: none of them can be a login as well
_TAKEN_HEADERS = re.compile(
    r"x-forwarded-(?:for|proto|host|port|prefix|by|server|ssl)|forwarded|host|cookie|authorization|origin|referer|sec-.*|accept.*|content-.*|if-.*|user-agent"
    r"|connection|transfer-encoding|upgrade|range|expect|via|date",
    re.IGNORECASE,
)


def is_loopback(host: str | None) -> bool:
    """Whether a host, without port, is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def travels_in_the_clear(address: str) -> bool:
    """Whether what is sent to this web address can be read on the way: no TLS, and to another machine."""
    parts = urlsplit(address)
    return parts.scheme != "https" and not is_loopback(parts.hostname)


def _plain_decimal(value: object) -> object:
    """A plain decimal, exactly as written; none of the other spellings of Decimal() (NaN, 1e3, 1_000, full-width)."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("不是数字；请写成 0.8 这样的十进制数|is no number: write a plain decimal such as 0.8")
    text = str(value).strip()
    if not _PLAIN_NUMBER.fullmatch(text):
        raise ValueError(
            "不是非负的十进制数；请写成 0.8 这样的数|is no plain decimal of zero or more: write a number such as 0.8"
        )
    return Decimal(text)


def _some_path(value: object) -> object:
    if isinstance(value, str) and ("\0" in value or not value.strip()):
        raise ValueError("是空的路径；请写文件或文件夹的路径|is an empty path: name a file or folder")
    return value


def _mail_address(value: str) -> str:
    if not _MAIL_ADDRESS.fullmatch(value):
        raise ValueError("不是邮箱地址；请写成 monitor@example.org|is no mail address: write monitor@example.org")
    return value


def _web_address(value: str) -> str:
    if not _WEB_ADDRESS.fullmatch(value):
        raise ValueError(
            "不是网址；请写成 https://monitor.example.org|is no address: write https://monitor.example.org"
        )
    return value


def _issuer(value: str) -> str:
    if not _WEB_ADDRESS.fullmatch(value) or travels_in_the_clear(value):
        raise ValueError(
            "不能用作身份提供方；请写它自己声明的 https 网址，如 https://login.example.org/realms/main"
            "|is no issuer: write the provider's https address as it calls itself, such as"
            " https://login.example.org/realms/main"
        )
    return value


def _network(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        network = ip_network(value.strip())
    except ValueError:
        raise ValueError(
            "不是地址或网段；请写成 10.1.2.3 或 10.1.2.0/24|is no address or network: write 10.1.2.3 or 10.1.2.0/24"
        ) from None
    if network.prefixlen == 0:
        raise ValueError("包括所有地址；请只写代理服务器自己的地址|is every address there is: write the proxy's own")
    return network


def _schedule(value: str) -> str:
    said = value.strip()
    if said == NEVER:
        return said
    from apscheduler.triggers.cron import CronTrigger  # here: commands that set no schedule need not wait for it

    try:
        CronTrigger.from_crontab(said, UTC)
        if any(character.isdigit() for character in said.split()[4]):
            raise ValueError("the library counts weekdays from Monday, crontab from Sunday")
    except (ValueError, TypeError):
        raise ValueError(
            "不是时间表；请写成 30 2 * * *（分 时 日 月 星期，星期用英文缩写，如 mon-fri），或 never"
            "|is no schedule: write 30 2 * * * (minute, hour, day, month, weekday as mon-fri), or never"
        ) from None
    return said


def _header(value: str) -> str:
    if not _HEADER.fullmatch(value) or _TAKEN_HEADERS.fullmatch(value):
        raise ValueError(
            "不能用作登录名的请求头；请写成 X-Remote-User（字母、数字和连字符）"
            "|cannot be the header of a login: write one such as X-Remote-User (letters, digits, hyphens)"
        )
    return value


def _claim(value: str) -> str:
    if not _CLAIM.fullmatch(value):
        raise ValueError(
            "不是声明名；请写成 preferred_username 或 email|is no name of a claim: write preferred_username or email"
        )
    return value


Share = Annotated[Decimal, BeforeValidator(_plain_decimal)]
SomePath = Annotated[Path, BeforeValidator(_some_path)]
Count = Annotated[int, Field(ge=1)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Issuer = Annotated[str, AfterValidator(_issuer)]
ProxyNetwork = Annotated[Network, BeforeValidator(_network)]
Schedule = Annotated[str, AfterValidator(_schedule)]
LoginHeader = Annotated[str, AfterValidator(_header)]
Claim = Annotated[str, AfterValidator(_claim)]


def refuse_half_a_sign_in(
    *,
    proxy: Network | None,
    header: str | None,
    issuer: str | None,
    client_id: str | None,
    secret_file: Path | None,
    public_url: str | None,
) -> None:
    """Raises ValueError for settings of signing in that do not work together; the message names the cure."""
    if header is not None and proxy is None:
        raise ValueError(
            "设置了 MONITOR_PROXY_USER_HEADER 就要设置 MONITOR_TRUSTED_PROXY：只有该代理的请求头可信"
            "|MONITOR_PROXY_USER_HEADER needs MONITOR_TRUSTED_PROXY: the header is believed from that address alone"
        )
    if header is not None and issuer is not None:
        raise ValueError(
            "MONITOR_PROXY_USER_HEADER 与 MONITOR_OIDC_ISSUER 是两种登录方式；请只设置其中之一"
            "|MONITOR_PROXY_USER_HEADER and MONITOR_OIDC_ISSUER are two ways of signing in: set one of them"
        )
    if len({issuer is None, client_id is None, secret_file is None}) > 1:
        raise ValueError(
            "MONITOR_OIDC_ISSUER、MONITOR_OIDC_CLIENT_ID 与 MONITOR_OIDC_CLIENT_SECRET_FILE 要一起设置"
            "|MONITOR_OIDC_ISSUER, MONITOR_OIDC_CLIENT_ID and MONITOR_OIDC_CLIENT_SECRET_FILE belong together:"
            " set all three or none"
        )
    if issuer is not None and (public_url is None or travels_in_the_clear(public_url)):
        raise ValueError(
            "设置了 MONITOR_OIDC_ISSUER 就要把 MONITOR_PUBLIC_URL 设为用户打开看板的 https 网址：登录后由它返回"
            "|MONITOR_OIDC_ISSUER needs MONITOR_PUBLIC_URL, the https address under which people open the pages:"
            " the provider sends them back there"
        )


def reason(fault: dict[str, Any]) -> tuple[str, str]:
    """What is wrong and the cure, in both languages, by the kind of fault that pydantic names."""
    limits = fault.get("ctx", {})
    match fault["type"]:
        case "value_error":
            zh, _, en = str(fault["msg"]).removeprefix("Value error, ").partition("|")
            return zh, en
        case "greater_than_equal":
            return f"太小；不能小于 {limits['ge']}", f"is too small: write {limits['ge']} or more"
        case "less_than_equal":
            return f"太大；不能大于 {limits['le']}", f"is too large: write {limits['le']} or less"
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return "不是整数；请写成 8050 这样的整数", "is no whole number: write one such as 8050"
        case "bool_parsing" | "bool_type":
            return "不是 true 或 false；请写其中之一", "is neither true nor false: write one of them"
        case "literal_error":
            known = str(limits["expected"]).replace("'", "").replace(" or ", ", ")
            return f"不在可选值之中；可选：{known}", f"is none of the known values: {known}"
        case _:
            return f"不可用（{fault['msg']}）；请改正", f"is not usable ({fault['msg']}): correct it"
