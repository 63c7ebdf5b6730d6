"""Kill notices: texts that ask editors to withdraw another article, in the words of agencies.

Such a text names the article by its headline or slug, not by an id, so that a person has to find out what it withdraws.
Patterns are anchored at the beginning of a title or body; a report on a withdrawal is longer than a notice, and says
who withdraws what in a sentence.
"""

import re
from typing import Final

from streams.formats.markup import count_text
from streams.records.rejection import RejectReason, undecodable

_ARTICLE: Final = r"(?:story|item|article|dispatch|copy|report|slug|slugged|headlined)\b"

_ENGLISH: Final = (
    r"(?:(?:mandatory|urgent|news|story|bulletin) )?kill(?:/takedown)? (?:notice|advisory)\b",
    r"mandatory kill\b",
    r"(?:advisory|editors?|eds)\s*[:,\u2013-]{1,2}\s*kill\b",
    rf"(?:(?:eds|editors):? )?please (?:do not use|kill|withdraw|disregard|delete)\b.{{0,80}}\b{_ARTICLE}",
    rf"(?:eds|editors):? .{{0,40}}\b{_ARTICLE}.{{0,120}}\b(?:has been|is|was) (?:withdrawn|killed|retracted|removed)\b",
)

_GERMAN: Final = (
    r"(?:achtung[:!,]? )?(?:die )?meldung .{0,60}\b(?:wird|wurde|ist) (?:hiermit |von uns )?(?:zurückgezogen"
    r"|gestrichen)\b"
    r"|(?:achtung[:!,]? )?bitte (?:verwenden|streichen|löschen|ziehen) sie .{0,60}\bmeldung\b"
    r"|(?:rückzug|streichung|annullierung) (?:der|einer) meldung\b"
)
_FRENCH: Final = (
    r"(?:prière|merci|veuillez) (?:de |d')?(?:bien vouloir )?(?:annuler|supprimer|ne pas (?:utiliser|tenir compte))\b"
    r".{0,60}\b(?:dépêche|information|article|papier|nouvelle)\b"
)
_SPANISH: Final = (
    r"(?:rogamos|se ruega|por favor)\b.{0,20}\b(?:anul\w+|elimin\w+|no utili\w+|no us\w+)\b.{0,60}"
    r"\b(?:noticia|despacho|información|nota)\b"
)
_ITALIAN: Final = (
    r"(?:si prega|preghiamo) di (?:annullare|non utilizzare|eliminare)\b.{0,60}\b(?:notizia|articolo|dispaccio)\b"
)
_PORTUGUESE: Final = (
    r"(?:favor|pedimos que) (?:cancelar|desconsiderar|anular|desconsiderem|anulem)\b.{0,60}"
    r"\b(?:notícia|matéria|texto|reportagem)\b"
)
_OTHERS: Final = (
    r"gelieve\b.{0,60}\b(?:bericht|artikel)\b.{0,60}\bniet (?:meer )?te gebruiken\b",
    r"prosimy o (?:anulowanie|wycofanie|niewykorzystywanie)\b.{0,40}\b(?:depesz|informacj)",
    r"просим (?:аннулировать|снять|не использовать)\b.{0,40}\b(?:сообщени|новост|материал)",
)

_CAPITALS: Final = (
    r"(?:(?:STORY|ARTICLE) (?:KILLED|WITHDRAWN|REMOVED|RETRACTED)|KILL|WITHDRAWN|TAKEDOWN|ANNULATION|ANULACI[ÓO]N"
    r"|ANNULLAMENTO|ANULAÇÃO|INTREKKING|ANULACJA|АННУЛИРОВАНИЕ)\s*[:\u2013-]"
)
"""Words that are notices in capitals alone: what is annulled may be a concert."""

_NOTICE: Final = re.compile(
    r"\A(?:<[^>]{0,200}>|[^\w<]){0,20}(?:"
    rf"(?i:{'|'.join((*_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, *_OTHERS))})|{_CAPITALS})",
    re.DOTALL,
)

_MAX_NOTICE_CHARS: Final = 1_500
"""A longer text is a story, whatever it begins with."""


def check_kill_notice(title: str | None, body: str) -> None:
    """Pass an article, and refuse a notice that asks editors to withdraw one.

    Raises
    ------
    PayloadError
        With reason `kill_notice`.
    """
    begins = _NOTICE.match(title or "") or _NOTICE.match(body[:_MAX_NOTICE_CHARS])
    if begins and count_text(body) <= _MAX_NOTICE_CHARS:
        raise undecodable(
            RejectReason.KILL_NOTICE,
            "the text asks to withdraw another article, which it does not name by an id: send a null value with the "
            "key of that article",
        )
