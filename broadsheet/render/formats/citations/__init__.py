"""How an article is cited: its reference, as text in the usual styles, and as files for software.

Functions from an article to a reference, and from references to text and bytes. A reference depends on its
article alone, so its key never changes and a new article changes no other reference.
"""
