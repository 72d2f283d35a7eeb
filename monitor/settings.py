"""Every setting in one place: a variable MONITOR_… of the environment, or a key of monitor.toml."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.settings_upkeep import UpkeepSettings
from monitor.settings_values import (
    Claim,
    Count,
    Issuer,
    LoginHeader,
    MailAddress,
    ProxyNetwork,
    Share,
    SomePath,
    WebAddress,
    is_loopback,
    reason,
    refuse_half_a_sign_in,
)

PREFIX = "MONITOR_"
SETTINGS_FILE = "monitor.toml"

Origin = Literal["default", "monitor.toml", "environment"]


class SettingsError(ValueError):
    """A setting that cannot be used: names its origin, the offending text and the cure in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en = zh, en


class Settings(UpkeepSettings):
    """All settings; docs/operators.md explains each (a test compares the two)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    store: SomePath = Field(
        Path("var/monitor.duckdb"),
        description="DuckDB 数据库文件；其所在文件夹即数据文件夹|the DuckDB file; its folder is the data folder",
    )
    audit_folder: SomePath | None = Field(
        None,
        description="审计日志的密钥与末尾标记所在的文件夹；默认为数据文件夹中的 audit"
        "|where the key and the head of the audit log are; `audit` in the data folder by default",
    )
    catalogue: SomePath = Field(
        Path("indicators.yaml"),
        description="指标目录文件，或存放多个目录的文件夹|a catalogue file, or a folder of several",
    )
    regions: SomePath = Field(Path("data/regions.csv"), description="地区文件|the regions file")
    inbox: SomePath | None = Field(
        None,
        description="收件文件夹：monitor serve 轮询，不带文件名的 monitor ingest 读入一次"
        "|the inbox: watched by `monitor serve`, read once by `monitor ingest` without a file",
    )
    inbox_seconds: Count = Field(2, description="轮询收件文件夹的间隔（秒）|seconds between two looks into the inbox")
    timezone: str = Field(
        "Asia/Shanghai", description="日期与显示时间所用的时区|the time zone of dates and displayed times"
    )
    band_tolerance: Share = Field(
        Decimal("1"),
        description="“保持稳定”的容差，按指标的计量单位|the tolerance of 保持稳定, in the indicator's unit",
    )
    ahead: Share = Field(
        Decimal("1.2"),
        description="时间进度的倍数；达到它即为快于时序|times the elapsed share: from here on a class is ahead",
    )
    near: Share = Field(
        Decimal("0.8"),
        description="时间进度的倍数；达到它即为基本达到时序|times the elapsed share: from here on a class is nearly",
    )
    host: str = Field(
        "127.0.0.1", min_length=1, description="网页服务监听的地址|the address that the web server listens on"
    )
    port: int = Field(
        8050,
        ge=0,
        le=65535,
        description="网页服务的端口；0 表示任取空闲端口|the port that the web server listens on; 0 takes a free one",
    )
    threads: int = Field(8, ge=1, le=64, description="网页服务的线程数|threads of the web server")
    plain_http: bool = Field(
        False,
        description="不经 TLS 登录：只能监听本机地址，供试用"
        "|signing in without TLS: only where the server listens on this machine alone, for trying it",
    )
    max_file_bytes: Count = Field(
        20_000_000, description="上传的或收件文件夹中的一个文件的最大字节数|bytes of a file uploaded or from the inbox"
    )
    max_rows: Count = Field(
        100_000, description="上传的或收件文件夹中的一个文件的最大行数|rows of a file uploaded or from the inbox"
    )
    max_columns: Count = Field(64, description="一个文件的最大列数|columns of any file")
    max_files_per_day: Count = Field(
        200, description="一个填报人（或令牌）一天可送来的文件数|files that one sender (or token) may send in a day"
    )
    max_kept_bytes: Count = Field(
        2_000_000_000,
        description="一个填报人（或令牌）送来并保存的文件的总字节数"
        "|bytes of one sender's (or token's) files that are kept",
    )
    max_operator_rows: Count = Field(
        5_000_000, description="操作员读入的文件的最大行数|rows of a file that an operator names"
    )
    compute_memory_bytes: Count = Field(
        2_000_000_000,
        description="monitor compute 可用的内存字节数，超出部分写入临时文件夹"
        "|bytes of memory for `monitor compute`; what needs more goes to the temporary folder meanwhile",
    )
    compute_threads: int = Field(2, ge=1, le=64, description="monitor compute 的线程数|threads of `monitor compute`")
    language: Literal["auto", "zh", "en", "both"] = Field(
        "auto", description="命令行消息的语言；auto 随系统区域|the language of messages; auto: by locale"
    )

    smtp_host: str | None = Field(
        None, min_length=1, description="邮件服务器；不设置则不发邮件|the mail server; without one no mail is sent"
    )
    smtp_port: int | None = Field(
        None, ge=1, le=65535, description="其端口；默认随加密方式为 25、587 或 465|its port; by security 25, 587 or 465"
    )
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="与邮件服务器连接的加密方式|how the connection with the mail server is encrypted"
    )
    smtp_user: str | None = Field(
        None, min_length=1, description="邮件服务器的用户名|the name that logs in to the mail server"
    )
    smtp_password_file: SomePath | None = Field(
        None, description="只存放其密码的文件|a file that holds the password alone"
    )
    smtp_from: MailAddress | None = Field(None, description="发件人地址|the address that mails come from")
    contacts: SomePath | None = Field(
        None, description="联系人 CSV：谁填报、谁审核|the CSV of contacts: who reports, who reviews"
    )
    public_url: WebAddress | None = Field(
        None,
        description="用户打开看板的网址，用于邮件中的链接和 OIDC 登录"
        "|the address of the pages, for links in mails and for signing in through OIDC",
    )

    trusted_proxy: ProxyNetwork | None = Field(
        None,
        description="前置代理的地址或网段；只采信它的 X-Forwarded-*"
        "|address or network of the proxy in front; X-Forwarded-* is believed from there alone",
    )
    proxy_user_header: LoginHeader | None = Field(
        None,
        description="代理写入登录名的请求头；设置后由代理负责登录"
        "|the header in which the proxy names who is signed in; with it the proxy does the signing in",
    )
    oidc_issuer: Issuer | None = Field(
        None, description="OpenID 身份提供方的网址|the OpenID provider, as it calls itself"
    )
    oidc_client_id: str | None = Field(
        None, min_length=1, description="本系统在其处登记的客户端编号|the client id under which it knows this system"
    )
    oidc_client_secret_file: SomePath | None = Field(
        None, description="只存放客户端密钥的文件，权限 0600|a file of mode 0600 that holds the client secret alone"
    )
    oidc_claim: Claim = Field(
        "preferred_username", description="作为账号登录名的声明|the claim that is the login of an account"
    )
    oidc_ca_file: SomePath | None = Field(
        None,
        description="校验其证书的 CA 证书（PEM）；默认为公共 CA"
        "|PEM of the authorities that its certificate is checked with; without it the public ones",
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:  # the list of all names is read from the disk, and only where somebody is helped by it
            if value.startswith(("posix", "right/")):  # of the same folder, and no names of zones
                raise ZoneInfoNotFoundError
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = nearest(value, available_timezones())
            zh_hint, en_hint = (f"；是否想写 {near}", f": did you mean {near}?") if near else ("", "")
            raise ValueError(
                f"不是时区名{zh_hint}|is no time zone{en_hint or ': write a name such as Asia/Shanghai'}"
            ) from None
        return value

    @model_validator(mode="after")
    def _ordered_cuts(self) -> Settings:
        if self.near > self.ahead:
            raise ValueError(
                f"MONITOR_NEAR（{self.near}）大于 MONITOR_AHEAD（{self.ahead}）；请调低前者或调高后者"
                f"|MONITOR_NEAR ({self.near}) is above MONITOR_AHEAD ({self.ahead}): lower it or raise the other"
            )
        return self

    @model_validator(mode="after")
    def _whole_mail_server(self) -> Settings:
        if self.smtp_host is not None and self.smtp_from is None:
            raise ValueError(
                "设置了 MONITOR_SMTP_HOST 就要设置 MONITOR_SMTP_FROM|MONITOR_SMTP_HOST needs MONITOR_SMTP_FROM"
            )
        if (self.smtp_user is None) != (self.smtp_password_file is None):
            raise ValueError(
                "MONITOR_SMTP_USER 与 MONITOR_SMTP_PASSWORD_FILE 要一起设置"
                "|MONITOR_SMTP_USER and MONITOR_SMTP_PASSWORD_FILE belong together: set both or neither"
            )
        if self.smtp_user is not None and self.smtp_security == "none" and not is_loopback(self.smtp_host):
            raise ValueError(
                "MONITOR_SMTP_SECURITY 为 none 时不会发送密码；请改用 starttls 或 tls"
                "|MONITOR_SMTP_SECURITY none would send the password in the clear: use starttls or tls"
            )
        return self

    @model_validator(mode="after")
    def _whole_sign_in(self) -> Settings:
        refuse_half_a_sign_in(
            proxy=self.trusted_proxy,
            header=self.proxy_user_header,
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            secret_file=self.oidc_client_secret_file,
            public_url=self.public_url,
        )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before monitor.toml, whose numbers are read exactly."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, init_kwargs=read_settings_file())

    @property
    def data_folder(self) -> Path:
        """Where the store, its key and its logs lie."""
        return self.store.parent

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Setting:
    """One setting as `monitor config` prints it."""

    name: str
    variable: str
    value: str
    origin: Origin
    zh: str
    en: str


def load_settings(**chosen: Any) -> Settings:
    """The settings in force; `chosen` are those named on a command line. Raises SettingsError, all in one message."""
    _refuse_unknown(_environment_keys(os.environ), _variable_name, "环境变量", "the environment")
    _refuse_unknown(read_settings_file(), str, SETTINGS_FILE, SETTINGS_FILE)
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        raise _explain(error, chosen) from None


def list_settings(settings: Settings) -> tuple[Setting, ...]:
    """Every setting with its value and where the value comes from."""
    found = []
    # those of upkeep last: a class lists what it takes over first
    for name, field in sorted(Settings.model_fields.items(), key=lambda item: item[0] in UpkeepSettings.model_fields):
        zh, _, en = str(field.description).partition("|")
        found.append(Setting(name, _variable_name(name), _printed(getattr(settings, name)), _origin(name), zh, en))
    return tuple(found)


def read_settings_file() -> dict[str, Any]:
    """The keys of monitor.toml in the current folder; none when there is no such file. Raises SettingsError."""
    path = Path(SETTINGS_FILE)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            f"{SETTINGS_FILE}：无法读取（{error.strerror}）；请检查文件及其权限",
            f"{SETTINGS_FILE}: cannot be read ({error.strerror}): check the file and its mode",
        ) from None
    except ValueError as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error).splitlines()[0]
        raise SettingsError(
            f"{SETTINGS_FILE}：不是有效的 TOML（{reason}）；请按 键 = 值 的格式书写",
            f"{SETTINGS_FILE}: is no valid TOML ({reason}): write lines such as port = 8050",
        ) from None


def nearest(text: str, known: Mapping[str, object] | set[str]) -> str | None:
    """The known name that `text` most likely meant, if any is near."""
    found = difflib.get_close_matches(text, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _variable_name(name: str) -> str:
    return PREFIX + name.upper()


def _environment_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables MONITOR_…, by the name of the setting that they would set; an empty one counts as not set."""
    return {
        key[len(PREFIX) :].lower(): key for key, text in environment.items() if text and key.upper().startswith(PREFIX)
    }


