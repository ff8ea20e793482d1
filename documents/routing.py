"""WebSocket routes of documents."""

from django.urls import path

from documents.consumers import BatchProgressConsumer

websocket_urlpatterns = [path("ws/batches/<uuid:batch_id>/", BatchProgressConsumer.as_asgi())]
