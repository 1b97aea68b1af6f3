"""Settings: read once from the environment (prefix `LUOSHI_`) and passed along; nothing else reads the environment."""

from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.oidc.claims import Claims

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
    database_pool_size: int = Field(
        default=5, ge=1, le=100, description="Connections kept open; under load up to five times as many."
    )
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
    time_zone: str = Field(
        default="Asia/Shanghai", description="Where days end: the days of waivers, and days given as `as_of`."
    )
    four_eyes: bool = Field(
        default=True, description="Whether a link that a person proposed must be confirmed by somebody else."
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
    allowed_hosts: str = Field(
        default="",
        description="Host names that are answered, with commas between them; all if empty. A trial answers loopback only.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(|https?://[^/?#\s]+(/[^?#\s]*)?)$",
        description="Address under which browsers reach Luoshi, where it is another than the one a proxy hands on.",
    )
    access_key_days: int = Field(default=365, ge=1, le=3650, description="Days after which an access key expires.")
    failed_attempts: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="Failed sign-ins of one address before it has to wait; programs have five times as many.",
    )
    session_idle_minutes: int = Field(default=30, ge=1, le=1440, description="Idle time that ends a browser session.")
    session_hours: int = Field(default=12, ge=1, le=168, description="Hours that end a browser session in any case.")
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(|https?://\S+)$",
        description="Identity provider, exactly as it calls itself (OpenID Connect). Without it there are keys only.",
    )
    oidc_client_id: str = Field(default="", description="What Luoshi is called there; for signing in on the pages.")
    oidc_client_secret: str = Field(default="", repr=False, description="Its secret there, if it has one.")
    oidc_client_secret_file: str = Field(default="", description="File that holds it.")
    oidc_audience: str = Field(default="", description="For whom the API's tokens must be; the client id if empty.")
    oidc_jwks_file: str = Field(
        default="", description="File with the provider's public keys (JWKS), where it cannot be reached from here."
    )
    oidc_ca_file: str = Field(default="", description="File with the authority that signed the provider's certificate.")
    oidc_role_claim: str = Field(
        default="roles", description="Claim that holds somebody's roles; dots lead inwards: realm_access.roles."
    )
    oidc_adcode_claim: str = Field(default="adcode", description="Claim that holds his adcode.")
    oidc_roles: str = Field(
        default="",
        description='What the provider\'s roles are here, as JSON: {"督查室": "reviewer"}; the first that he has counts.',
    )
    oidc_clock_skew: int = Field(default=60, ge=0, le=600, description="Seconds by which clocks may differ.")
    opinion_url: str = Field(
        default="",
        pattern=r"^(|https?://\S+)$",
        description="Where a language model gives second opinions: the address of its chat interface, such as "
        "http://model.intranet:8000/v1. Without it nobody is asked, and texts never leave for any other address.",
    )
    opinion_model: str = Field(default="", max_length=200, description="What the model is called there.")
    opinion_key: str = Field(default="", repr=False, description="The key for it, if it asks for one.")
    opinion_key_file: str = Field(default="", description="File that holds the key.")
    opinion_ca_file: str = Field(default="", description="File with the authority that signed its certificate.")
    opinion_format: str = Field(
        default="json_schema",
        pattern="^(json_schema|json_object|)$",
        description="What its interface takes as response_format: json_schema, json_object, or empty for none.",
    )
    opinion_share: float = Field(
        default=0.3, gt=0, le=1, description="Share of a province's tasks about which it is asked: the most doubtful."
    )
    opinion_concurrency: int = Field(default=2, ge=1, le=64, description="Questions asked at the same time.")
    opinion_timeout: int = Field(default=120, ge=1, le=3600, description="Seconds to wait for one answer.")
    opinion_max_questions: int = Field(default=500, ge=1, description="Most questions of one link run.")
    opinion_max_tokens: int = Field(default=2_000_000, ge=1000, description="Most tokens of one link run, in and out.")
    opinion_max_seconds: int = Field(default=3600, ge=1, description="Longest time that one link run spends on asking.")
    opinion_price_in: float = Field(default=0, ge=0, description="Price of a million tokens asked, for estimates.")
    opinion_price_out: float = Field(default=0, ge=0, description="Price of a million tokens answered.")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level logged.")
    log_format: str = Field(default="json", pattern="^(json|console)$", description="json for machines, or console.")
    root_path: str = Field(default="", description="Path prefix under which a reverse proxy serves Luoshi.")

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, given: str) -> str:
        try:
            return ZoneInfo(given).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone {given!r}; such as Asia/Shanghai or UTC") from error

    @field_validator("oidc_roles")
    @classmethod
    def _roles(cls, given: str) -> str:
        Claims.of("", "", given)
        return given

    @model_validator(mode="after")
    def _provider(self) -> Self:
        if self.oidc_issuer and not (self.oidc_audience or self.oidc_client_id):
            raise ValueError("oidc_issuer needs oidc_audience or oidc_client_id: tokens for others must not be taken")
        if self.opinion_url and not self.opinion_model:
            raise ValueError("opinion_url needs opinion_model: the chat interface asks which model is meant")
        return self
