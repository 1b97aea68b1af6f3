"""The built-in pages. docs/pages.md says where things are and how a page is made."""
