"""The preview: pages made on request and in memory, told to reload when they change.

Nothing here writes to site/ or to .cache/. ``survey`` looks at content/ again and again,
``pages`` makes the pages that are asked for, ``lookout`` says when to look, ``panel`` is what is
added to a page, ``live`` holds it all together, and ``server`` answers requests.
"""
