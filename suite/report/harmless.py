"""Harmless: whether an SVG file shows a picture and does nothing else, as those that the suite draws.

The figures of an earlier report may be a stranger's. A script in one would run whenever it is opened by itself, and
other elements of one that is part of a page could change the page.
"""

import re

# what Matplotlib writes; no value refers to anything beyond the file
TAG = re.compile(
    rb"""
    <\?xml\ version="1\.0"\ encoding="utf-8"\ standalone="no"\?> | <!DOCTYPE\ svg\ PUBLIC\ "[^"<>]*"\s"[^"<>]*">
    | <style\ type="text/css">[-\w*:;{}\ ]*</style>
    | </?
      (?: svg | g | path | use | text | tspan | title | defs | clipPath | rect | image | metadata
        | rdf:RDF | cc:Work | cc:Agent | dc:(?: creator | format | identifier | title | type) )
      (?: \s+
        (?: (?: viewBox | version | width | height | x | y | d | id | transform | style | clip-path | rdf:resource )
            ="(?: [^"<>&\\(]++ | (?<=url)\((?=\#) | (?<=rotate)\( | (?<=scale)\( | (?<=translate)\( | (?<=matrix)\( )*+"
          | xlink:href="(?: \#\w+ | data:image/png;base64,[\w+/=\s]* )"
          | xmlns(?::\w+)?="http://(?: www\.w3\.org/(?: 2000/svg | 1999/xlink | 1999/02/22-rdf-syntax-ns\# )
                                     | creativecommons\.org/ns\# | purl\.org/dc/elements/1\.1/ )" ) )*
      \s*/?>
    """,
    re.VERBOSE,
)


def is_harmless(svg: bytes) -> bool:
    """Return whether all tags of an SVG file are such as the suite's figures have."""
    return b"<" not in TAG.sub(b"", svg)
