"""Zip files, opened with limits: EPUB, Word, OpenDocument and collections are all zips."""

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from index.errors import ReadError

if TYPE_CHECKING:
    from lxml import etree

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 200_000_000
MAX_TOTAL_BYTES = 1_000_000_000
# A file that unpacks to more than this, and to this many times its size, is a bomb.
_BOMB_BYTES = 50_000_000
_BOMB_RATIO = 200

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError,
    ValueError, IndexError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip file whose sizes have been checked; ``name`` is what errors call it."""

    name: str
    _zip: zipfile.ZipFile

    @property
    def members(self) -> list[str]:
        """Names of the files inside, folders left out, in the order they are stored."""
        names = (info.filename for info in self._zip.infolist())
        return [name for name in names if name and not name.endswith("/")]

    def read(self, member: str) -> bytes:
        """The bytes of one file.

        Raises:
            ReadError: There is no such file inside, or it is damaged or encrypted.
        """
        try:
            return self._zip.read(member)
        except KeyError:
            raise ReadError(f"{self.name!r} is damaged: it lacks {member!r}") from None
        except _DAMAGE as error:
            raise ReadError(f"{self.name!r} is damaged: {member!r} cannot be unpacked") from error
        except RuntimeError:
            raise ReadError(
                f"{self.name!r} is protected by a password: unpack it and try again"
            ) from None

    def xml(self, member: str) -> "etree._Element":
        """The root element of an XML file inside; entities are not resolved.

        Raises:
            ReadError: The file is missing or not XML.
        """
        return parse_xml(self.read(member), f"{self.name}/{member}")


def parse_xml(data: bytes, name: str) -> "etree._Element":
    """Parse XML without entities, network or unbounded depth.

    Raises:
        ReadError: ``data`` is not XML.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(data, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise ReadError(f"{name!r} is damaged: it is not well-formed XML")
    return root


def open_archive(data: bytes, name: str) -> Archive:
    """Open a zip file.

    Raises:
        ReadError: It is damaged, or would unpack to an unreasonable size.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise ReadError(f"{name!r} is damaged: it cannot be unpacked") from None
    infos = opened.infolist()
    total = sum(info.file_size for info in infos)
    largest = max((info.file_size for info in infos), default=0)
    bomb = total > _BOMB_BYTES and total > _BOMB_RATIO * len(data)
    if len(infos) > MAX_MEMBERS or total > MAX_TOTAL_BYTES or largest > MAX_MEMBER_BYTES or bomb:
        raise ReadError(
            f"{name!r} would unpack to {total / 1e6:,.0f} MB in {len(infos):,} files: "
            "unpack it yourself and add the articles"
        )
    return Archive(name, opened)


def stem(name: str) -> str:
    """A file's name without folder and ending: the id of its article."""
    path = PurePath(name)
    return path.stem or path.name or name
