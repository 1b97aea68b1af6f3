"""Errors of the audit."""

from app.errors.base import DomainError
from app.errors.kinds import Conflict, Unprocessable


class AuditUnavailable(DomainError):
    status = 503
    slug = "audit-unavailable"
    title = ("审计不可用", "Audit unavailable")


class AuditKeyMissing(AuditUnavailable):
    zh = "没有审计密钥，未改动任何数据。请管理员把原来的密钥文件放回“{file}”，或用 LUOSHI_AUDIT_KEY 或 LUOSHI_AUDIT_KEY_FILE 指明。"
    en = "The audit key is missing; nothing was changed. Put its file back to {file}, or set LUOSHI_AUDIT_KEY or its _FILE."


class BadAuditKey(AuditUnavailable):
    zh = "审计密钥文件“{file}”中的密钥不足 {least} 个字符，未改动任何数据。请管理员放回原来的密钥文件。"
    en = "The audit key in {file} has fewer than {least} characters; nothing was changed. Put the right file back."


class AuditHeadForged(AuditUnavailable):
    zh = (
        "审计链头与审计密钥（{file} 或 LUOSHI_AUDIT_KEY）不符：密钥不是原来的，或审计表被改动。未改动任何数据。"
        "请管理员执行 luoshi audit verify 查明。"
    )
    en = (
        "The audit's head was not signed with this key ({file}, or LUOSHI_AUDIT_KEY): it is another key, or the audit was "
        "altered. Nothing was changed. Run luoshi audit verify."
    )


class AuditDamaged(DomainError):
    status = 500
    slug = "audit-damaged"
    title = ("审计记录损坏", "Audit damaged")
    zh = "第 {number} 条审计记录无法读取，可能被改动。请管理员执行 luoshi audit verify 查明。"
    en = "Audit entry {number} cannot be read; it may have been altered. Run luoshi audit verify."


class AuditNotVerified(Conflict):
    zh = "审计记录未通过校验（首个有问题的是：{first}），不能清理。请先执行 luoshi audit verify 查明。"
    en = "The audit does not verify (first problem: {first}), so nothing was pruned. Run luoshi audit verify."


class AuditNotLost(Conflict):
    slug = "audit-not-lost"
    title = ("审计无需重新开始", "The audit can go on")
    zh = "现有密钥与审计链相符，可以继续记录，没有重新开始。只有密钥确已丢失时才能重新开始。"
    en = "The key fits the audit, which can go on; nothing was changed. Start anew only where the key is lost."


class RetentionTooShort(Unprocessable):
    slug = "retention-too-short"
    title = ("未满保留期限", "Within the retention")
    zh = "审计记录至少保留 {days} 天，只能清理 {latest} 之前的记录。"
    en = "Audit entries are kept for at least {days} days: only those before {latest} can be pruned."


class BadAuditHead(Unprocessable):
    slug = "bad-audit-head"
    title = ("链头文件有误", "Bad audit head")
    zh = "“{file}”不是用本库审计密钥签名的链头。请使用 luoshi audit head 导出的文件。"
    en = "{file} is no head signed with this store's audit key. Give a file made by luoshi audit head."
