"""What can be wrong between this program, Spark's Connect server and its workers, in words for people."""

from __future__ import annotations

from .errors import StoreError

_UNREADABLE = (
    "FAILED_READ_FILE", "PATH_NOT_FOUND", "CANNOT_READ_FILE", "FILE_NOT_EXIST", "FileNotFoundException",
    "AccessControlException", "Permission denied", "is not a Parquet file",
)  # fmt: skip
_AWAY = (
    "UNAVAILABLE", "RETRIES_EXCEEDED", "RetriesExceeded", "SESSION_CLOSED", "SESSION_NOT_FOUND", "SESSION_CHANGED",
    "failed to connect", "Connection reset", "Socket closed", "recvmsg", "OPERATION_ABANDONED", "OPERATION_NOT_FOUND",
    "DEADLINE_EXCEEDED", "NO_ACTIVE_SESSION", "SparkContext was shut down", "stopped SparkContext",
    "OPERATION_CANCELED",
)  # fmt: skip


def no_client() -> StoreError:
    return StoreError(
        "no_spark_client",
        "没有安装 Spark 客户端；请安装 pip install 'plan-monitor[spark]'，或设置 MONITOR_ENGINE=duckdb",
        "the Spark client is not installed: pip install 'plan-monitor[spark]', or set MONITOR_ENGINE=duckdb",
    )


def no_address(remote: str) -> StoreError:
    return StoreError(
        "no_spark_server",
        f"“{remote}”不是 Spark Connect 地址；请写成 sc://主机:端口（MONITOR_SPARK_REMOTE）",
        f"'{remote}' is no address of a Spark Connect server: write sc://host:port (MONITOR_SPARK_REMOTE)",
    )


def no_server(remote: str, reason: str) -> StoreError:
    return StoreError(
        "no_spark_server",
        f"Spark Connect 服务器 {remote} 没有应答（{reason}）；请启动它，检查 MONITOR_SPARK_REMOTE，"
        "或设置 MONITOR_ENGINE=duckdb",
        f"the Spark Connect server {remote} does not answer ({reason}): start it, check MONITOR_SPARK_REMOTE, or set"
        " MONITOR_ENGINE=duckdb",
    )


def missing_file(version: str, path: str, reason_zh: str, reason_en: str) -> StoreError:
    return StoreError(
        "damaged_version",
        f"已发布的版本 {version} 不可用：{path} {reason_zh}；请重新同步文件夹，或在主服务上重新发布",
        f"the published version {version} cannot be used: {path} {reason_en}; copy the folder again, or publish anew",
    )


def asking_error(error: Exception, remote: str, folder: str) -> StoreError:
    """What a question that failed on Spark means: nothing of its answer was used."""
    said = f"{type(error).__name__}: {error}"
    told = getattr(error, "details", None)  # what gRPC says in its own words
    words = str(told()) if callable(told) else str(error)
    line = next((part.strip() for part in words.splitlines() if part.strip()), type(error).__name__)[:300]
    if any(word in said for word in _UNREADABLE):
        return StoreError(
            "spark_cannot_read",
            f"Spark 的工作进程无法读取 {folder}（{line}）；每个工作进程都要能在同一路径下读取该文件夹，"
            "请检查挂载和权限，版本已被清理时请重试",
            f"Spark's workers cannot read {folder} ({line}): each must be able to read it at that path; check"
            " mounts and modes, and try again where the version was pruned meanwhile",
        )
    if any(word in said for word in _AWAY):
        return no_server(remote, line)
    return StoreError(
        "spark",
        f"Spark 未能回答（{line}）；请查看 Spark 的日志，或设置 MONITOR_ENGINE=duckdb",
        f"Spark could not answer ({line}): see its log, or set MONITOR_ENGINE=duckdb",
    )
