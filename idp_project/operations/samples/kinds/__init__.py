"""One module per kind of document: its data, its true values and its drawing as one `KIND`; `registry` lists them."""
