"""Texts escaped for XML are those of the standard library."""

from xml.sax import saxutils

from hypothesis import given
from hypothesis import strategies as st

from ninegrid.files.xml_escape import escape, quoteattr

TEXTS = st.text(alphabet="&<>\"'\n\r\t客a;", max_size=12)


@given(TEXTS)
def test_a_text_stands_in_xml_as_the_standard_library_puts_it(text: str) -> None:
    assert escape(text) == saxutils.escape(text)
    assert quoteattr(text) == saxutils.quoteattr(text)
