"""Which files could run a program when a reader opens them: a script in the browser, or one on the host.

A host names the type of a file by its suffix. What browsers run then has the rights of the site itself.
"""

from __future__ import annotations

# HTML, also with server-side includes: https://mimesniff.spec.whatwg.org/#html-mime-type
_HTML = "html htm xhtml xht xhtm shtml shtm stm hta mht mhtml"
# XML, in which an element of XHTML runs, and style sheets that make it of other XML:
# https://mimesniff.spec.whatwg.org/#xml-mime-type. Types of the form ``application/…+xml`` are among them.
_XML = (
    "xml xsl xslt xsd xbl xul xsp rdf rss atom opml owl mml mathml dtd ent wsdl wsf gpx kml musicxml dae x3d "
    "xspf smil smi ttml dfxp tei xlf xliff svgz"
)
# What a page or another script can load, and what plug-ins ran.
_SCRIPTS = "js mjs cjs vbs swf xap jar jnlp"
# What web servers run, and what they read as their own settings.
_ON_HOSTS = (
    "php php3 php4 php5 php7 php8 phps pht phtml phar asp aspx asa asax ascx ashx asmx cer cshtml jsp jspx "
    "jspf jhtml cfm cfml cfc cgi fcgi pl py rb lua htaccess htpasswd config"
)
_RUN_ON_HOSTS = frozenset(_ON_HOSTS.split()).union(("shtml", "shtm", "stm"))
ACTIVE_SUFFIXES = frozenset(f"{_HTML} {_XML} {_SCRIPTS} {_ON_HOSTS}".split())
# A picture unless a script is in it: ``read.pictures.svg`` tells.
SVG = "svg"
# Hosts take these for an encoding of what is before them.
_ENCODINGS = frozenset(("br", "bz2", "gz", "xz", "z", "zst"))


def find_active_suffix(path: str) -> str:
    """Return the suffix for which a file may be run, in lower case; "" for a file that never is.

    ``page.html`` and ``page.html.gz`` are ``html``; ``form.php.txt`` is ``php``, since web servers can be set
    up to run whatever has that suffix anywhere.
    """
    suffixes = path.rpartition("/")[2].lower().split(".")[1:]
    if not suffixes:
        return ""
    encoded = len(suffixes) > 1 and suffixes[-1] in _ENCODINGS
    last = suffixes[-2 if encoded else -1]
    if last in ACTIVE_SUFFIXES or (encoded and last == SVG):
        return last
    return next((suffix for suffix in suffixes if suffix in _RUN_ON_HOSTS), "")
