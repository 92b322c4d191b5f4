"""Moving in: what makes a site of an archive that another system published. A build never imports it."""
