"""The address of the essay's folder inside WeasyPrint."""

# The same on every machine, so that nothing of a folder's name goes into the PDF; and no host can
# have it (RFC 2606, section 2).
HOME = "https://booklet.invalid/"
