"""All stores of one database."""

from __future__ import annotations

from dataclasses import dataclass

from hwamei.ports import (
    AppStore,
    FileStore,
    JobStore,
    LexiconStore,
    OwnedVoices,
    Shares,
    TaskStore,
    TemplateStore,
    TokenStore,
    Upkeep,
    UsageStore,
)
from hwamei.storage.sealing import Key
from hwamei.storage.sql.apps import SqlApps
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.files import SqlFiles
from hwamei.storage.sql.jobs import SqlJobs
from hwamei.storage.sql.lexicons import SqlLexicons
from hwamei.storage.sql.shares import SqlShares
from hwamei.storage.sql.tasks import SqlTasks
from hwamei.storage.sql.templates import SqlTemplates
from hwamei.storage.sql.tokens import SqlTokens
from hwamei.storage.sql.upkeep import SqlUpkeep
from hwamei.storage.sql.usage import SqlUsage
from hwamei.storage.sql.voices import SqlVoices


@dataclass(frozen=True, slots=True)
class Stores:
    """What a server keeps. Safe to use from several threads and processes."""

    apps: AppStore
    tokens: TokenStore
    voices: OwnedVoices
    shares: Shares
    jobs: JobStore
    tasks: TaskStore
    files: FileStore
    lexicons: LexiconStore
    templates: TemplateStore
    usage: UsageStore
    upkeep: Upkeep


def open_stores(database: Database, key: Key) -> Stores:
    """The stores of a database that has the tables, see `migrate`; secrets are sealed with the key."""
    return Stores(
        apps=SqlApps(database, key),
        tokens=SqlTokens(database),
        voices=SqlVoices(database),
        shares=SqlShares(database),
        jobs=SqlJobs(database),
        tasks=SqlTasks(database),
        files=SqlFiles(database),
        lexicons=SqlLexicons(database),
        templates=SqlTemplates(database),
        usage=SqlUsage(database),
        upkeep=SqlUpkeep(database),
    )
