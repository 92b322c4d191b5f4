"""Editing an author's files: fixes with one right way, moving an article. A build never imports it."""
