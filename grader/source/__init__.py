"""What was handed in, read from disk: which file it is, and its text. Nothing of it is run here.

Whatever lies in a folder may have been put there to do harm: no link is followed, sizes and times
are bounded, and what cannot be read comes back as a sentence for the student.

    handin        from a file or folder to a `Source`
    candidates    which file of a folder it is, by the names;  notices: what is said of names
    several       several files that are handed in together
    own           a person's own files, on any system
    notebook      cells of an .ipynb (which of them run is decided by `inside/source.py`)
    old_notebook  the formats before 4
    encoding      bytes to text as Python reads it
    nofollow      opening files without following links
    beside        files that came with a source;  watchdog: an end to reading that takes long
"""
