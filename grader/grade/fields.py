"""What the fields of a grade hold: how long a text is, where a number lies.

The limits are those of a cleaned grade, which is what grade.json and all reports have. They are
written into its schema; a grade in memory, or one that is read, may have any text.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

LINE, SENTENCE, MESSAGE, COUNTEREXAMPLE, VERSION = 200, 1000, 4000, 8000, 80
"""The most characters of texts of each kind."""
NOTICES, PICTURES, PICTURE_BYTES = 50, 4, 500_000
"""The most notices of a grade, pictures of a check, and bytes of a picture."""

_ONE_LINE = r"^[^\u0000-\u001f\u007f-\u009f]*$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)$"

Line = Annotated[str, Meta(extra_json_schema={"maxLength": LINE, "pattern": _ONE_LINE})]
Sentence = Annotated[str, Meta(extra_json_schema={"maxLength": SENTENCE})]
Message = Annotated[str, Meta(extra_json_schema={"maxLength": MESSAGE})]
Example = Annotated[str, Meta(extra_json_schema={"maxLength": COUNTEREXAMPLE})]
Version = Annotated[str, Meta(extra_json_schema={"maxLength": VERSION})]
Moment = Annotated[str, Meta(extra_json_schema={"pattern": _MOMENT})]
Digest = Annotated[
    str,
    Meta(
        description="empty where no byte could be read",
        extra_json_schema={"pattern": "^([0-9a-f]{64})?$"},
    ),
]
Png = Annotated[bytes, Meta(extra_json_schema={"maxLength": 4 * -(-PICTURE_BYTES // 3)})]

Share = Annotated[float, Meta(extra_json_schema={"minimum": 0, "maximum": 1})]
Points = Annotated[float, Meta(extra_json_schema={"minimum": 0})]
Delay = Annotated[float, Meta(extra_json_schema={"minimum": 0})]
Count = Annotated[int, Meta(extra_json_schema={"minimum": 0})]
Number = Annotated[float, Meta(extra_json_schema={"nullable": True})]
Seconds = Annotated[float, Meta(extra_json_schema={"minimum": 0, "nullable": True})]
"""The last two may be NaN or infinite, for which JSON has no word but null."""
