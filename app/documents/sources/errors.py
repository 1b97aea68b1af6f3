"""What can be wrong with a file, in the words of those who have it."""

from app.documents.values import DocumentError


def damaged(name: str, detail_zh: str = "", detail_en: str = "") -> DocumentError:
    """The file is not what it begins as, or parts of it are missing."""
    return DocumentError(
        "damaged",
        f"{name} 文件已损坏或不完整，无法读取{'：' + detail_zh if detail_zh else ''}。请用 Word 或 WPS 打开确认，另存后再导入。",
        f"The {name} file is damaged or incomplete and cannot be read{': ' + detail_en if detail_en else ''}. Open it in "
        "Word or WPS, save it anew and import that.",
    )


def too_large(zh: str, en: str) -> DocumentError:
    """The file, unpacked or read, is beyond a limit: `zh` and `en` name which."""
    return DocumentError(
        "too_large",
        f"文件过大：{zh}。请只保留工作要点的正文，去掉图片和附件后再导入。",
        f"The file is too large: {en}. Keep the plan's own text only, without pictures and attachments, and import that.",
    )


def too_slow(seconds: float) -> DocumentError:
    """The file could not be opened in time."""
    return DocumentError(
        "too_slow",
        f"读取文件超过 {seconds:g} 秒，已停止，没有存入任何内容。请打开文件，另存为新的 Word 文档或纯文本后再导入；"
        "管理员可用 LUOSHI_READING_SECONDS 调整上限。",
        f"Reading the file took more than {seconds:g} seconds and was stopped; nothing was stored. Save it anew as a Word "
        "document or as plain text and import that. Operators can raise LUOSHI_READING_SECONDS.",
    )


def too_much_memory() -> DocumentError:
    """The file took more memory than it may."""
    return too_large(
        "读取它需要的内存超过上限（管理员可用 LUOSHI_READING_MEMORY_BYTES 调整）",
        "reading it takes more memory than it may (operators can raise LUOSHI_READING_MEMORY_BYTES)",
    )


def busy() -> DocumentError:
    """Too many files are being opened."""
    return DocumentError(
        "busy",
        "正在读取的文件太多，本次没有读取。请稍后重试。",
        "Too many files are being read; this one was not. Try again later.",
    )


def encrypted(name: str) -> DocumentError:
    """The file asks for a password."""
    return DocumentError(
        "encrypted",
        f"{name} 文件有密码保护，无法读取。请用 Word、WPS 或 PDF 软件打开，取消密码后另存，再导入。",
        f"The {name} file is protected by a password. Open it, remove the password, save it and import that.",
    )


def macros(name: str) -> DocumentError:
    """The file carries programs, which do not belong into a plan and would be handed on with it."""
    return DocumentError(
        "macros",
        f"{name} 文件带有宏（程序），为安全起见不予读取。请另存为不带宏的 .docx 或 .xlsx 后再导入。",
        f"The {name} file carries macros (programs) and is refused for safety. Save it as .docx or .xlsx without macros "
        "and import that.",
    )


def unsupported(name: str, zh: str, en: str) -> DocumentError:
    """A format that is not read; `zh` and `en` say what to do instead."""
    return DocumentError("unsupported_format", f"不能读取 {name}。{zh}", f"{name} cannot be read. {en}")


def no_text(name: str) -> DocumentError:
    """The file is whole, and there are no words in it."""
    return DocumentError(
        "empty",
        f"{name} 文件里没有可读取的文字（可能是空文件，或只有图片）。请导入有文字的文件。",
        f"The {name} file holds no text (it may be empty, or hold pictures only). Import one with text.",
    )
