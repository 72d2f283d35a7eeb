"""Keys: 256 random bits each, in a file that its owner alone may read; one signs sessions, one seals the audit log."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

KEY_FILE = "secret.key"
_KEY_TEXT = re.compile(r"[0-9a-f]{64}\n?")


class SecretKeyError(ValueError):
    """A key file that must not be used; it is never replaced in silence, since all it signed would be lost."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en = zh, en


def load_secret_key(folder: Path, name: str = KEY_FILE) -> bytes:
    """The 32 bytes of that key; the first start writes it. Raises SecretKeyError, OSError for the folder."""
    path = folder / name
    if not os.path.lexists(path):
        _write_key(path)
    return _read_key(path)


def _write_key(path: Path) -> None:
    """Writes a new key whole: two first starts at once end with the one key that came first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return
    finally:
        temporary.unlink()


def _read_key(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise SecretKeyError(
            f"{path}：密钥文件无法读取（{error.strerror}）；请让运行本程序的用户拥有它，或移走它以生成新密钥",
            f"{path}: the key cannot be read ({error.strerror}): give it to the user that runs the program, or move it"
            " away so that a new one is made",
        ) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SecretKeyError(
                f"{path}：密钥不是普通文件；请移走它，程序会生成新密钥",
                f"{path}: the key is no regular file: move it away and a new one is made",
            )
        mode = stat.S_IMODE(status.st_mode)
        if mode & 0o077:
            raise SecretKeyError(
                f"{path}：密钥文件权限为 {mode:04o}，他人可读；请执行 chmod 600 {path}，若可能已泄露则移走它",
                f"{path}: the key has mode {mode:04o} and others may read it: chmod 600 {path}, or move it away"
                " if it may have leaked",
            )
        text = os.read(descriptor, 200).decode("ascii", errors="replace")
    finally:
        os.close(descriptor)
    if not _KEY_TEXT.fullmatch(text):
        raise SecretKeyError(
            f"{path}：密钥不是 64 位十六进制数；请从备份恢复，或移走它以生成新密钥",
            f"{path}: the key is not 64 hexadecimal digits: restore it, or move it away so that a new one is made",
        )
    if len(set(text.strip())) < 6:
        raise SecretKeyError(
            f"{path}：密钥不是随机数；请移走它，程序会生成新密钥",
            f"{path}: the key is not random: move it away and a new one is made",
        )
    return bytes.fromhex(text.strip())
