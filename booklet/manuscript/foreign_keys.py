"""Foreign keys of a front matter: those of other tools, and those that are slips of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.errors import slip

if TYPE_CHECKING:
    from collections.abc import Collection

# Keys of the tools that people bring their manuscripts from. They are handed to the templates.
FOREIGN = frozenset(
    # Jekyll, Hugo and Obsidian
    "alias aliases author_profile banner bookCollapseSection cascade categories category "  # noqa: SIM905  read as lines
    "comments cover created cssclass cssclasses draft excerpt excerpt_separator expiryDate "
    "featured_image headless id image images isCJKLanguage kanban-plugin last_modified_at "
    "lastmod layout linktitle linkTitle markup menu modified nav_exclude nav_order noindex "
    "outputs parent permalink pin pinned position posts private publish publishDate published "
    "redirect_from redirect_to resources series sidebar sidebar_label sidebar_position sitemap "
    "slug status summary tag tags teaser thumbnail toc_label toc_sticky translationKey type "
    "updated url videos weight "
    # Quarto and Pandoc
    "about abstract-title affiliation affiliations anchor-sections appendix-style article "
    "biblio-style biblio-title bibliography block-headings book callout-appearance callout-icon "
    "cap-location caption citation citation-location citations citeproc classoption code-copy "
    "code-fold code-line-numbers code-link code-overflow code-tools copyright crossref csl css "
    "date-format date-meta date-modified df-print documentclass doi dpi echo editor email "
    "embed-resources engine eval execute fig-align fig-cap-location fig-format fig-height "
    "fig-width filters fontenc fontfamily fontsize format formats geometry header-includes "
    "highlight-style hyperrefoptions include include-after include-before include-in-header "
    "indent institute institution jupyter keep-md keep-tex kernelspec keyword-title knitr "
    "latex-engine license linestretch link-citations linkcolor listing listings lof lot "
    "mainfont mainfontoptions margin-left margin-right mathfont monofont nocite nocite-location "
    "number-depth number-offset numbersections output output-file page-layout pagestyle "
    "pagetitle papersize params pdf-engine project reference-doc reference-location "
    "reference-section-title sansfont section-titles self-contained shift-heading-level-by "
    "shortcodes site standalone tbl-cap-location template template-partials thanks theme "
    "theme-color title-block-banner title-block-categories title-block-style title-delim "
    "title-meta title-prefix titlepage titlepage-geometry titlepage-pdf toc toc-location "
    "toc-own-page toc-title top-level-division urlcolor version warning website "
    # MyST, Typst, R Markdown, Docusaurus, slides, catalogues, and templates of theses
    "acknowledgements advisor authors by committee contributor contributors corresponding course "
    "data database dates dedication degree department dept due endnotes event examiner faculty "
    "footnotes font-size github given headline identifier journal keyphrases land language langs "
    "lecturer left lists locale location logo marp matriculation note node nodes notice page-size "
    "pager pages pagesize papers place programme prefix releaseDate relation right roles school "
    "sectionsnumber seat semester shorttitle short-title size source subject subjects supervisor "
    "supervisors term title-de title-en titles titleslide translator trip university venue vote "
    "votes year".split()
)

# What the keys of other tools are called here.
HERE = {
    "categories": "keywords", "copyright": "rights", "fontsize": "type-size", "geometry": "trim",
    "lastmod": "date", "license": "rights", "number-depth": "number-sections",
    "numbersections": "number-sections", "papersize": "trim", "reference-location": "notes",
    "summary": "description", "tags": "keywords", "toc": "toc-depth",
    "authors": "author", "by": "author", "headline": "title", "language": "lang",
    "locale": "lang", "pagesize": "trim", "page-size": "trim", "size": "trim",
    "font-size": "type-size", "footnotes": "notes", "endnotes": "notes", "keyphrases": "keywords",
}  # fmt: skip


def meant(key: str, ours: Collection[str]) -> str:
    """Return the key of ours of which `key` is a slip, or an empty string: it is another tool's.

    What a tool calls so is never taken for a slip, however near it is.
    """
    plain = key.lower().replace("_", "-")
    return "" if FOREIGN & {key, plain} else slip(plain, ours)
