"""Pictures as readers get them: in sizes and formats that suit their screens, without what cameras write.

``recipes`` says which files are made of a picture, and where they stand; nothing else decides that. ``cards``
draws a picture for an article that has none, in lines that ``typesetting`` sets.
"""
