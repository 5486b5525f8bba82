"""Views: what is shown, as typed records, with their static forms and the service that answers for them."""
