"""The address of the essay's folder inside WeasyPrint, and those that a link may have."""

# The same on every machine, so that nothing of a folder's name goes into the PDF; and no host can
# have it (RFC 2606, section 2).
HOME = "https://booklet.invalid/"

# As `booklet.manuscript.raw_html` has them for the text; templates and style sheets make links as
# well.
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
