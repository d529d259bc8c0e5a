"""The look of the product: base pages, components, tables and the browser part."""
