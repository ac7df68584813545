"""All that only saves work: what is kept from one build to the next, and guessed ahead.

The pages are the same, byte for byte, without any of it: `./inv build --plain` does without, even
where this folder is deleted. Only the verbs, the preview and the bench know of it.

Each cache stands round the function whose result it keeps; `booklet.quick.stages` puts it there:

| cache                 | keeps                     | under                    | until            |
| --------------------- | ------------------------- | ------------------------ | ---------------- |
| `rereading.Memory`    | pieces of chapters, read  | text, and what it asked  | another answer   |
| `memo.Kept`           | chapters with their notes | a name, and all inputs   | other inputs     |
| `memo.Kept.store`     | templates, compiled       | name and text            | another text     |
| `part_cache.Standing` | parts, laid out and drawn | text, side, style sheets | other files      |
| `part_cache.Standing` | whole PDFs                | parts and their numbers  | `distrust`       |
| `known_pages.Known`   | pages, read back          | what is in them          | other pages      |
| `no_change.Receipt`   | that there is no work     | words typed, and where   | any file changes |
| `likely_work`         | how the essay looked      | words typed, and where   | size or time     |
| `engine.QuickEngine`  | layouts, frozen pages     | as `Standing`            | the process ends |
| `store.Store`         | these, between processes  | kind and key             | another version  |

How large each may grow: `Memory` and `Kept` hold what the last reading of one essay had; `Standing`
parts of the last eight editions and four PDFs; `Known` twice the pages of the book and a thousand;
`QuickEngine` what the last edition wanted; `Store` 256 MB, of which the oldest goes first.
"""
