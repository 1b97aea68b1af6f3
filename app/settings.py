"""Settings: read once from the environment (prefix `LUOSHI_`) and passed along; nothing else reads the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024
# 256 bits, as hexadecimal digits half of that is still out of anybody's reach.
MIN_AUDIT_KEY = 32


class Settings(BaseSettings):
    """Everything an operator can set. Each field is an environment variable `LUOSHI_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_", extra="ignore", hide_input_in_errors=True)

    database_url: str = Field(
        default="sqlite:///luoshi.db",
        description="SQLAlchemy address of the store: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    database_pool_size: int = Field(default=5, ge=1, le=100, description="PostgreSQL connections kept open.")
    database_timeout: int = Field(
        default=10, ge=1, le=300, description="Seconds to wait for a locked SQLite file or a PostgreSQL connection."
    )
    max_body_bytes: int = Field(
        default=20 * MEBIBYTE,
        ge=1024,
        description="Largest request body. A plan printed as text is under 0.2 MB; scanned attachments are not read.",
    )
    reading_seconds: int = Field(
        default=30, ge=1, le=600, description="Longest time to open a file, in a process of its own."
    )
    reading_memory_bytes: int = Field(
        default=1024 * MEBIBYTE,
        ge=128 * MEBIBYTE,
        description="Most memory (address space) of a process that opens a file.",
    )
    reading_processes: int = Field(
        default=2, ge=1, le=64, description="Files opened at the same time; others wait for as long as one may take."
    )
    max_unpacked_bytes: int = Field(
        default=100 * MEBIBYTE, ge=MEBIBYTE, description="Most that a DOCX or XLSX file may hold once unpacked."
    )
    max_pages: int = Field(default=500, ge=1, description="Most pages of a PDF. The longest plans have about 100.")
    max_characters: int = Field(
        default=1_000_000, ge=10_000, description="Longest text of a document. A page has about 600 characters."
    )
    max_graph_nodes: int = Field(
        default=200_000,
        ge=100,
        description="Largest cascade that is loaded. A province with 16 cities has about 4,000 nodes.",
    )
    max_cached_cascades: int = Field(
        default=32,
        ge=1,
        le=10_000,
        description="Cascades kept in memory as graphs, a few megabytes each; the least used ones go first.",
    )
    preview_days: int = Field(
        default=7, ge=1, le=366, description="Days that a preview is kept after it was last changed."
    )
    max_previews: int = Field(
        default=200, ge=1, le=100_000, description="Most previews kept at a time, each with its file."
    )
    audit_key: str = Field(
        default="",
        repr=False,
        pattern=f"^(|.{{{MIN_AUDIT_KEY},}})$",
        description="Secret that signs the audit, at least 32 characters; the same for all processes on one store.",
    )
    audit_key_file: str = Field(
        default="",
        description="File that holds it. If neither is set: beside the SQLite file, else in the working folder.",
    )
    audit_retention_days: int = Field(
        default=200,
        ge=200,
        description="Days for which audit entries cannot be pruned. The law asks for six months (网络安全法).",
    )
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level logged.")
    log_format: str = Field(default="json", pattern="^(json|console)$", description="json for machines, or console.")
    root_path: str = Field(default="", description="Path prefix under which a reverse proxy serves Luoshi.")
