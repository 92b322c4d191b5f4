"""What every other package may import: problems, the model, dates, URLs, languages, files."""
