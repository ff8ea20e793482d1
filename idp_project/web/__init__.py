"""The edge of the web process: what a request meets before Django's views, and routes of the site itself."""
