"""One module a document kind: its data, its true values and its drawing as one `KIND`; `registry` lists them."""