def _refuse_unknown(keys: Mapping[str, object], spell: Any, zh_place: str, en_place: str) -> None:
    for key in keys:
        if key in Settings.model_fields:
            continue
        near = nearest(key, Settings.model_fields)
        zh_cure = f"是否想写 {spell(near)}？" if near else "请删除它；monitor config 列出全部设置"
        en_cure = f"did you mean {spell(near)}?" if near else "remove it; `monitor config` lists all settings"
        raise SettingsError(
            f"{zh_place}：未知设置 {spell(key)}；{zh_cure}", f"{en_place}: unknown setting {spell(key)}: {en_cure}"
        )


def _origin(name: str) -> Origin:
    if name in _environment_keys(os.environ):
        return "environment"
    return "monitor.toml" if name in read_settings_file() else "default"


def _printed(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _explain(error: ValidationError, chosen: Mapping[str, object]) -> SettingsError:
    """Pydantic's findings as one message for people; ours carry both languages, pydantic's own are in English."""
    found = [_explain_one(dict(fault), chosen) for fault in error.errors(include_url=False)]
    return SettingsError("；".join(zh for zh, _ in found), "; ".join(en for _, en in found))


def _explain_one(fault: dict[str, Any], chosen: Mapping[str, object]) -> tuple[str, str]:
    zh, en = reason(fault)
    if not fault["loc"]:
        return zh, en
    name = str(fault["loc"][0])
    if chosen.get(name) is not None:
        place = f"--{name.replace('_', '-')}"
    else:
        place = _variable_name(name) if _origin(name) == "environment" else f"{SETTINGS_FILE}: {name}"
    text = str(fault["input"])
    text = text if len(text) <= 80 else text[:80] + "…"
    return f"{place}：“{text}” {zh}", f"{place}: {text!r} {en}"
