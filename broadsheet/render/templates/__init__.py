"""The site's layouts: the Jinja environment, checks before rendering, compiled code, and rendering."""
