"""All that only saves work: what is kept from one build to the next, and guessed ahead.

The pages are the same, byte for byte, without any of it: `./inv build --plain` does without, even
where this folder is deleted. Only the verbs, the preview and the bench know of it.

| cache | what it keeps | its key | what ends it | how large it grows |
| --- | --- | --- | --- | --- |
| `rereading.Memory` | pieces of chapters as read | their text, and the answers to all they asked | another answer | the last reading of one essay |
| `memo.Kept` | chapters with notes, lines on the cover | the name, and all inputs | other inputs | one result under a name |
| `memo.Kept.store` | templates as Jinja compiles them | name and text | another text | the store's limit |
| `part_cache.Standing` | parts laid out, parts drawn | text, rules, side, all style sheets | other files beneath | eight editions |
| `part_cache.Standing` | whole PDFs | all parts and numbers in them | `distrust` | four |
| `known_pages.Known` | pages as read back | what is in them | other pages | twice the book, and 1000 pages |
| `no_change.Receipt` | that nothing is to be done | the words typed, and where | any file beside the essay | the store's limit |
| `likely_work` | how the essay looked last | the words typed, and where | another size or time | the store's limit |
| `engine.QuickEngine` | layouts and frozen pages | as `Standing` | the end of the process | what the last edition wanted |
| `store.Store` | the above, for the next process | kind, digest, version of all programs | any of them | 256 MB, the oldest goes first |

Each stands round the function whose result it keeps, and `booklet.quick.stages` puts them there.
"""
