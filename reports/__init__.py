"""What a report says: pure reading and comparing, usable as a library in a notebook.

    from pathlib import Path
    from reports.reader import read_file
    from reports.register import Register

    report = read_file(Path("report.pdf"), register=Register.default())

Files from outside are read in a reading process: `reports.sandbox.process.Reader`.
This module imports nothing, so that the reading process starts quickly.
"""
