"""Adding a file to a case, and opening a private one."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel import evidence as files
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Evidence, EvidenceAccess, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

LARGEST = 20 * 1024 * 1024
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"RIFF", "audio/wav"),
    (b"ID3", "audio/mpeg"),
)


def sniff(data: bytes) -> str:
    """The media type that the content shows, whatever the name says; empty when unknown."""
    found = next((kind for mark, kind in SIGNATURES if data.startswith(mark)), "")
    if found or b"\0" in data[:4096]:
        return found
    try:
        data[:4096].decode("utf-8")
    except UnicodeDecodeError as error:
        return "text/plain" if error.start > 4090 else ""
    return "text/plain"


def keep(
    *,
    sha256: str,
    size: int,
    media_type: str,
    unit: Unit,
    at: datetime,
    name: str = "",
    case: Case | None = None,
    user: User | None = None,
    private: bool = False,
    standard: str = "evidence.keep",
) -> Evidence:
    """A row for a file that is already stored; `standard` says how many days it is kept."""
    return Evidence.objects.create(
        sha256=sha256,
        size=size,
        media_type=media_type,
        name=name,
        unit=unit,
        case=case,
        added_by=user,
        added_at=at,
        private=private,
        keep_until=at + timedelta(days=int(value(standard, at))),
    )


def add(*, case: Case, user: User, name: str, data: bytes, at: datetime | None = None) -> Evidence:
    """Attach an upload to a case. Raises Refused for what is too large or of no known kind."""
    now = at or timezone.now()
    if not covers(user, case) or not may(user.role, "handle"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if len(data) > LARGEST:
        raise Refused(_("The file is larger than %(n)d MB.") % {"n": LARGEST // 1024 // 1024})
    kind = sniff(data)
    if not kind:
        raise Refused(_("This kind of file cannot be kept. Use a picture, PDF, recording or text."))
    digest = files.store(data)
    with transaction.atomic():
        row = keep(
            sha256=digest,
            size=len(data),
            media_type=kind,
            unit=case.unit,
            at=now,
            name=name[:160],
            case=case,
            user=user,
        )
        record(
            verb="case.evidence",
            actor=user,
            case=case,
            subject=case.subject,
            system=case.system,
            at=now,
            evidence=row.pk,
            sha256=digest,
        )
    return row


def admit(
    *, row: Evidence, user: User, at: datetime | None = None, one_opening: timedelta = timedelta(0)
) -> Path:
    """Where a private file lies, for somebody with the right; every try is logged.

    Further tries within `one_opening` belong to the same opening: a player asks for a recording piece by
    piece. Raises Refused (and logs the refusal) for everybody else.
    """
    now = at or timezone.now()
    granted = covers(user, row) and may(user.role, "open_photo")
    same = EvidenceAccess.objects.filter(
        evidence=row, user=user, granted=granted, at__gt=now - one_opening, at__lte=now
    )
    if not one_opening or not same.exists():
        with transaction.atomic():
            EvidenceAccess.objects.create(evidence=row, user=user, at=now, granted=granted)
            record(
                verb="evidence.opened" if granted else "evidence.refused",
                actor=user,
                case=row.case,
                subject=row.sha256[:16],
                at=now,
                evidence=row.pk,
            )
    if not granted:
        raise Refused(_("Only the owner, the verifier and managers of this unit may open this."))
    return files.path_of(row.sha256)


def open_private(*, row: Evidence, user: User, at: datetime | None = None) -> bytes:
    """The picture for somebody with the right, its metadata removed; every try is logged.

    Raises Refused as `admit`, FileNotFoundError when retention has removed the file.
    """
    return without_metadata(admit(row=row, user=user, at=at).read_bytes(), row.media_type)


def open_attachment(*, row: Evidence, user: User, at: datetime | None = None) -> bytes:
    """A file that somebody attached, for everybody who may see its case; the opening is logged.

    Raises Refused outside the units, FileNotFoundError when retention has removed the file.
    """
    if not covers(user, row) or not may(user.role, "see") or row.private:
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    data = files.path_of(row.sha256).read_bytes()
    EvidenceAccess.objects.create(evidence=row, user=user, at=at or timezone.now(), granted=True)
    return without_metadata(data, row.media_type)


def without_metadata(data: bytes, media_type: str) -> bytes:
    """The same picture without EXIF; the stored original stays untouched. A cut one is served as it came."""
    if not media_type.startswith("image/"):
        return data
    from PIL import Image  # not at every start: few processes ever open a picture

    try:
        with Image.open(BytesIO(data)) as picture:
            out = BytesIO()
            picture.convert("RGB").save(out, "JPEG", quality=90)
            return out.getvalue()
    except (OSError, ValueError, Image.DecompressionBombError):
        return data
