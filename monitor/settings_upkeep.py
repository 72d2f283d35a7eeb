"""The settings of a server that looks after itself: backups, scheduled work, what is published, space and logs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from monitor.settings_values import Count, Schedule, SomePath, WebAddress


class UpkeepSettings(BaseSettings):
    """Part of `Settings`. A schedule is five fields as in crontab, in the setting's time zone, or `never`."""

    backup_folder: SomePath | None = Field(
        None,
        description="备份文件夹；默认为数据文件夹中的 backups，最好在另一块磁盘上"
        "|where backups are; `backups` in the data folder by default, better on another disk",
    )
    backup_days: Count = Field(
        14, description="保留最新备份之前多少天的备份|backups of so many days before the newest are kept"
    )
    backup_months: Count = Field(
        24, description="此外每月保留最后一份，共多少个月|and the last one of each of so many months"
    )
    publish_folder: SomePath | None = Field(
        None,
        description="发布文件夹：其中的版本不再改变，CURRENT 指明最新版本；不设置则不发布"
        "|where tables are published in versions that never change, CURRENT naming the newest; without it none are",
    )
    publish_tables: bool = Field(
        True,
        description="每个版本中是否也写出 CSV 表；只供只读副本使用时可关闭"
        "|whether each version has the CSV tables too; false where only readers use it",
    )
    publish_after_seconds: Count | None = Field(
        None,
        description="有变化后多少秒即发布；不设置则只按时间表"
        "|so many seconds after a change a version is published; without it by the schedule alone",
    )
    read_from: SomePath | None = Field(
        None,
        description="只读副本：从这个发布文件夹提供网页，不打开数据库"
        "|a read-only copy: pages are served from this published folder, and no store is opened",
    )
    owner_url: WebAddress | None = Field(
        None,
        description="只读副本上告诉用户到哪里操作：主服务的网址|what a read-only copy tells: the address of the owner",
    )
    reader_open: bool = Field(
        False,
        description="只读副本把已审核的数据给所有能访问它的人看，不必登录；只用于封闭网络"
        "|a read-only copy shows accepted figures to all who reach it, without signing in: for closed networks",
    )
    store_memory_bytes: Count | None = Field(
        None,
        description="数据库最多占用的内存，超出部分用磁盘；不设置则服务用每核 1.5 亿字节，至少 3 亿"
        "|bytes of memory for the store's database; without it a server takes 150 MB a core, at least 300 MB",
    )
    reader_memory_bytes: Count = Field(
        400_000_000, description="只读副本的数据库最多占用的内存|memory that the database of a read-only copy may take"
    )
    reader_threads: Count = Field(
        1, description="只读副本一次查询所用的线程数|threads that a question of a read-only copy is worked on with"
    )
    engine: Literal["duckdb", "spark"] = Field(
        "duckdb",
        description="monitor export 用什么计算：duckdb，或以已发布的版本为准的 spark"
        "|what works out `monitor export`: duckdb, or spark, which reads the published version",
    )
    spark_remote: str = Field(
        "sc://127.0.0.1:15002", description="Spark Connect 服务器的地址|the address of the Spark Connect server"
    )
    schedule_periods: Schedule = Field(
        "5 0 * * *", description="何时开启和截止报告期|when reporting periods are opened and closed"
    )
    schedule_caches: Schedule = Field(
        "15 0 * * *", description="何时重新计算当天的看板|when the day's pages are worked out anew"
    )
    schedule_backup: Schedule = Field("30 2 * * *", description="何时备份|when a backup is made")
    schedule_integrity: Schedule = Field("0 4 * * *", description="何时检查数据完整性|when integrity is checked")
    schedule_publish: Schedule = Field("0 5 * * *", description="何时发布|when tables are published")
    schedule_prune: Schedule = Field(
        "30 5 * * *", description="何时清理过期的备份、暂存文件和作业记录|when old backups, spools and histories go"
    )
    min_free_bytes: Count = Field(
        500_000_000,
        description="磁盘可用空间低于此数（或数据库大小的两倍）时不再收文件"
        "|with less free space than this, or than twice the store, no file is taken",
    )
    pdf_font: SomePath | None = Field(
        None,
        description="PDF 文件中嵌入的中文字体（TrueType 或 OpenType）；默认用系统中找到的"
        "|the Chinese font that PDFs embed (TrueType or OpenType); the system's by default",
    )
    document_templates: SomePath | None = Field(
        None,
        description="自备 Word 模板的文件夹：table.docx、draft.docx；默认用随程序的"
        "|a folder of one's own Word templates, table.docx and draft.docx; those that ship by default",
    )
    log_format: Literal["text", "json"] = Field("text", description="日志每行的格式|the format of a line of the log")
    log_level: Literal["warning", "info"] = Field(
        "warning", description="日志的详细程度；info 为每个请求写一行|how much is logged; info: a line for each request"
    )
