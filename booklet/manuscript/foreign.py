"""Keys of front matter that are not ours: of other tools, or meant for one of ours."""

from __future__ import annotations

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
    "toc-own-page toc-title top-level-division urlcolor version warning website".split()
)

# What the keys of other tools are called here.
HERE = {
    "categories": "keywords", "copyright": "rights", "fontsize": "type-size", "geometry": "trim",
    "lastmod": "date", "license": "rights", "number-depth": "number-sections",
    "numbersections": "number-sections", "papersize": "trim", "reference-location": "notes",
    "summary": "description", "tags": "keywords", "toc": "toc-depth",
}  # fmt: skip

# Keys that no tool has, farther from ours than the eye sees, but meant like them.
MEANT = {
    "authors": "author", "by": "author", "headline": "title",
    "language": "lang", "locale": "lang", "pagesize": "trim", "page-size": "trim",
    "size": "trim", "font-size": "type-size", "footnotes": "notes", "endnotes": "notes",
}  # fmt: skip
