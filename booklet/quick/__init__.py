"""All that only saves work: what is kept from one build to the next, and guessed ahead.

The pages are the same, byte for byte, without any of it: `./inv build --plain` does without, even
where this folder is deleted. Only the verbs, the preview and the bench know of it.

Each cache stands round the function whose result it keeps; `booklet.quick.stages` puts it there:

| cache                    | keeps                 | under                    | until            |
| ------------------------ | --------------------- | ------------------------ | ---------------- |
| `rereading.ReadingCache` | pieces of chapters    | text, and what it asked  | another answer   |
| `memo.Memo`              | chapters with notes   | a name, and all inputs   | other inputs     |
| `memo.Memo.store`        | templates, compiled   | name and text            | another text     |
| `part_cache.PartCache`   | parts, laid and drawn | text, side, style sheets | other files      |
| `part_cache.PartCache`   | whole PDFs            | parts and their numbers  | `distrust`       |
| `known_pages.ReadPages`  | pages, read back      | what is in them          | other pages      |
| `no_change.Receipt`      | that there is no work | words typed, and where   | any file changes |
| `likely_work`            | how the essay looked  | words typed, and where   | size or time     |
| `engine.QuickEngine`     | layouts, frozen pages | as `PartCache`           | the process ends |
| `store.Store`            | these, for later runs | kind and key             | another version  |

How large each may grow: `ReadingCache` and `Memo` hold what the last reading of one essay had;
`PartCache` parts of the last eight editions and four PDFs; `ReadPages` twice the pages of the book
and a thousand; `QuickEngine` what the last edition wanted; `Store` 256 MB, of which the oldest goes
first.
"""
